// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR
internal import OCI

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The user's cache of images: manifests and configurations by their digests, and what was found in layers.
///
///     blobs/sha256/<2 hex>/<62 hex>     the bytes
///     layers/v1/<2 hex>/<62 hex>-<16 hex of the hash of the paths that were looked for>
///                                       the SHA-256 of the rest in hexadecimal, a line break, JSON
///     new/                              files that are being written
///
/// Files come into their place whole, by a rename, so that runs at the same time do not harm each other. What is damaged
/// counts as absent. Layers themselves are not kept: nothing of them is needed again.
struct CacheDirectory: ImageCache {
    let path: String

    /// `contrast` in the user's cache directory; `nil` when the user has none.
    static let standard = Environment.directory("XDG_CACHE_HOME", inHome: ".cache").map {
        CacheDirectory(path: "\($0)/contrast")
    }

    func blob(_ digest: ImageDigest) -> [UInt8]? {
        guard digest.algorithm == .sha256 else { return nil }
        let file = file("blobs/sha256", digest)
        guard let bytes = try? FileSystem.read(file, limit: LockEntry.blobLimit), bytes.count <= LockEntry.blobLimit,
            ImageDigest(sha256: SHA256.digest(bytes)) == digest
        else { return nil }
        touch(file)
        return bytes
    }

    func keep(_ bytes: [UInt8], as digest: ImageDigest) {
        guard digest.algorithm == .sha256 else { return }
        write(bytes, to: file("blobs/sha256", digest))
    }

    func findings(of layer: ImageDigest, at paths: [LayerPath]) -> LayerFindings? {
        let file = file(of: layer, at: paths)
        let limit = 4 * LayerScan.fileLimit
        guard let bytes = try? FileSystem.read(file, limit: limit), bytes.count <= limit,
            let end = bytes.firstIndex(of: 0x0A)
        else { return nil }
        let rest = Array(bytes[(end + 1)...])
        guard Hex.text(SHA256.digest(rest)).utf8.elementsEqual(bytes[..<end]),
            let findings = (try? JSONParser.parse(rest)).flatMap({ LayerFindings($0) }),
            Set(findings.paths.keys) == Set(paths)
        else { return nil }
        touch(file)
        return findings
    }

    func keep(_ findings: LayerFindings, of layer: ImageDigest, at paths: [LayerPath]) {
        let text = JSONPrinter.print(findings.json)
        write(Array(Hex.text(SHA256.digest(text)).utf8) + [0x0A] + text, to: file(of: layer, at: paths))
    }

    private func file(of layer: ImageDigest, at paths: [LayerPath]) -> String {
        let names = paths.map { "\($0)" }.sorted().joined(separator: "\0")
        return file("layers/v1", layer) + "-" + Hex.text(SHA256.digest(Array(names.utf8)).prefix(8))
    }

    private func file(_ kind: String, _ digest: ImageDigest) -> String {
        "\(path)/\(kind)/\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2))"
    }

    /// So that pruning knows what is in use.
    private func touch(_ file: String) { utimensat(AT_FDCWD, file, nil, 0) }

    /// A cache that cannot be written is none.
    private func write(_ bytes: [UInt8], to file: String) {
        let temporary = "\(path)/new/\(getpid()).\(UInt64.random(in: 0...UInt64.max))"
        guard makeDirectory("\(path)/new"), makeDirectory(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])),
            (try? FileSystem.create(temporary, bytes, mode: 0o600)) != nil
        else { return }
        if rename(temporary, file) != 0 { unlink(temporary) }
    }

    private func makeDirectory(_ directory: String) -> Bool {
        if mkdir(directory, 0o700) == 0 || errno == EEXIST { return true }
        guard errno == ENOENT, let slash = directory.lastIndex(of: "/"), slash != directory.startIndex,
            makeDirectory(String(directory[..<slash]))
        else { return false }
        return mkdir(directory, 0o700) == 0 || errno == EEXIST
    }

    // MARK: - Pruning

    struct Pruned {
        var files = 0
        var bytes = 0
    }

    /// Removes what was not used for some seconds, and what broken runs left behind.
    func prune(olderThan seconds: Int) -> Pruned {
        var pruned = Pruned()
        let now = Int(time(nil))
        for kind in ["blobs/sha256", "layers/v1"] {
            for part in (try? FileSystem.list("\(path)/\(kind)")) ?? [] {
                prune("\(path)/\(kind)/\(part)", before: now - seconds, &pruned)
                // Fails when something is left.
                rmdir("\(path)/\(kind)/\(part)")
            }
        }
        // A run that is writing needs its file for less than an hour.
        prune("\(path)/new", before: now - min(seconds, 3600), &pruned)
        return pruned
    }

    private static func lastUse(_ status: stat) -> Int {
        #if canImport(Darwin)
            status.st_mtimespec.tv_sec
        #else
            status.st_mtim.tv_sec
        #endif
    }

    private func prune(_ directory: String, before limit: Int, _ pruned: inout Pruned) {
        for name in (try? FileSystem.list(directory)) ?? [] {
            let file = "\(directory)/\(name)"
            var status = stat()
            guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Self.lastUse(status) <= limit,
                unlink(file) == 0
            else { continue }
            pruned.files += 1
            pruned.bytes += Int(status.st_size)
        }
    }
}
