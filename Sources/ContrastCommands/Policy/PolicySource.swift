// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import Driver
internal import IR
internal import InitDataFormat

/// A policy out of a file, with the workload it is of where the file is YAML.
struct PolicySource {
    var workload: String?
    var data: PolicyData
    var file: SourceFile

    /// The policies of Rego text, or of the workloads of a compiled YAML file, of one where a name is given.
    static func read(_ path: String, workload: String?, _ diagnostics: inout Diagnostics) -> [PolicySource] {
        guard let file = SourceReader().read(path, limit: InputLimits.fileSize, &diagnostics) else { return [] }
        // Rego text by its name, or by how every policy of ours starts; anything else is taken for YAML.
        let starts = PolicyProfile.allCases.map(RegoBackend.rules)
        if path.hasSuffix(".rego") || starts.contains(where: { file.bytes.starts(with: $0) }) {
            return parse(file.bytes, file, nil, &diagnostics).map { [$0] } ?? []
        }
        return AttachedPolicies(file: path, workload: workload).read(file, &diagnostics).compactMap { attached in
            guard let text = attached.content.policy else {
                diagnostics.error(.notAPolicy, "the initdata holds no policy", at: attached.range)
                return nil
            }
            return parse(Array(text.utf8), file, attached.workload, &diagnostics)
        }
    }

    /// The one policy of a file.
    static func readOne(_ path: String, workload: String?, _ diagnostics: inout Diagnostics) -> PolicySource? {
        one(read(path, workload: workload, &diagnostics), path, &diagnostics)
    }

    static func one(_ all: [PolicySource], _ path: String, _ diagnostics: inout Diagnostics) -> PolicySource? {
        guard let first = all.first, !diagnostics.hasErrors else { return nil }
        guard all.count == 1 else {
            let names = all.compactMap(\.workload).joined(separator: ", ")
            diagnostics.error(
                .notAPolicy, "the file has several policies: \(names)", path: path,
                notes: [.init("choose one with '--workload'")])
            return nil
        }
        return first
    }

    private static func parse(
        _ text: [UInt8], _ file: SourceFile, _ workload: String?, _ diagnostics: inout Diagnostics
    ) -> PolicySource? {
        do throws(PolicyReadError) {
            return PolicySource(workload: workload, data: try PolicyReader.read(text), file: file)
        } catch {
            diagnostics.error(.notAPolicy, error.message, path: file.path)
            return nil
        }
    }
}
