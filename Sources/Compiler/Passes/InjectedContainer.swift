// SPDX-License-Identifier: Apache-2.0

internal import IR

/// An init container that generate adds.
enum InjectedContainer {
    enum Position {
        /// Before all others but those of ours that come first: the holder of the image store, then the debug shell.
        case first
        case last
    }

    private static let leading = [ContrastName.imageStoreHolder, ContrastName.debugShell, ContrastName.initializer]

    /// Puts a container into the pod's init containers in place of any of its name. Nothing is touched when the one
    /// that is there, at the right place, says the same.
    static func put(_ value: YAMLValue, named name: String, at position: Position, _ context: inout PassContext) {
        context.placed.insert(name)
        let pod = context.pod
        let existing = pod.initContainers
        let ours = existing.indices.filter { existing[$0]["name"]?.text == name }
        let others = existing.filter { $0["name"]?.text != name }
        let before = leading.prefix { $0 != name }
        let place =
            switch position {
            case .first: others.prefix { before.contains($0["name"]?.text ?? "") }.count
            case .last: others.count
            }
        if ours == [place], existing[place].means(value) { return }
        for index in ours.reversed() { pod.spec["initContainers"]?.removeItem(at: index) }
        let list = context.collection(
            "initContainers", sequence: true, in: pod.spec, pointer: context.specPointer("initContainers"))
        list?.insert(value, at: place)
    }

    /// Takes out a container that an earlier run added and that this one does not ask for.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    static func withdraw(_ name: String, _ context: inout PassContext) -> Bool {
        let containers = context.pod.initContainers
        guard context.wasCompiled, let index = containers.firstIndex(where: { $0["name"]?.text == name }),
            !context.isUsersOwn(name, in: "initContainers")
        else { return false }
        context.pod.spec["initContainers"]?.removeItem(at: index)
        return true
    }
}
