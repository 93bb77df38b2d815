// SPDX-License-Identifier: Apache-2.0

/// What `--report FILE` says of a run: plain values that the driver fills in.
package struct CompileReport: Sendable {
    /// Version of the report's own format.
    package static let version: Int128 = 1

    /// One image of a workload.
    package struct Image: Sendable {
        /// As it stands in the output.
        package var reference: String
        /// Of the platform's manifest; empty when nobody knows it.
        package var digest: String
        /// Whether its facts follow from the digest; else they are asserted by the lock or the bundle.
        package var isProven: Bool

        package init(reference: String, digest: String, isProven: Bool) {
            self.reference = reference
            self.digest = digest
            self.isProven = isProven
        }
    }

    /// An environment variable whose value comes from a Secret. The value is nowhere in a report.
    package struct SecretVariable: Sendable {
        package var container: String
        package var name: String
        /// Name of the Secret.
        package var secret: String
        /// Whether the policy leaves the value free instead of pinning it.
        package var isFree: Bool

        package init(container: String, name: String, secret: String, isFree: Bool) {
            self.container = container
            self.name = name
            self.secret = secret
            self.isFree = isFree
        }
    }

    /// One pod-bearing object that was compiled.
    package struct Workload: Sendable {
        package var kind: String
        package var apiVersion: String
        package var namespace: String
        package var name: String
        /// The input it came from, as the user gave it.
        package var file: String
        /// One-based line of the object.
        package var line: Int?
        /// 64 hexadecimal digits; the key of the manifest.
        package var policyHash: String
        package var runtimeClass: String
        package var vcpus: Int
        /// Bytes of the VM's memory.
        package var memory: Int128
        /// Names in the order of the pod: init containers, then regular ones.
        package var containers: [String]
        package var images: [Image]
        package var secretVariables: [SecretVariable]
        /// Bytes of the policy's text.
        package var policySize: Int
        /// Bytes of the annotation's value.
        package var annotationSize: Int

        package init(
            kind: String, apiVersion: String, namespace: String, name: String, file: String, line: Int? = nil,
            policyHash: String, runtimeClass: String, vcpus: Int, memory: Int128, containers: [String],
            images: [Image], secretVariables: [SecretVariable] = [], policySize: Int, annotationSize: Int
        ) {
            self.kind = kind
            self.apiVersion = apiVersion
            self.namespace = namespace
            self.name = name
            self.file = file
            self.line = line
            self.policyHash = policyHash
            self.runtimeClass = runtimeClass
            self.vcpus = vcpus
            self.memory = memory
            self.containers = containers
            self.images = images
            self.secretVariables = secretVariables
            self.policySize = policySize
            self.annotationSize = annotationSize
        }
    }

    /// A pod-bearing object that was left as it is.
    package struct Skipped: Sendable {
        package var kind: String
        package var namespace: String
        package var name: String
        package var file: String
        package var reason: String

        package init(kind: String, namespace: String, name: String, file: String, reason: String) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.file = file
            self.reason = reason
        }
    }

    package var toolVersion: String
    package var platform: String
    /// `strict` or `compat`.
    package var profile: String
    package var workloads: [Workload]
    package var skipped: [Skipped]

    package init(
        toolVersion: String, platform: String, profile: String, workloads: [Workload] = [], skipped: [Skipped] = []
    ) {
        self.toolVersion = toolVersion
        self.platform = platform
        self.profile = profile
        self.workloads = workloads
        self.skipped = skipped
    }
}
