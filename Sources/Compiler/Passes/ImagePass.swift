// SPDX-License-Identifier: Apache-2.0

package import IR

/// Replaces images by the user's list and pins them to the digests of the lock, also those of containers that bear one of
/// our names but were written by the user.
package struct ImagePass: Pass {
    /// The final reference of an image, or `nil` after an error.
    package typealias Pin = (_ image: Located<String>, _ diagnostics: inout Diagnostics) -> String?

    private let pin: Pin

    package init(pin: @escaping Pin) { self.pin = pin }

    package func run(_ context: inout PassContext) {
        for list in ["initContainers", "containers"] {
            for (container, pointer) in context.containers(list) {
                guard pointer != nil || !context.placed.contains(container["name"]?.text ?? "") else { continue }
                guard let image = container["image"], image.isScalar, !image.isNull, !image.text.isEmpty else {
                    let name = container["name"]?.text ?? "?"
                    context.diagnostics.error(
                        .missingImage, "the container '\(name)' has no image", at: container.range)
                    continue
                }
                let old = Located(image.text, image.range)
                guard let new = pin(old, &context.diagnostics), new != old.value else { continue }
                defer { image.setText(new) }
                // The record has a user's container of our name as a whole.
                guard let pointer else { continue }
                // Every image that a run writes has its digest, so one without is the user's, also in a later run.
                if old.value.containsByte(UInt8(ascii: "@")) {
                    context.replaced.add("\(pointer)/image", image.restorableText)
                } else {
                    context.replaced.update("\(pointer)/image", image.restorableText)
                }
            }
        }
    }
}
