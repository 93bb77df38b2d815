// SPDX-License-Identifier: Apache-2.0

package import IR

/// The volumes of a workload whose content the host chooses or can change: what a container reads there is an input from
/// an adversary.
///
/// Trusted are volumes that the guest makes and keeps: an emptyDir in memory or on a block device that the guest
/// encrypts, devices of the guest itself, and block devices that only Contrast's own containers open, which encrypt them.
package struct HostControlledVolumes {
    /// One place where a container meets such a volume.
    package struct Use: Sendable, Equatable {
        package var container: String
        /// Path of the mount or of the device.
        package var path: String
        /// Name of the volume; empty for one that the image declares and the pod does not mount.
        package var volume: String
        /// The key of its source in the pod, e.g. `configMap`; `image` for one that the image declares.
        package var source: String
    }

    /// Containers of Contrast with the paths of the devices that are encrypted for them.
    private static let encrypting = [
        (ContrastName.initializer, SecurePV.devicePath), (ContrastName.imageStoreHolder, ImageStorePass.devicePath),
    ]

    private let workload: Workload
    private let emptyDirType: ClusterSettings.EmptyDirType

    package init(_ workload: Workload, emptyDirType: ClusterSettings.EmptyDirType) {
        self.workload = workload
        self.emptyDirType = emptyDirType
    }

    /// In the order of the containers, and of their mounts, then devices, then what the image declares.
    ///
    /// - Parameter declared: the paths that a container's image declares as volumes.
    package func uses(declared: (Container) -> [String]) -> [Use] {
        var sources: [String: Volume.Source] = [:]
        for volume in workload.spec.volumes { sources[volume.name.value] = volume.source }
        for claim in workload.volumeClaimTemplates {
            sources[claim.value] = .persistentVolumeClaim(claimName: claim.value)
        }
        return (workload.spec.initContainers + workload.spec.containers).flatMap { container in
            func use(_ volume: String, _ path: String, _ isControlled: (Volume.Source) -> Bool) -> Use? {
                guard let source = sources[volume], isControlled(source) else { return nil }
                return Use(container: container.name.value, path: path, volume: volume, source: Self.name(source))
            }
            let mounts = container.volumeMounts.compactMap { mount in
                let isCopied = mount.subPath != nil || mount.subPathExpr != nil
                return use(mount.name.value, mount.mountPath.value) { isCopied || isControlled($0) }
            }
            let devices = container.volumeDevices.compactMap { device in
                let opener = (container.name.value, device.devicePath.value)
                return use(device.name.value, device.devicePath.value) { _ in
                    !Self.encrypting.contains { $0 == opener }
                }
            }
            let mounted = Set(container.volumeMounts.map { Self.clean($0.mountPath.value) })
            let images = declared(container).filter { !mounted.contains(Self.clean($0)) }.map { path in
                Use(container: container.name.value, path: path, volume: "", source: "image")
            }
            return mounts + devices + images
        }
    }

    /// Whether the host controls what is mounted from a source.
    private func isControlled(_ source: Volume.Source) -> Bool {
        switch source {
        case .emptyDir(let medium): medium != "Memory" && emptyDirType != .blockEncrypted
        case .hostPath(let path, _): !VolumeAdvice.isDevice(path.value)
        case .configMap, .secret, .projected, .downwardAPI, .persistentVolumeClaim, .ephemeral, .azureFile, .other: true
        }
    }

    private static func name(_ source: Volume.Source) -> String {
        switch source {
        case .emptyDir: "emptyDir"
        case .hostPath: "hostPath"
        case .persistentVolumeClaim: "persistentVolumeClaim"
        case .configMap: "configMap"
        case .secret: "secret"
        case .azureFile: "azureFile"
        case .projected: "projected"
        case .downwardAPI: "downwardAPI"
        case .ephemeral: "ephemeral"
        case .other(let kind): kind.value
        }
    }

    /// The path without repeated slashes and without one at its end.
    private static func clean(_ path: String) -> String { "/" + path.split(separator: "/").joined(separator: "/") }
}
