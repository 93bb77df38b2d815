// SPDX-License-Identifier: Apache-2.0

/// Edits inside `{…}` and `[…]`.
extension YAMLSplicer {
    mutating func flowCollection(_ id: Int32, _ original: TreeChildren, _ children: TreeChildren) {
        let isMapping = tree.nodes[Int(id)].kind == .mapping
        let before = entries(original, isMapping: isMapping)
        let after = entries(children, isMapping: isMapping)
        let originals = Dictionary(before.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        let kept = Set(after.map(\.identity)).intersection(originals.keys)
        let canReplace = after.allSatisfy { entry in
            guard let old = originals[entry.identity], old.value != entry.value else { return true }
            return endOfUse(old.value) > startOfUse(old.value)
        }
        let start = document.contentStart(tree.nodes[Int(id)].origin)
        let hasBracket = "{[".utf8.contains(document.source.bytes[start])
        guard !kept.isEmpty, canReplace, hasBracket else {
            var out: [UInt8] = []
            printer.flow(id, into: &out)
            return edit(start..<Int(tape(id).end), out)
        }
        insertInFlow(after, originals)
        deleteInFlow(before, kept: kept)
    }

    private mutating func insertInFlow(_ after: [Entry], _ originals: [Int32: Entry]) {
        var previous: Entry?
        var added: [UInt8] = []
        for entry in after {
            guard let old = originals[entry.identity] else {
                if previous != nil { added.append(contentsOf: ", ".utf8) }
                printInFlow(entry, into: &added)
                if previous == nil { added.append(contentsOf: ", ".utf8) }
                continue
            }
            if !added.isEmpty {
                let at = previous.map { endOfUse($0.value) } ?? startOfUse(old.identity)
                edit(at..<at, added)
                added = []
            }
            if let key = entry.key { node(key, indent: 0, inFlow: true) }
            if old.value == entry.value {
                node(entry.value, indent: 0, inFlow: true)
            } else {
                var out: [UInt8] = []
                printer.flow(entry.value, into: &out)
                edit(startOfUse(old.value)..<endOfUse(old.value), out)
            }
            previous = old
        }
        if !added.isEmpty, let end = previous.map({ endOfUse($0.value) }) { edit(end..<end, added) }
    }

    private func printInFlow(_ entry: Entry, into out: inout [UInt8]) {
        if let key = entry.key {
            printer.flowPair(key, entry.value, into: &out)
        } else {
            printer.flow(entry.value, into: &out)
        }
    }

    /// Deletes entries with the comma before them, the first ones with the comma after them.
    private mutating func deleteInFlow(_ before: [Entry], kept: Set<Int32>) {
        var previous: Entry?
        var deleted: Entry?
        for entry in before {
            guard kept.contains(entry.identity) else {
                if let previous {
                    edit(endOfUse(deleted?.value ?? previous.value)..<endOfUse(entry.value), [])
                }
                if previous != nil || deleted == nil { deleted = entry }
                continue
            }
            if previous == nil, let deleted {
                edit(startOfUse(deleted.identity)..<startOfUse(entry.identity), [])
            }
            previous = entry
            deleted = nil
        }
    }
}
