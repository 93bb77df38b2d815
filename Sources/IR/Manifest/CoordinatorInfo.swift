// SPDX-License-Identifier: Apache-2.0

/// By what a workload recognises its Coordinator: measured with the workload, so that a host cannot put another
/// Coordinator in its place.
package struct CoordinatorInfo: Sendable, Equatable {
    /// The key of the initdata document that holds this.
    package static let initDataKey = "contrast.coordinator"

    /// PKIX DER in hexadecimal; when there are any, the manifest must be signed by one of them.
    package var workloadOwnerPubKeys: [String]
    /// Hashes that the Coordinator's policy may have; for deployments without owner keys.
    package var coordinatorPolicyHashes: [String]

    package init(workloadOwnerPubKeys: [String] = [], coordinatorPolicyHashes: [String] = []) {
        self.workloadOwnerPubKeys = workloadOwnerPubKeys
        self.coordinatorPolicyHashes = coordinatorPolicyHashes
    }

    /// What is known from a manifest: its owner keys, else its Coordinators' policies; `nil` when it has neither.
    package init?(_ manifest: Manifest) {
        let keys = manifest.workloadOwnerPubKeys ?? []
        let hashes = manifest.coordinatorPolicyHashes
        if !keys.isEmpty {
            self.init(workloadOwnerPubKeys: keys.map(\.asciiLowercased))
        } else if !hashes.isEmpty {
            self.init(coordinatorPolicyHashes: hashes)
        } else {
            return nil
        }
    }

    /// Minified, keys and lists sorted.
    package var json: [UInt8] {
        var object = JSONObject()
        if !coordinatorPolicyHashes.isEmpty {
            object["CoordinatorPolicyHashes"] = .array(coordinatorPolicyHashes.sorted().map { .string($0) })
        }
        if !workloadOwnerPubKeys.isEmpty {
            object["WorkloadOwnerPubKeys"] = .array(workloadOwnerPubKeys.sorted().map { .string($0) })
        }
        return JSONPrinter.print(.object(object))
    }

    /// `nil` unless the text is an object with just the two lists, at least one of them filled, of hexadecimal texts.
    package init?(json: [UInt8]) {
        guard let object = (try? JSONParser.parse(json))?.object, !object.isEmpty else { return nil }
        var lists: [String: [String]] = [:]
        for (key, value) in object.members {
            guard key == "WorkloadOwnerPubKeys" || key == "CoordinatorPolicyHashes", let texts = value.strings,
                !texts.isEmpty, texts.allSatisfy({ !$0.isEmpty && Hex.decode($0) != nil })
            else { return nil }
            lists[key] = texts
        }
        self.init(
            workloadOwnerPubKeys: lists["WorkloadOwnerPubKeys"] ?? [],
            coordinatorPolicyHashes: lists["CoordinatorPolicyHashes"] ?? [])
    }
}
