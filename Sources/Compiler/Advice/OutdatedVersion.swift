// SPDX-License-Identifier: Apache-2.0

package import IR

/// Versions of pod-bearing kinds that clusters no longer serve. They are read as their current form.
package enum OutdatedVersion {
    package static func check(_ object: KubernetesObject, into diagnostics: inout Diagnostics) {
        guard let kind = WorkloadKind.of(object) else { return }
        let current = kind.currentGroup.isEmpty ? "v1" : "\(kind.currentGroup)/v1"
        let found = object.group.isEmpty ? object.version : "\(object.group)/\(object.version)"
        guard found != current, let node = object.node["apiVersion"], let range = node.range else { return }
        diagnostics.warning(
            .outdatedAPIVersion, "'\(found)' is read as '\(current)'; clusters no longer serve it for \(object.kind)",
            at: range, fixIts: [.init("write '\(current)'", at: range, replacement: node.inItsQuotes(current))])
    }
}
