// SPDX-License-Identifier: Apache-2.0

/// What one layer says of one path.
package struct PathFinding: Sendable, Equatable {
    package enum Node: Sendable, Equatable {
        case file([UInt8])
        /// The first `depth` components are a symbolic link.
        case symbolicLink(depth: Int, target: [UInt8])
        /// Another name of the file at a path of this layer or a lower one.
        case hardLink(target: [UInt8])
        /// There is no file: a directory, a device, or a file where a directory would have to be.
        case nothing
    }

    /// `nil` when the layer does not have the path.
    package var node: Node?
    /// Whether the layer removes the path from the layers below.
    package var hidesLower = false
    /// How many components are directories of this layer, for certain.
    package var directories: Set<Int> = []

    package init(node: Node? = nil, hidesLower: Bool = false, directories: Set<Int> = []) {
        self.node = node
        self.hidesLower = hidesLower
        self.directories = directories
    }

    /// Whether the layers below do not matter.
    var isDecided: Bool { node != nil || hidesLower }
}

/// Follows what happens to one path while a layer is read.
struct PathWatch {
    let path: LayerPath
    private(set) var finding = PathFinding()

    private static let whiteout = Array(".wh.".utf8)
    private static let opaque = Array(".wh..wh..opq".utf8)

    init(_ path: LayerPath) { self.path = path }

    /// - Returns: whether this is the file at the path, whose content is wanted.
    mutating func see(_ entry: TarEntry, at entryPath: LayerPath) -> Bool {
        let components = entryPath.components
        guard let name = components.last else { return false }
        if name.starts(with: Self.whiteout) {
            seeWhiteout(name, in: components.dropLast())
            return false
        }
        guard components.count <= path.components.count, path.components.starts(with: components) else { return false }
        let depth = components.count
        let isWhole = depth == path.components.count
        switch entry.kind {
        case .file: finding.node = isWhole ? .file([]) : .nothing
        case .symbolicLink: finding.node = .symbolicLink(depth: depth, target: entry.linkTarget)
        case .hardLink: finding.node = isWhole ? .hardLink(target: entry.linkTarget) : .nothing
        case .other: finding.node = .nothing
        case .directory: seeDirectory(depth, isWhole: isWhole)
        }
        return isWhole && entry.kind == .file
    }

    mutating func setContent(_ bytes: [UInt8]) { finding.node = .file(bytes) }

    private mutating func seeDirectory(_ depth: Int, isWhole: Bool) {
        if isWhole {
            finding.node = .nothing
            return
        }
        switch finding.node {
        case .symbolicLink(depth, _):
            // It takes the place of the link, empty.
            finding.node = nil
            finding.hidesLower = true
        case .nothing where !finding.directories.contains(depth):
            finding.node = nil
            finding.hidesLower = true
        default: break
        }
        finding.directories.insert(depth)
    }

    /// Whiteouts are about the layers below only, wherever in the layer they stand.
    private mutating func seeWhiteout(_ name: [UInt8], in directory: ArraySlice<[UInt8]>) {
        if name == Self.opaque {
            if directory.count < path.components.count, path.components.starts(with: directory) {
                finding.hidesLower = true
            }
            return
        }
        let hidden = directory + [Array(name.dropFirst(Self.whiteout.count))]
        // Names that start like this are a union file system's own.
        guard !name.starts(with: ".wh..wh.".utf8), path.components.starts(with: hidden) else { return }
        finding.hidesLower = true
    }
}
