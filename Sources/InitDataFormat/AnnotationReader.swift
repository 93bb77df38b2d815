// SPDX-License-Identifier: Apache-2.0

internal import IR
internal import Digests

/// What an annotation made by this or another compiler holds.
package enum AnnotationContent: Sendable, Equatable {
    /// The exact bytes that are measured, and what they say.
    case initData(document: [UInt8], InitData)
    /// Rego text.
    case policy([UInt8])

    /// More base64 text is refused.
    package static let sizeLimit = 16 << 20

    /// Decodes the value of either annotation. What it is shows in the bytes: releases around 1.13 put compressed
    /// initdata under the older name.
    ///
    /// - Throws: `InitDataError`.
    package init(annotationValue value: [UInt8]) throws(InitDataError) {
        guard value.count <= Self.sizeLimit else {
            throw InitDataError("the annotation has \(value.count) bytes, more than \(Self.sizeLimit)")
        }
        guard let bytes = Base64.decode(value), !bytes.isEmpty else {
            throw InitDataError("the annotation is not base64 text")
        }
        guard bytes.starts(with: [0x1F, 0x8B]) else {
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw InitDataError("the annotation holds neither a gzip stream nor UTF-8 text")
            }
            self = .policy(bytes)
            return
        }
        let document = try Gunzip.decode(bytes)
        self = .initData(document: document, try InitData(document: document))
    }

    /// By what a manifest lists the workload, in lower-case hexadecimal.
    package var policyHash: String {
        switch self {
        case .initData(let document, let initData): Hex.text(initData.algorithm.digest(document))
        case .policy(let text): Hex.text(SHA256.digest(text))
        }
    }

    /// The Rego text; `nil` when the initdata has none.
    package var policy: String? {
        switch self {
        case .initData(_, let initData): initData.policy
        case .policy(let text): String(decoding: text, as: UTF8.self)
        }
    }
}
