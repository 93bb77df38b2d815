// SPDX-License-Identifier: Apache-2.0

package import IR

/// Warnings about pods that do not fit their images.
package enum ImageAdvice {
    /// What is known of an image.
    package struct Image {
        package var user: String?
        /// Bytes of the layers as they come; `nil` when nobody knows.
        package var compressedBytes: Int64?

        package init(user: String?, compressedBytes: Int64?) {
            self.user = user
            self.compressedBytes = compressedBytes
        }
    }

    /// Memory that an image takes in a guest, for each of its compressed bytes: a rule of thumb.
    static let memoryPerByte: Int64 = 10

    /// Warns where the memory of a pod hardly has room for its images, which the guest unpacks in it. A pod without any
    /// limit is not sized at all, which is another finding.
    package static func memory(
        of pod: PodObject, _ demand: ResourcesPass.Demand, image: (Located<String>) -> Image?,
        into diagnostics: inout Diagnostics
    ) {
        let available = demand.size.memoryBytes - demand.overhead
        guard available > 0 else { return }
        var seen = Set<String>(minimumCapacity: demand.containers.count)
        var sum: Int64 = 0
        var largest: (name: Located<String>, bytes: Int64)?
        for container in pod.initContainers + pod.containers {
            guard let name = container["image"], name.isScalar, seen.insert(name.text).inserted else { continue }
            let located = Located(name.text, name.range ?? pod.range)
            guard let bytes = image(located)?.compressedBytes else { continue }
            sum = sum.addingReportingOverflow(bytes).overflow ? .max : sum + bytes
            if bytes > largest?.bytes ?? 0 { largest = (located, bytes) }
        }
        let (needed, overflow) = sum.multipliedReportingOverflow(by: memoryPerByte)
        guard let largest, overflow || needed > available else { return }
        let mebibyte: Int64 = 1 << 20
        let rounded = overflow || needed > .max - mebibyte ? .max : (needed + mebibyte - 1) / mebibyte * mebibyte
        diagnostics.warning(
            .memoryBelowImages,
            "the containers of the pod have \(Quantity.memoryText(bytes: available)) of memory, and its images, "
                + "\(sum) bytes in compressed layers, are unpacked in it", at: largest.name.range,
            notes: [
                .init(
                    "by a rule of thumb images take ten times that: \(Quantity.memoryText(bytes: rounded)) in limits"),
                .init("'--calculate-pod-memory' sizes the pod by what they really take"),
            ])
    }

    /// Warns of containers that the kubelet will refuse to start, since the pod asks for a user other than root and
    /// states none, and the image names root or a user whose number the kubelet does not look up.
    package static func user(
        of pod: PodObject, image: (Located<String>) -> Image?, into diagnostics: inout Diagnostics
    ) {
        let ofPod = pod.spec["securityContext"]
        for container in pod.initContainers + pod.containers {
            let own = container["securityContext"]
            func stated(_ key: String) -> YAMLNode? {
                for context in [own, ofPod] {
                    if let node = context?[key], node.isScalar, !node.isNull { return node }
                }
                return nil
            }
            guard let rule = stated("runAsNonRoot"), rule.text == "true", stated("runAsUser") == nil,
                let name = container["image"], name.isScalar,
                let image = image(Located(name.text, name.range ?? pod.range))
            else { continue }
            let user = String((image.user ?? "").utf8.prefix { $0 != UInt8(ascii: ":") }) ?? ""
            let container = container["name"]?.text ?? ""
            let isOurs = ContrastName.injectedContainers.contains(container)
            let problem: String
            if user.isEmpty || UInt32(user) == 0 {
                problem = "its image runs as root"
            } else if UInt32(user) == nil {
                problem = "its image runs as '\(user)', a name, which it does not look up"
            } else {
                continue
            }
            diagnostics.warning(
                .userNotShownNonRoot,
                "the kubelet will not start the container '\(container)' with 'runAsNonRoot': \(problem)",
                at: rule.range,
                notes: [
                    .init(
                        isOurs
                            ? "set 'runAsNonRoot' in your containers, not for the whole pod"
                            : "state the number of the user in 'runAsUser'")
                ])
        }
    }
}
