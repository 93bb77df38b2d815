// SPDX-License-Identifier: Apache-2.0

internal import Coordinator
internal import History
internal import Identity

/// What a Coordinator reads from its store and its callers. They return for every input; a crash is a finding.
enum CoordinatorTargets {
    /// Records of the store, ciphertexts and names. What is read is written as it was.
    static func values(_ bytes: [UInt8]) {
        if let latest = try? LatestTransition(bytes: bytes) {
            precondition(latest.bytes == bytes, "the record is written otherwise than it was")
            _ = latest.isSigned(by: bytes)
        }
        if let transition = try? Transition(bytes: bytes) {
            precondition(transition.bytes == bytes, "the transition is written otherwise than it was")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let ciphertext = TransitCiphertext(text) {
            precondition(TransitCiphertext(ciphertext.text) == ciphertext, "the ciphertext reads as another")
        }
        if let documents = try? DocumentUnpacker.unpack(bytes, sizeLimit: 1 << 20) {
            let again = try? DocumentUnpacker.unpack(DocumentPacker.pack(documents))
            precondition(again == documents, "documents are packed as others")
        }
        _ = SubjectName(text)
        _ = StoreKey(text, text)
    }
}
