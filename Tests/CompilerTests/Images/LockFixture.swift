// SPDX-License-Identifier: Apache-2.0

import Compiler
import Digests
import IR

/// Images and locks made for one test.
enum LockFixture {
    static func digest(_ letter: Character) -> ImageDigest {
        ImageDigest(sha256: SHA256.digest(Array(String(letter).utf8)))
    }

    /// An entry with blobs that prove it.
    static func proven(
        user: String = "1000", mediaType: String? = "application/vnd.oci.image.manifest.v1+json",
        configType: String = "application/vnd.oci.image.config.v1+json"
    ) -> LockEntry {
        let blob = Array(
            """
            {"architecture":"amd64","os":"linux","config":{"User":"\(user)","Env":["PATH=/bin"],"Cmd":null,
            "Entrypoint":["/app"],"WorkingDir":"","Volumes":{"/data":{}}},"rootfs":{"diff_ids":["\(digest("d"))"]}}
            """.utf8)
        let blobDigest = ImageDigest(sha256: SHA256.digest(blob))
        let type = mediaType.map { "\"mediaType\":\"\($0)\"," } ?? ""
        let manifest = Array(
            """
            {"schemaVersion":2,\(type)"config":{"mediaType":"\(configType)","digest":"\(blobDigest)",
            "size":\(blob.count)},"layers":[{"digest":"\(digest("l"))","size":7}]}

            """.utf8)
        return LockEntry(
            digest: ImageDigest(sha256: SHA256.digest(manifest)), platform: "linux/amd64",
            config: LockEntry.Config(user: user, env: ["PATH=/bin"], entrypoint: ["/app"], volumes: ["/data"]),
            manifest: manifest, configBlob: blob, passwd: "", group: "",
            layers: [
                LockEntry.Layer(digest: "\(digest("l"))", diffID: "\(digest("d"))", size: 7, uncompressedSize: 9)
            ])
    }

    static func asserted(_ letter: Character, index: Character? = nil) -> LockEntry {
        LockEntry(
            digest: digest(letter), index: index.map(digest), platform: "linux/amd64", config: LockEntry.Config())
    }

    static func open(_ images: [String: LockEntry]) -> LockFile? {
        open(String(decoding: ContrastLock(images: images).text(), as: UTF8.self)).file
    }

    static func open(_ text: String) -> (file: LockFile?, diagnostics: Diagnostics) {
        var diagnostics = Diagnostics()
        let source = SourceFile(path: "contrast.lock", bytes: Array(text.utf8))
        return (LockReader.read(source, into: &diagnostics), diagnostics)
    }
}

extension Diagnostic {
    /// `line:column code severity message`, or without a position.
    var summary: String {
        let place = range.map { range in
            let position = range.file.position(at: range.start)
            return "\(position.line):\(position.column) "
        }
        return (place ?? "") + "\(code.rawValue) \(severity) \(message)"
    }
}
