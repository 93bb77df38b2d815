// SPDX-License-Identifier: Apache-2.0

/// A part of a container's data that mostly comes from the settings.
package enum RecurringPart: Sendable {
    case capabilities
    case paths
    /// From `namespaces` to `runtime_annotations`.
    case runtime
    case sysctls
    /// By its place in the list.
    case mount(Int)

    /// A number of its own for each part.
    package var index: Int {
        switch self {
        case .capabilities: 0
        case .paths: 1
        case .runtime: 2
        case .sysctls: 3
        case .mount(let place): 4 + place
        }
    }

    /// Whether the part is the same, byte for byte, in both containers, given the same settings.
    package func isSame(_ left: ContainerPolicy, _ right: ContainerPolicy) -> Bool {
        switch self {
        case .capabilities:
            let (left, right) = (left.process.capabilities, right.process.capabilities)
            return Self.same(left.ambient, right.ambient) && Self.same(left.bounding, right.bounding)
                && Self.same(left.effective, right.effective) && Self.same(left.inheritable, right.inheritable)
                && Self.same(left.permitted, right.permitted)
        case .paths: return Self.same(left.maskedPaths, right.maskedPaths)
        case .runtime:
            return left.process.noNewPrivileges == right.process.noNewPrivileges
                && left.ociVersion.hasSameBytes(as: right.ociVersion) && left.sandboxPidns == right.sandboxPidns
                && left.rootReadonly == right.rootReadonly && left.rootPath.hasSameBytes(as: right.rootPath)
                && Self.same(left.readonlyPaths, right.readonlyPaths)
                && Self.same(left.runtimeAnnotationPatterns, right.runtimeAnnotationPatterns)
                && left.namespaces.elementsEqual(right.namespaces) {
                    $0.type.hasSameBytes(as: $1.type) && $0.path.hasSameBytes(as: $1.path)
                }
        case .sysctls: return Self.same(left.sysctls, right.sysctls)
        case .mount(let place):
            guard left.mounts.indices.contains(place), right.mounts.indices.contains(place) else { return false }
            return Self.same(left.mounts[place], right.mounts[place])
        }
    }

    private static func same(_ left: MountPolicy, _ right: MountPolicy) -> Bool {
        left.destination.hasSameBytes(as: right.destination) && left.source.hasSameBytes(as: right.source)
            && left.type.hasSameBytes(as: right.type) && same(left.options, right.options)
    }

    private static func same(_ left: [String], _ right: [String]) -> Bool {
        left.elementsEqual(right) { $0.hasSameBytes(as: $1) }
    }

    private static func same(_ left: [KeyValue], _ right: [KeyValue]) -> Bool {
        left.elementsEqual(right) { $0.key.hasSameBytes(as: $1.key) && $0.value.hasSameBytes(as: $1.value) }
    }
}
