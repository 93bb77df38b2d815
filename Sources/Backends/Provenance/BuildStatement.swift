// SPDX-License-Identifier: Apache-2.0

internal import IR

/// What came of a run of generate, and of what: an in-toto statement (v1) with the provenance predicate of SLSA (v1).
///
/// It says nothing of when or where, so that the same run makes the same statement.
package struct BuildStatement: Sendable, Equatable {
    package static let type = "https://in-toto.io/Statement/v1"
    package static let predicateType = "https://slsa.dev/provenance/v1"
    /// How a run is described, and what repeats it.
    package static let buildType = "urn:contrast:generate:v1"
    package static let builder = "urn:contrast:cli"

    /// What a file is to a run.
    package enum Role: String, Sendable, CaseIterable {
        case input, lock, settings, bundle
        case imageReplacements = "image-replacements"
        /// The manifest as it was.
        case manifest
    }

    /// A file by its path, relative and without `..`, and the SHA-256 of its bytes in hexadecimal.
    package struct File: Sendable, Equatable {
        package var name: String
        package var digest: String

        package init(name: String, digest: String) {
            self.name = name
            self.digest = digest
        }
    }

    package struct Material: Sendable, Equatable {
        package var role: Role
        package var file: File

        package init(_ role: Role, _ file: File) {
            self.role = role
            self.file = file
        }
    }

    /// The options that decide what is written.
    package struct Options: Sendable, Equatable {
        /// Those that take one text, by name.
        package var texts: [String: String] = [:]
        /// Those that are on.
        package var flags: Set<String> = []
        /// DER in hexadecimal, in the order given; keys that are in the manifest already need not be here.
        package var workloadOwnerKeys: [String] = []
        package var seedshareOwnerKeys: [String] = []

        package init() {}
    }

    /// The program that ran.
    package struct Tool: Sendable, Equatable {
        package var version: String
        /// SHA-256 of the executable in hexadecimal.
        package var digest: String

        package init(version: String, digest: String) {
            self.version = version
            self.digest = digest
        }
    }

    /// What was written, sorted by name.
    package var outputs: [File]
    package var materials: [Material]
    package var options: Options
    package var tool: Tool
    /// By workload, as `Kind namespace/name`.
    package var policies: [File]

    package init(outputs: [File], materials: [Material], options: Options, tool: Tool, policies: [File]) {
        self.outputs = outputs
        self.materials = materials
        self.options = options
        self.tool = tool
        self.policies = policies
    }

    /// UTF-8, sorted keys, indented by two spaces, a final newline.
    package var text: [UInt8] { JSONPrinter.print(json, JSONPrinter.Style(indent: 2, sortedKeys: true)) + [0x0A] }

    private var json: JSONValue {
        let definition: JSONValue = [
            "buildType": .string(Self.buildType), "externalParameters": options.json,
            "resolvedDependencies": .array(
                materials.map { Self.json($0.file, role: $0.role.rawValue) }),
        ]
        let program = Self.json(File(name: "contrast", digest: tool.digest))
        let details: JSONValue = [
            "builder": [
                "builderDependencies": [program], "id": .string(Self.builder),
                "version": ["contrast": .string(tool.version)],
            ],
            "byproducts": .array(policies.map { Self.json($0, role: "policy") }),
        ]
        return [
            "_type": .string(Self.type), "predicate": ["buildDefinition": definition, "runDetails": details],
            "predicateType": .string(Self.predicateType), "subject": .array(outputs.map { Self.json($0) }),
        ]
    }

    private static func json(_ file: File, role: String? = nil) -> JSONValue {
        var object = JSONObject([("digest", ["sha256": .string(file.digest)]), ("name", .string(file.name))])
        if let role { object["annotations"] = ["role": .string(role)] }
        return .object(object)
    }
}

extension BuildStatement.Options {
    fileprivate var json: JSONValue {
        [
            "flags": .array(flags.sorted().map(JSONValue.string)),
            "options": .object(JSONObject(texts.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            "seedshareOwnerKeys": .array(seedshareOwnerKeys.map(JSONValue.string)),
            "workloadOwnerKeys": .array(workloadOwnerKeys.map(JSONValue.string)),
        ]
    }
}
