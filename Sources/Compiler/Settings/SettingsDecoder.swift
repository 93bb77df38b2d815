// SPDX-License-Identifier: Apache-2.0

import IR

/// Turns a patched settings document into settings. Keys that only other versions of the format know are ignored when
/// they are listed here; all others are problems.
struct SettingsDecoder {
    private static let storageKeys = [
        "driver", "driver_options", "source", "fstype", "options", "mount_point", "fs_group", "shared",
    ]

    static func decode(_ document: JSONValue, _ problems: SettingsProblems) -> PolicySettings {
        let root = SettingsObject(
            document, at: JSONPointer(),
            known: [
                "pause_container", "other_container", "volumes", "devices", "mount_destinations", "sandbox", "common",
                "kata_config", "cluster_config", "request_defaults",
            ], problems: problems)
        if document.object == nil { return .defaults }
        let kata = root.object(
            "kata_config", known: ["oci_version", "enable_configmap_secret_storages"], ignored: ["confidential_guest"])
        let sandbox = root.object("sandbox", known: ["storages"])
        return PolicySettings(
            pause: template(root, "pause_container"), other: template(root, "other_container"), volumes: volumes(root),
            devices: devices(root), mountDestinations: root.strings("mount_destinations"),
            sandboxStorages: sandbox.objects("storages", isRequired: true, known: storageKeys, storage),
            common: common(root), ociVersion: kata.string("oci_version"),
            enableConfigMapSecretStorages: kata.bool("enable_configmap_secret_storages"), cluster: cluster(root),
            requestDefaults: requestDefaults(root))
    }

    private static func template(_ root: SettingsObject, _ key: String) -> ContainerTemplate {
        let template = root.object(
            key, known: ["Root", "Mounts", "Annotations", "Process", "Linux"], ignored: ["Version", "Hooks"])
        let rootfs = template.object("Root", known: ["Path", "Readonly"])
        let process = template.optionalObject(
            "Process", known: ["Args", "Env", "NoNewPrivileges"], ignored: ["Terminal", "User", "Cwd", "Capabilities"])
        let linux = template.optionalObject(
            "Linux", known: ["Sysctl", "MaskedPaths", "ReadonlyPaths", "Devices"], ignored: ["Namespaces"])
        return ContainerTemplate(
            rootPath: rootfs.string("Path"), rootReadonly: rootfs.bool("Readonly", default: false),
            mounts: template.objects(
                "Mounts", isRequired: false, known: ["destination", "source", "type_", "options"]
            ) {
                TemplateMount(
                    destination: $0.string("destination"), source: $0.optionalString("source"),
                    type: $0.string("type_"), options: $0.strings("options"))
            },
            annotations: template.stringMap("Annotations"), args: process.strings("Args", default: []),
            env: process.strings("Env", default: []), noNewPrivileges: process.bool("NoNewPrivileges", default: false),
            sysctls: linux.stringMap("Sysctl"), maskedPaths: linux.strings("MaskedPaths", default: []),
            readonlyPaths: linux.strings("ReadonlyPaths", default: []),
            linuxDevices: linux.objects("Devices", isRequired: false, known: ["Type", "Path"]) {
                LinuxDevicePolicy(type: $0.string("Type", default: ""), path: $0.string("Path"))
            })
    }

    private static func volumes(_ root: SettingsObject) -> VolumeSettings {
        let volumes = root.object(
            "volumes",
            known: [
                "emptyDir", "emptyDir_encrypted", "emptyDir_plain", "emptyDir_memory", "configMap", "image_volume",
            ],
            ignored: ["confidential_emptyDir", "confidential_configMap"])
        return VolumeSettings(
            emptyDir: volume(volumes, "emptyDir"), emptyDirEncrypted: volume(volumes, "emptyDir_encrypted"),
            emptyDirPlain: volume(volumes, "emptyDir_plain"), emptyDirMemory: volume(volumes, "emptyDir_memory"),
            configMap: volume(volumes, "configMap"), imageVolume: volume(volumes, "image_volume"))
    }

    private static func volume(_ volumes: SettingsObject, _ key: String) -> VolumeTemplate {
        let volume = volumes.object(
            key,
            known: [
                "mount_type", "mount_source", "mount_point", "driver", "driver_options", "source", "fstype", "options",
                "shared",
            ])
        return VolumeTemplate(
            mountType: volume.string("mount_type"), mountSource: volume.string("mount_source"),
            mountPoint: volume.string("mount_point", default: ""), driver: volume.string("driver"),
            driverOptions: volume.strings("driver_options", default: []), source: volume.string("source", default: ""),
            fstype: volume.string("fstype"), options: volume.strings("options"),
            shared: volume.bool("shared", default: false))
    }

    private static func devices(_ root: SettingsObject) -> DeviceSettings {
        let vfio = root.object("devices", known: ["vfio"]).object(
            "vfio", known: ["device_path", "anno_key_regex", "nvidia"])
        let gpu = vfio.object("nvidia", known: ["gpu_anno_value_regex", "gpu_gk_device_type", "pgpu_resource_keys"])
        return DeviceSettings(
            vfioDevicePath: vfio.string("device_path"), annotationKeyRegex: vfio.string("anno_key_regex"),
            gpuAnnotationValueRegex: gpu.string("gpu_anno_value_regex"),
            gpuDeviceType: gpu.string("gpu_gk_device_type"), gpuResourceKeys: gpu.strings("pgpu_resource_keys"))
    }

