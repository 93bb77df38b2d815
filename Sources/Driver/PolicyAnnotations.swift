// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
package import IR
package import InitDataFormat

/// A policy found in a compiled deployment, or on its own.
package struct AttachedPolicy: Sendable {
    /// `Kind namespace/name`; `nil` for an annotation's value on its own.
    package var workload: String?
    package var range: SourceRange?
    /// Bytes of the annotation's value.
    package var annotationSize: Int
    package var content: AnnotationContent
}

/// Finds the policies in what generate wrote.
package enum PolicyAnnotations {
    /// The policies of all workloads of a YAML source in their order; or the one that a source holds which is nothing
    /// but an annotation's value.
    package static func read(_ source: SourceFile, into diagnostics: inout Diagnostics) -> [AttachedPolicy] {
        let value = source.bytes.filter { $0 > 0x20 }
        if value.count <= AnnotationContent.sizeLimit, Base64.decode(value) != nil, !value.isEmpty {
            return decode(value, of: nil, at: SourceRange(source, 0, source.bytes.count), &diagnostics).map { [$0] }
                ?? []
        }
        var found: [AttachedPolicy] = []
        for document in YAMLFrontend.parse(source, into: &diagnostics) {
            for object in KubernetesObject.all(in: YAMLTree(document)) {
                if let pod = PodObject(object) { found += policies(of: pod, into: &diagnostics) }
            }
        }
        return found
    }

    /// All that are attached to one pod.
    static func policies(of pod: PodObject, into diagnostics: inout Diagnostics) -> [AttachedPolicy] {
        [ContrastName.initData, ContrastName.agentPolicy].compactMap { key in
            guard let annotation = pod.annotation(key) else { return nil }
            return decode(Array(annotation.text.utf8), of: pod.displayName, at: annotation.range, &diagnostics)
        }
    }

    /// The Rego text attached to one pod; `nil` when there is none.
    static func policy(of pod: PodObject, into diagnostics: inout Diagnostics) -> [UInt8]? {
        policies(of: pod, into: &diagnostics).lazy.compactMap { $0.content.policy.map { Array($0.utf8) } }.first
    }

    private static func decode(
        _ value: [UInt8], of workload: String?, at range: SourceRange?, _ diagnostics: inout Diagnostics
    ) -> AttachedPolicy? {
        do throws(InitDataError) {
            let content = try AnnotationContent(annotationValue: value)
            return AttachedPolicy(workload: workload, range: range, annotationSize: value.count, content: content)
        } catch {
            let place = range.map { SourceRange($0.file, $0.start, min($0.end, $0.start + 1)) }
            diagnostics.error(.malformedInitData, error.message, at: place)
            return nil
        }
    }
}
