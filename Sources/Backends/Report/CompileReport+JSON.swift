// SPDX-License-Identifier: Apache-2.0

import IR

extension CompileReport {
    /// The one text of this report: UTF-8, sorted keys, indented by two spaces, a final newline. Workloads and skipped
    /// objects keep the order of the inputs.
    package func text() -> [UInt8] {
        let document: JSONValue = [
            "version": .integer(Self.version), "toolVersion": .string(toolVersion), "platform": .string(platform),
            "policyProfile": .string(profile), "workloads": .array(workloads.map(\.json)),
            "skipped": .array(skipped.map(\.json)),
        ]
        return JSONPrinter.print(document, JSONPrinter.Style(indent: 2, sortedKeys: true)) + [0x0A]
    }
}

extension CompileReport.Workload {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("kind", .string(kind)), ("apiVersion", .string(apiVersion)), ("namespace", .string(namespace)),
            ("name", .string(name)), ("file", .string(file)), ("policyHash", .string(policyHash)),
            ("runtimeClass", .string(runtimeClass)), ("vcpus", .integer(Int128(vcpus))),
            ("memoryBytes", .integer(memory)), ("containers", .array(containers.map { .string($0) })),
            ("images", .array(images.map(\.json))), ("secretVariables", .array(secretVariables.map(\.json))),
            ("untrustedVolumes", .array(untrustedVolumes.map(\.json))), ("policyBytes", .integer(Int128(policySize))),
            ("annotationBytes", .integer(Int128(annotationSize))),
        ])
        object["line"] = line.map { .integer(Int128($0)) }
        object["policyParts"] = policyParts?.json
        return .object(object)
    }
}

extension PolicySizes {
    fileprivate var json: JSONValue {
        let containers = containers.map { container -> JSONValue in
            ["bytes": .integer(Int128(container.bytes)), "name": .string(container.name)]
        }
        let rules = rules.mapValues { JSONValue.integer(Int128($0)) }
        return [
            "containers": .array(containers), "settings": .integer(Int128(settings)),
            "rules": .object(JSONObject(rules.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })),
        ]
    }
}

extension CompileReport.Image {
    fileprivate var json: JSONValue {
        [
            "reference": .string(reference), "digest": digest.isEmpty ? nil : .string(digest),
            "facts": isProven ? "proven" : "asserted",
        ]
    }
}

extension CompileReport.SecretVariable {
    fileprivate var json: JSONValue {
        [
            "container": .string(container), "name": .string(name), "secret": .string(secret),
            "value": isFree ? "free" : "in the policy",
        ]
    }
}

extension CompileReport.UntrustedVolume {
    fileprivate var json: JSONValue {
        [
            "container": .string(container), "path": .string(path), "source": .string(source),
            "volume": .string(volume),
        ]
    }
}

extension CompileReport.Skipped {
    fileprivate var json: JSONValue {
        var object = JSONObject([
            ("kind", .string(kind)), ("namespace", .string(namespace)), ("name", .string(name)),
            ("file", .string(file)), ("reason", .string(reason)),
        ])
        object["line"] = line.map { .integer(Int128($0)) }
        return .object(object)
    }
}
