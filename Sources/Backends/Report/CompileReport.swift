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

    /// A place where a container reads what the host chooses or can change.
    package struct UntrustedVolume: Sendable {
        package var container: String
        /// Path of the mount or of the device.
        package var path: String
        /// Name of the volume; empty for one that the image declares and the pod does not mount.
        package var volume: String
        /// The kind of the volume, as a pod calls it.
        package var source: String

        package init(container: String, path: String, volume: String, source: String) {
            self.container = container
            self.path = path
            self.volume = volume
            self.source = source
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
        package var untrustedVolumes: [UntrustedVolume]
        /// Bytes of the policy's text.
        package var policySize: Int
        /// Bytes of the annotation's value.
        package var annotationSize: Int
        /// `nil` in reports that are not written.
        package var policyParts: PolicySizes?

        package init(
            kind: String, apiVersion: String, namespace: String, name: String, file: String, line: Int? = nil,
            policyHash: String, runtimeClass: String, vcpus: Int, memory: Int128, containers: [String],
            images: [Image], secretVariables: [SecretVariable] = [],
            untrustedVolumes: [UntrustedVolume] = [], policySize: Int, annotationSize: Int,
            policyParts: PolicySizes? = nil
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
            self.untrustedVolumes = untrustedVolumes
            self.policySize = policySize
            self.annotationSize = annotationSize
            self.policyParts = policyParts
        }
    }

    /// An object or document that was left as it is.
    package struct Skipped: Sendable {
        /// Empty for a document that is no object.
        package var kind: String
        package var namespace: String
        package var name: String
        package var file: String
        /// One-based line of the object.
        package var line: Int?
        package var reason: String
        /// Whether it is of a kind that bears pods, so that a user may have expected otherwise.
        package var bearsPod: Bool

        package init(
            kind: String, namespace: String, name: String, file: String, line: Int? = nil, reason: String,
            bearsPod: Bool = true
        ) {
            self.kind = kind
            self.namespace = namespace
            self.name = name
            self.file = file
            self.line = line
            self.reason = reason
            self.bearsPod = bearsPod
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
