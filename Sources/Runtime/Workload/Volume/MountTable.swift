// SPDX-License-Identifier: Apache-2.0

/// The mounts of a process, from `/proc/self/mountinfo` (proc(5)).
struct MountTable {
    struct Mount: Equatable {
        var path: String
        var fileSystem: String
        var source: String
    }

    /// Oldest first; a later mount hides an earlier one at the same path.
    let mounts: [Mount]

    /// Lines that are not as documented are passed over.
    init(_ text: [UInt8]) {
        mounts = text.split(separator: 0x0A).compactMap { line in
            let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
            // Optional fields, then a hyphen, then three more.
            guard let hyphen = fields.indices.dropFirst(6).first(where: { fields[$0].elementsEqual("-".utf8) }),
                fields.count > hyphen + 2
            else { return nil }
            return Mount(
                path: Self.unescaped(fields[4]), fileSystem: Self.unescaped(fields[hyphen + 1]),
                source: Self.unescaped(fields[hyphen + 2]))
        }
    }

    /// What is mounted at exactly this path.
    func mount(at path: String) -> Mount? { mounts.last { $0.path == path } }

    /// The mount that holds a path.
    func mount(holding path: String) -> Mount? {
        let depth = mounts.filter { path == $0.path || $0.path == "/" || path.hasPrefix($0.path + "/") }
            .map(\.path.utf8.count).max()
        return mounts.last { $0.path.utf8.count == depth && path.hasPrefix($0.path) }
    }

    /// White space and backslashes stand as three octal digits.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
