// SPDX-License-Identifier: Apache-2.0

import Compiler
import Digests
import IR

/// A lock with an entry for every image that workloads name, as if somebody had resolved them.
enum LockFromImages {
    static func make(for source: SourceFile) -> LockFile {
        var ignored = Diagnostics()
        return LockReader.read(SourceFile(path: "contrast.lock", bytes: text(for: source)), into: &ignored)
            ?? LockFile()
    }

    static func text(for source: SourceFile) -> [UInt8] {
        var ignored = Diagnostics()
        var lock = ContrastLock()
        for document in YAMLFrontend.parse(source, into: &ignored) {
            for object in KubernetesObject.all(in: YAMLTree(document)) {
                guard let pod = PodObject(object) else { continue }
                for container in pod.containers + pod.initContainers {
                    guard let image = container["image"], let reference = try? ImageReference(image.text) else {
                        continue
                    }
                    let key = ContrastLock.key(for: reference)
                    if lock.images[key] == nil { lock.images[key] = entry(reference) }
                }
            }
        }
        return lock.text()
    }

    private static func entry(_ reference: ImageReference) -> LockEntry {
        // Spellings of one image have one digest.
        let digest = reference.digest ?? ImageDigest(sha256: SHA256.digest(Array(reference.canonical.utf8)))
        return LockEntry(
            digest: digest, platform: "linux/amd64",
            config: .init(env: ["PATH=/usr/bin:/bin"], entrypoint: ["/entry"], workingDir: "/"), passwd: "", group: "")
    }
}
