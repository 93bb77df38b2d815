// SPDX-License-Identifier: Apache-2.0

/// Finds files of an image by reading its layers from the top down, several at a time, as far as it takes.
struct FileSearch: Sendable {
    /// Symbolic and hard links on the way to one file, beyond which there is none; what Linux allows.
    static let linkLimit = 40

    var layerCount: Int
    /// Layers that are read at a time.
    var width = 4
    /// Whether layers are read even where they no longer matter.
    var readsAll = false
    /// Reads one layer and says what it has of some paths. Layer 0 is the lowest.
    var scan: @Sendable (_ layer: Int, _ paths: [LayerPath]) async throws -> LayerFindings

    struct Outcome {
        /// Content of each file that is there.
        var files: [LayerPath: [UInt8]] = [:]
        /// Of each layer that mattered.
        var layers: [Int: LayerFindings] = [:]
    }

    func find(_ paths: [LayerPath]) async throws -> Outcome {
        let layers = try await findings(paths)
        var outcome = Outcome(layers: layers)
        for path in paths {
            let verdict = Verdict(path) { layers[$0]?.paths[path] }.from(layerCount - 1)
            outcome.files[path] = try await content(of: verdict, path)
        }
        return outcome
    }

    /// What became of the reading of a layer.
    private struct Scanned: Sendable {
        let layer: Int
        let result: Result<LayerFindings, any Error>

        init(_ layer: Int, _ scan: () async throws -> LayerFindings) async {
            self.layer = layer
            do {
                let findings = try await scan()
                result = .success(findings)
            } catch {
                result = .failure(error)
            }
        }
    }

    /// What the layers say, from the top down to the one that decides about the last path.
    private func findings(_ paths: [LayerPath]) async throws -> [Int: LayerFindings] {
        try await withThrowingTaskGroup(of: Scanned.self) { group in
            var next = layerCount - 1
            func startNext() {
                guard next >= 0 else { return }
                let layer = next
                group.addTask { await Scanned(layer) { try await scan(layer, paths) } }
                next -= 1
            }
            for _ in 0..<width { startNext() }
            var done: [Int: Result<LayerFindings, any Error>] = [:]
            var judged: [Int: LayerFindings] = [:]
            var undecided = Set(paths)
            var frontier = layerCount - 1
            while let scanned = try await group.next() {
                done[scanned.layer] = scanned.result
                // In their order, so that the outcome does not depend on which layer came first.
                while let result = done.removeValue(forKey: frontier) {
                    let findings = try result.get()
                    judged[frontier] = findings
                    undecided = undecided.filter { findings.paths[$0]?.isDecided != true }
                    frontier -= 1
                    if undecided.isEmpty, !readsAll {
                        group.cancelAll()
                        return judged
                    }
                }
                startNext()
            }
            // All came back, so each was judged; a file that was not looked for must not pass for one that is not there.
            guard judged.count == layerCount else { throw ImageError(.malformed, "a layer was not read") }
            return judged
        }
    }

    /// Follows links.
    private func content(of verdict: Verdict.Outcome, _ path: LayerPath) async throws -> [UInt8]? {
        var verdict = verdict
        var path = path
        for _ in 0..<Self.linkLimit {
            let start: Int
            switch verdict {
            case .absent: return nil
            case .file(let bytes): return bytes
            case .symbolicLink(let depth, let target):
                path = path.following(link: target, atDepth: depth)
                start = layerCount - 1
            case .hardLink(let target, let layer):
                path = LayerPath(target)
                start = layer
            }
            var layers: [Int: PathFinding] = [:]
            for layer in stride(from: start, through: 0, by: -1) {
                let finding = try await scan(layer, [path]).paths[path]
                layers[layer] = finding
                if finding?.isDecided == true { break }
            }
            verdict = Verdict(path) { layers[$0] }.from(start)
        }
        return nil
    }
}

/// What all layers together say of a path.
private struct Verdict {
    enum Outcome {
        case absent
        case file([UInt8])
        case symbolicLink(depth: Int, target: [UInt8])
        case hardLink(target: [UInt8], layer: Int)
    }

    let path: LayerPath
    let finding: (_ layer: Int) -> PathFinding?

    init(_ path: LayerPath, finding: @escaping (Int) -> PathFinding?) {
        self.path = path
        self.finding = finding
    }

    func from(_ top: Int) -> Outcome {
        var directories: Set<Int> = []
        for layer in stride(from: top, through: 0, by: -1) {
            guard let finding = finding(layer) else { return .absent }
            switch finding.node {
            case .file(let bytes): return .file(bytes)
            case .symbolicLink(let depth, let target):
                // A directory of a higher layer took the place of the link.
                return directories.contains(depth) ? .absent : .symbolicLink(depth: depth, target: target)
            case .hardLink(let target): return .hardLink(target: target, layer: layer)
            case .nothing: return .absent
            case nil: if finding.hidesLower { return .absent }
            }
            directories.formUnion(finding.directories)
        }
        return .absent
    }
}
