// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Names the runtime that the pod was compiled for.
package struct RuntimeClassPass: Pass {
    /// Name of the RuntimeClass and its handler, which are the same.
    package var handler: String

    package init(handler: String) { self.handler = handler }

    package func run(_ context: inout PassContext) {
        let spec = context.pod.spec
        let pointer = context.specPointer("runtimeClassName")
        guard let existing = spec["runtimeClassName"] else {
            context.replaced.add(pointer, nil)
            spec.set("runtimeClassName", .string(handler))
            return
        }
        guard existing.isScalar else {
            return context.diagnostics.error(.wrongType, "'runtimeClassName' is not a string", at: existing.range)
        }
        guard existing.text != handler else { return }
        context.replaced.add(pointer, existing.isNull ? existing.emptyText : existing.restorableText)
        if existing.isNull {
            spec.set("runtimeClassName", .string(handler))
        } else {
            existing.setText(handler)
        }
    }
}