    private static func storage(_ storage: SettingsObject) -> StoragePolicy {
        let hasGroup = storage.has("fs_group")
        let group = storage.optionalObject("fs_group", known: ["group_id"], ignored: ["group_change_policy"])
        return StoragePolicy(
            driver: storage.string("driver"), driverOptions: storage.strings("driver_options"),
            source: storage.string("source"), fstype: storage.string("fstype"), options: storage.strings("options"),
            mountPoint: storage.string("mount_point"),
            fsGroup: hasGroup ? group.integer("group_id", as: UInt32.self) : nil,
            shared: storage.bool("shared", default: false))
    }

    private static func common(_ root: SettingsObject) -> CommonSettings {
        let common = root.object(
            "common",
            known: [
                "cpath", "spath", "root_path", "sfprefix", "ip_p", "ipv4_a", "svc_name_downward_env", "dns_label",
                "default_caps", "privileged_caps",
            ],
            ignored: ["image_layer_verification", "svc_name", "s_source", "mount_source_cpath"])
        return CommonSettings(
            cpath: common.string("cpath"), spath: common.string("spath"), rootPath: common.string("root_path"),
            sfprefix: common.string("sfprefix"), ipPort: common.string("ip_p"), ipv4Address: common.string("ipv4_a"),
            serviceNameDownwardEnv: common.string("svc_name_downward_env"), dnsLabel: common.string("dns_label"),
            defaultCaps: common.strings("default_caps"), privilegedCaps: common.strings("privileged_caps"))
    }

    private static func cluster(_ root: SettingsObject) -> ClusterSettings {
        let cluster = root.object(
            "cluster_config",
            known: ["pause_container_image", "guest_pull", "emptydir_type", "cgroup_mount_extras_allowed"],
            ignored: ["pause_container_id_policy"])
        let type = cluster.string("emptydir_type")
        let emptyDirType = ClusterSettings.EmptyDirType(rawValue: type)
        if emptyDirType == nil, cluster.has("emptydir_type") {
            cluster.problem("expected block-encrypted, block-plain or shared-fs, found '\(type)'", at: "emptydir_type")
        }
        return ClusterSettings(
            pauseContainerImage: cluster.string("pause_container_image"), guestPull: cluster.bool("guest_pull"),
            emptyDirType: emptyDirType ?? .blockEncrypted,
            cgroupMountExtrasAllowed: cluster.strings("cgroup_mount_extras_allowed"))
    }

    private static func requestDefaults(_ root: SettingsObject) -> RequestDefaults {
        let requests = root.object(
            "request_defaults",
            known: [
                "CreateContainerRequest", "CopyFileRequest", "ExecProcessRequest", "UpdateRoutesRequest",
                "UpdateInterfaceRequest", "AddARPNeighborsRequest", "CloseStdinRequest", "ReadStreamRequest",
                "UpdateEphemeralMountsRequest", "WriteStreamRequest", "GetDiagnosticDataRequest",
            ])
        let create = requests.object("CreateContainerRequest", known: ["allow_env_regex"])
        let exec = requests.object(
            "ExecProcessRequest", known: ["allowed_commands", "regex", "commands"])
        if !exec.strings("commands", default: []).isEmpty {
            exec.problem(
                "'commands' is no longer read; use 'allowed_commands', a list of argument lists", at: "commands")
        }
        let routes = requests.object(
            "UpdateRoutesRequest", known: ["forbidden_device_names", "forbidden_source_regex"])
        let interface = requests.object(
            "UpdateInterfaceRequest", known: ["allow_raw_flags", "forbidden_names", "forbidden_hw_addrs"])
        let neighbors = requests.object(
            "AddARPNeighborsRequest",
            known: ["forbidden_device_names", "forbidden_cidrs_regex", "allowed_states"])
        return RequestDefaults(
            allowEnvRegex: create.strings("allow_env_regex"), copyFile: requests.strings("CopyFileRequest"),
            execAllowedCommands: exec.stringLists("allowed_commands", default: []),
            execRegex: exec.strings("regex", default: []),
            routesForbiddenDeviceNames: routes.strings("forbidden_device_names"),
            routesForbiddenSourceRegex: routes.strings("forbidden_source_regex"),
            interfaceAllowRawFlags: interface.integer("allow_raw_flags", as: UInt32.self),
            interfaceForbiddenNames: interface.strings("forbidden_names"),
            interfaceForbiddenHwAddrs: interface.strings("forbidden_hw_addrs"),
            neighborsForbiddenDeviceNames: neighbors.strings("forbidden_device_names"),
            neighborsForbiddenCIDRsRegex: neighbors.strings("forbidden_cidrs_regex"),
            neighborsAllowedStates: neighbors.integers("allowed_states", as: Int32.self),
            closeStdin: requests.bool("CloseStdinRequest"), readStream: requests.bool("ReadStreamRequest"),
            updateEphemeralMounts: requests.bool("UpdateEphemeralMountsRequest"),
            writeStream: requests.bool("WriteStreamRequest"),
            getDiagnosticData: requests.bool("GetDiagnosticDataRequest"))
    }
}
