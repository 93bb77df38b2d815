// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import FoundationEssentials
internal import IR

/// Keeps answers.
package protocol EndorsementStore: Sendable {
    /// `nil` when there is none, or none that is whole.
    func read(_ request: EndorsementRequest) -> EndorsementAnswer?
    /// What cannot be kept is not kept.
    func write(_ answer: EndorsementAnswer, for request: EndorsementRequest)
}

/// Keeps answers in a directory, one file for each, which several processes may use at once: a file is put in place as a
/// whole, and carries the URL it is of and a digest of its content.
package struct EndorsementDirectory: EndorsementStore {
    private let path: String

    /// - Parameter path: made with the first answer; nobody else can look into it.
    package init(_ path: String) { self.path = path }

    private static let magic = "contrast endorsement 1"
    private static let lineLimit = 4 << 10

    package func read(_ request: EndorsementRequest) -> EndorsementAnswer? {
        let file = file(request)
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file),
            attributes[.type] as? FileAttributeType == .typeRegular,
            // FoundationEssentials has a `UInt` where the whole of Foundation has a `UInt64`.
            let size = attributes[.size] as? UInt ?? (attributes[.size] as? UInt64).map(UInt.init(clamping:)),
            size <= request.sizeLimit + EndorsementClient.issuerChainLimit + Self.lineLimit,
            let data = FileManager.default.contents(atPath: file)
        else { return nil }
        return Self.decode(Array(data), request)
    }

    package func write(_ answer: EndorsementAnswer, for request: EndorsementRequest) {
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // A name of its own first, then renamed.
        try? Data(Self.encode(answer, request)).write(to: URL(filePath: file(request)), options: .atomic)
    }

    private func file(_ request: EndorsementRequest) -> String {
        "\(path)/\(Hex.text(SHA256.digest(Array(request.url.utf8))))"
    }

    // MARK: - Format

    /// Three lines (what it is, the URL, a digest with the length of the issuers), then issuers and body.
    package static func encode(_ answer: EndorsementAnswer, _ request: EndorsementRequest) -> [UInt8] {
        let digest = digest(answer, request)
        let head = "\(magic)\n\(request.url)\n\(digest) \(answer.issuerChain.count)\n"
        return Array(head.utf8) + answer.issuerChain + answer.body
    }

    /// `nil` unless the bytes are what is written for this request.
    package static func decode(_ bytes: [UInt8], _ request: EndorsementRequest) -> EndorsementAnswer? {
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, let word = parts[2].split(separator: UInt8(ascii: " ")).last,
            let count = Int(String(decoding: word, as: UTF8.self)), (0...parts[3].count).contains(count)
        else { return nil }
        let answer = EndorsementAnswer(
            body: Array(parts[3].dropFirst(count)), issuerChain: Array(parts[3].prefix(count)))
        return encode(answer, request) == bytes ? answer : nil
    }

    private static func digest(_ answer: EndorsementAnswer, _ request: EndorsementRequest) -> String {
        let head = "\(request.url)\n\(answer.issuerChain.count)\n"
        return Hex.text(SHA256.digest(Array(head.utf8) + answer.issuerChain + answer.body))
    }
}
