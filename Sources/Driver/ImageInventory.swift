// SPDX-License-Identifier: Apache-2.0

package import Compiler
package import IR

/// The images that the pods of some inputs run.
package struct ImageInventory: Sendable {
    /// An image and the first place that names it.
    package struct Image: Sendable {
        package var reference: ImageReference
        package var range: SourceRange?
    }

    /// Each text once, in the order of the inputs.
    package var images: [Image] = []
    package private(set) var diagnostics = Diagnostics()
    private var seen: Set<String> = []

    /// Which pods count.
    package enum Selection: Sendable {
        case all
        /// Those that generate compiles without `--all`.
        case confidential
    }

    /// - Parameter replacements: what stands for some images.
    package static func of(
        _ inputs: [InputFile], _ selection: Selection = .all, replacements: ImageReplacements = ImageReplacements(),
        jobs: Int
    ) -> ImageInventory {
        var inventory = ImageInventory()
        var next = 0
        while next < inputs.count {
            let batch = Batch.load(inputs, from: next, jobs: jobs)
            for file in batch.files { inventory.add(file, selection, replacements) }
            next = batch.end
        }
        return inventory
    }

    private mutating func add(_ file: ParsedFile, _ selection: Selection, _ replacements: ImageReplacements) {
        diagnostics.add(contentsOf: file.diagnostics)
        for document in file.documents {
            for object in KubernetesObject.all(in: YAMLTree(document)) {
                guard let pod = PodObject(object) else { continue }
                if selection == .confidential, case .other = RuntimeClass(pod.runtimeClassName?.text ?? "") { continue }
                for container in pod.initContainers + pod.containers { add(container, replacements) }
            }
        }
    }

    private mutating func add(_ container: YAMLNode, _ replacements: ImageReplacements) {
        // What generate injects is described by its bundles.
        guard !ContrastName.injectedContainers.contains(container["name"]?.text ?? "") else { return }
        guard let image = container["image"], image.isScalar, !image.isNull, !image.text.isEmpty else { return }
        let text = replacements[image.text] ?? image.text
        guard seen.insert(text).inserted else { return }
        do throws(ImageReferenceError) {
            images.append(Image(reference: try ImageReference(text), range: image.range?.excerpt))
        } catch {
            diagnostics.error(.malformedImageReference, error.reason, at: image.range?.excerpt)
        }
    }
}
