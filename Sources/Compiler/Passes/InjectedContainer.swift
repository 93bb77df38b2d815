// SPDX-License-Identifier: Apache-2.0

internal import IR

/// An init container that generate adds.
enum InjectedContainer {
    enum Position { case first, last }

    /// Puts a container into the pod's init containers in place of any of its name. Nothing is touched when the one
    /// that is there, at the right place, says the same.
    static func put(_ value: YAMLValue, named name: String, at position: Position, _ context: inout PassContext) {
        let pod = context.pod
        let existing = pod.initContainers
        let ours = existing.indices.filter { existing[$0]["name"]?.text == name }
        let place = position == .first ? existing.startIndex : existing.endIndex - 1
        if ours == [place], existing[place].means(value) { return }
        for index in ours.reversed() { pod.spec["initContainers"]?.removeItem(at: index) }
        let list = context.collection(
            "initContainers", sequence: true, in: pod.spec, pointer: context.specPointer("initContainers"))
        switch position {
        case .first: list?.insert(value, at: 0)
        case .last: list?.append(value)
        }
    }
}
