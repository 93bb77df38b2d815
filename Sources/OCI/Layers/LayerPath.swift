// SPDX-License-Identifier: Apache-2.0

/// A path in the file system of an image, as its components below the root. No path leads out of the root.
package struct LayerPath: Sendable, Hashable {
    /// Longest path that is looked at, in bytes; what systems allow.
    static let sizeLimit = 4096

    package let components: [[UInt8]]

    init(components: [[UInt8]]) { self.components = components }

    /// Resolves `.` and `..` by the text alone, as runtimes do with names in a layer; `..` in the root is the root.
    package init(_ path: some Sequence<UInt8>, in directory: LayerPath? = nil) {
        var result = directory?.components ?? []
        for part in Array(path).split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) {
                _ = result.popLast()
            } else {
                result.append(Array(part))
            }
        }
        components = result
    }

    package init(_ text: String) { self.init(text.utf8) }

    var parent: LayerPath { LayerPath(components: components.dropLast()) }

    /// Where a symbolic link at the first `depth` components leads, with the rest of this path behind it.
    func following(link target: [UInt8], atDepth depth: Int) -> LayerPath {
        let isAbsolute = target.first == UInt8(ascii: "/")
        let directory =
            isAbsolute ? LayerPath(components: []) : LayerPath(components: Array(components.prefix(depth - 1)))
        return LayerPath(components: LayerPath(target, in: directory).components + components.dropFirst(depth))
    }
}

extension LayerPath: CustomStringConvertible {
    package var description: String {
        "/" + components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    }
}
