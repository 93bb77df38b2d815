// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR
internal import InitDataFormat

/// Makes the annotation that carries a policy into the VM and into its measurement.
///
/// A backend belongs to one thread, as its compressor does; each worker makes its own.
package struct InitDataBackend {
    /// Annotation of pods whose initdata is measured.
    package static let annotation = "io.katacontainers.config.hypervisor.cc_init_data"

    private let prefix: [UInt8]
    private let digest: SHA256.Prefix
    private let encoder: GzipEncoder

    /// An initdata document in its two forms.
    package struct Encoded {
        /// What the manifest calls the workload by and what the hardware reports: SHA-256 of the document.
        package var digest: [UInt8]
        /// The value of the annotation: base64 of the gzip of the document.
        package var annotationValue: [UInt8]
    }

    /// - Parameters:
    ///   - coordinator: by what the workload recognises its Coordinator; `nil` when it is not known, and for
    ///     Coordinators themselves.
    ///   - settings: further keys of the document, with their values.
    ///   - policyPrefix: what all policies of the run begin with.
    ///   - blocks: memory for compression, shared by backends of one thread.
    package init(
        coordinator: CoordinatorInfo?, settings: [String: String] = [:], policyPrefix: [UInt8],
        blocks: BlockPool = BlockPool()
    ) {
        var data = settings
        if let coordinator { data[CoordinatorInfo.initDataKey] = String(decoding: coordinator.json, as: UTF8.self) }
        prefix = InitData(data: data).document + TOMLPrinter.literalStart(ofKey: InitData.policyKey) + policyPrefix
        digest = SHA256.Prefix(prefix)
        encoder = GzipEncoder(prefix: prefix, blocks: blocks)
    }

    /// The document of the policy whose text is the prefix and this, which `RegoBackend` has written: so it can stand in
    /// a literal string of TOML.
    package func encode(policyRest: [UInt8]) -> Encoded {
        let rest = policyRest + TOMLPrinter.literalEnd
        return Encoded(
            digest: digest.digest(rest: rest), annotationValue: Base64.encode(encoder.encode(rest: rest)))
    }
}

/// The annotation of releases, and of one platform, whose agent gets its policy from the host.
package enum AgentPolicyBackend {
    package static let annotation = "io.katacontainers.config.agent.policy"

    /// Base64 of the Rego text.
    package static func annotationValue(policy: [UInt8]) -> [UInt8] { Base64.encode(policy) }

    /// What the manifest calls the workload by: SHA-256 of the Rego text.
    package static func digest(policy: [UInt8]) -> [UInt8] { SHA256.digest(policy) }
}
