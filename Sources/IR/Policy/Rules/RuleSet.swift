// SPDX-License-Identifier: Apache-2.0

/// The rules of a profile: what the agent may ask for, and the functions that the answers need.
package struct RuleSet: Sendable {
    package let profile: PolicyProfile
    package var entries: [RuleEntry]
    /// In the order of the library they were taken from.
    package var functions: [RuleFunction]

    /// Links: of the library, only functions that can be reached from an entry are kept.
    package init(profile: PolicyProfile, entries: [RuleEntry], library: [RuleFunction]) {
        self.profile = profile
        self.entries = entries
        let byName = Dictionary(
            library.indices.map { (library[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        var reached: Set<String> = []
        var pending: [String] = []
        func reach(_ bodies: [RuleBody]) {
            for body in bodies {
                for name in body.calls where reached.insert(name).inserted { pending.append(name) }
            }
        }
        for entry in entries { reach(entry.bodies) }
        while let name = pending.popLast() {
            if let index = byName[name] { reach(library[index].bodies) }
        }
        functions = library.filter { reached.contains($0.name) }
    }
}
