// SPDX-License-Identifier: Apache-2.0

package import IR

/// Limits the memory of the pod as a whole so that its containers and their unpacked images fit: twice what both need,
/// since the guest keeps images on a file system that gets half of its memory.
///
/// To be run last, on what all other passes made of the pod.
package struct PodMemoryPass: Pass {
    /// Bytes that an image takes with all its layers, compressed and unpacked; `nil` when nobody knows.
    package typealias LayerBytes = (_ image: Located<String>) -> Int64?

    private let layerBytes: LayerBytes

    package init(layerBytes: @escaping LayerBytes) { self.layerBytes = layerBytes }

    package func run(_ context: inout PassContext) {
        guard let images = imageBytes(&context) else { return }
        let text = Quantity.memoryText(bytes: Self.limit(containers: Self.containerBytes(context.pod), images: images))
        set(text, &context)
    }

    /// Whole MiB, as bytes.
    static func limit(containers: Int64, images: Int64) -> Int64 {
        let mebibyte: Int64 = 1 << 20
        let (sum, overflow) = containers.addingReportingOverflow(images)
        guard !overflow, sum < Int64.max / 2 - mebibyte else { return Int64.max / mebibyte * mebibyte }
        return (2 * sum + mebibyte - 1) / mebibyte * mebibyte
    }

    /// The larger of what runs together and of what all ordinary init containers need.
    static func containerBytes(_ pod: PodObject) -> Int64 {
        func sum(_ containers: [YAMLNode]) -> Int64 {
            containers.reduce(0) { sum, container in
                let limit = container["resources"]?["limits"]?["memory"].flatMap { Quantity($0.quantityText) }
                let (total, overflow) = sum.addingReportingOverflow(limit?.unitsRoundedUp ?? 0)
                return overflow ? .max : total
            }
        }
        let isSidecar: (YAMLNode) -> Bool = { $0["restartPolicy"]?.text == "Always" }
        return max(
            sum(pod.containers + pod.initContainers.filter(isSidecar)),
            sum(pod.initContainers.filter { !isSidecar($0) }))
    }

    /// The sum over the images of the pod, each counted once; `nil` after an error.
    private func imageBytes(_ context: inout PassContext) -> Int64? {
        var seen: Set<String> = []
        var sum: Int64 = 0
        var isKnown = true
        for container in context.pod.initContainers + context.pod.containers {
            guard let image = container["image"], image.isScalar, seen.insert(image.text).inserted else { continue }
            guard let bytes = layerBytes(Located(image.text, image.range)) else {
                isKnown = false
                context.diagnostics.error(
                    .imageNotLocked,
                    "the layer sizes of the image '\(image.text)' are not known, which the memory of the "
                        + "pod is calculated from", at: image.range ?? context.pod.range,
                    notes: [
                        .init("record 'layers' with 'size' and 'uncompressedSize' in the lock, or set limits by hand")
                    ])
                continue
            }
            let (total, overflow) = sum.addingReportingOverflow(bytes)
            sum = overflow ? .max : total
        }
        return isKnown ? sum : nil
    }

    private func set(_ text: String, _ context: inout PassContext) {
        let spec = context.pod.spec
        let pointer = context.specPointer("resources")
        for kind in ["limits", "requests"] {
            if let existing = spec["resources"]?[kind]?["memory"], existing.isScalar {
                guard existing.isNull || Quantity(existing.quantityText) != Quantity(text) else { continue }
                context.replaced.add("\(pointer)/\(kind)/memory", existing.restorableText)
                existing.setText(text)
                continue
            }
            // The outermost of what is made here is what a removal takes out.
            if spec["resources"] == nil {
                context.replaced.add(pointer, nil)
            } else if spec["resources"]?[kind] == nil {
                if context.replaced.entries[pointer] == nil { context.replaced.add("\(pointer)/\(kind)", nil) }
            } else {
                context.replaced.add("\(pointer)/\(kind)/memory", nil)
            }
            guard
                let resources = context.collection("resources", sequence: false, in: spec, pointer: pointer),
                let amounts = context.collection(kind, sequence: false, in: resources, pointer: "\(pointer)/\(kind)")
            else { return }
            amounts.set("memory", .string(text))
        }
    }
}
