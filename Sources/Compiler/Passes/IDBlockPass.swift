// SPDX-License-Identifier: Apache-2.0

internal import IR

/// States which launch a pod's VM must have had, one ID block per processor line, so that the firmware refuses any other.
/// Blocks for other platforms or lines are taken out.
package struct IDBlockPass: Pass {
    private let annotations: [Annotation]

    /// One annotation of the pod template.
    package struct Annotation: Sendable, Equatable {
        package var key: String
        package var value: String

        package init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// - Parameter annotations: in the order in which they are added; none where there are no ID blocks.
    package init(annotations: [Annotation]) { self.annotations = annotations }

    package func run(_ context: inout PassContext) {
        let existing = context.pod.template["metadata"]?["annotations"]
        for key in (existing?.pairs ?? []).map(\.key.text) where Self.isOurs(key) {
            context.recordForeign(key)
            if !annotations.contains(where: { $0.key == key }) { existing?.remove(key) }
        }
        for annotation in annotations { context.annotate(annotation.key, annotation.value) }
    }

    private static func isOurs(_ key: String) -> Bool { ContrastName.idBlockPrefixes.contains(where: key.hasPrefix) }
}
