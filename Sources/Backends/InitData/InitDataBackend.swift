// SPDX-License-Identifier: Apache-2.0

internal import Digests
package import IR

/// Makes the annotation that carries a policy into the VM and into its measurement.
///
/// A backend belongs to one thread, as its compressor does; each worker makes its own.
package struct InitDataBackend {
    /// Annotation of pods whose initdata is measured.
    package static let annotation = "io.katacontainers.config.hypervisor.cc_init_data"

    private let start: [UInt8]
    private let encoder: GzipEncoder

    /// - Parameters:
    ///   - coordinator: by what the workload recognises its Coordinator; `nil` when it is not known, and for
    ///     Coordinators themselves.
    ///   - settings: further keys of the document, with their values.
    ///   - policyPrefixes: what policies of this run may begin with. They only make compression faster, but the
    ///     compressed bytes depend on them: give the same for the same inputs.
    package init(
        coordinator: CoordinatorInfo?, settings: [String: String] = [:], policyPrefixes: [[UInt8]] = []
    ) {
        var data = settings
        if let coordinator { data[CoordinatorInfo.initDataKey] = String(decoding: coordinator.json, as: UTF8.self) }
        start = InitData(data: data).document
        let head = start + TOMLPrinter.literalStart(ofKey: InitData.policyKey)
        encoder = GzipEncoder(prefixes: policyPrefixes.map { head + $0 })
    }

    /// The initdata document of a policy, which must be UTF-8.
    package func document(policy: [UInt8]) -> [UInt8] {
        var out = start
        out.reserveCapacity(start.count + policy.count + 32)
        TOMLPrinter.entry(InitData.policyKey, policy, into: &out)
        return out
    }

    /// The value of the annotation: base64 of the gzip of the document.
    package func annotationValue(document: [UInt8]) -> [UInt8] { Base64.encode(encoder.encode(document)) }

    /// What the manifest calls the workload by and what the hardware reports: SHA-256 of the document.
    package static func digest(_ document: [UInt8]) -> [UInt8] { SHA256.digest(document) }
}

/// The annotation of releases, and of one platform, whose agent gets its policy from the host.
package enum AgentPolicyBackend {
    package static let annotation = "io.katacontainers.config.agent.policy"

    /// Base64 of the Rego text.
    package static func annotationValue(policy: [UInt8]) -> [UInt8] { Base64.encode(policy) }

    /// What the manifest calls the workload by: SHA-256 of the Rego text.
    package static func digest(policy: [UInt8]) -> [UInt8] { SHA256.digest(policy) }
}
