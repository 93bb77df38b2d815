// SPDX-License-Identifier: Apache-2.0

/// What rules are about, for the report of sizes.
package enum RuleModule: String, Sendable, CaseIterable {
    case answers, annotations, devices, environment, exec, files, identity, images, life, linux, mounts, network,
        process,
        storages

    private static let members: [(RuleModule, Set<String>)] = [
        (
            .annotations,
            ["annotation", "annotations_known", "annotation_known", "cri", "container_kind", "kind_matches"]
        ),
        (
            .devices,
            [
                "cdi_numbers", "device_known", "device_node", "device_numbers", "devices_known", "vfio_count",
                "vfio_device",
            ]
        ),
        (
            .environment,
            [
                "environment_complete", "environment_known", "is_address", "is_octet", "named", "templates_present",
                "variable_known", "variable_present",
            ]
        ),
        (.exec, ["ExecProcessRequest", "exec_allowed"]),
        (
            .files,
            [
                "CopyFileRequest", "copy_allowed", "copy_target", "leaves_directory", "copy_id", "is_running",
                "path_known",
                "symlink_target",
            ]
        ),
        (.identity, ["identity_pins", "pin", "requested_name", "sandbox_name_known"]),
        (.images, ["image_bound", "image_named", "image_pulled"]),
        (
            .life,
            [
                "CreateContainerRequest", "CreateSandboxRequest", "RemoveContainerRequest", "StartContainerRequest",
                "change", "container_matches", "container_ops", "fresh", "is_live", "latest", "owner", "passed",
                "phase",
                "ready", "removal", "unused_fields_empty", "valid_id", "with_defaults",
            ]
        ),
        (
            .linux,
            [
                "compared_namespaces", "linux_matches", "namespace_type", "namespaces", "network_namespace",
                "path_protected",
            ]
        ),
        (
            .mounts,
            [
                "all_mounts", "block_storage", "cgroup_options", "filled", "mount_matches", "mounts_known",
                "mounts_present", "same_mount", "source_matches", "usual_mounts", "with_usual",
            ]
        ),
        (
            .network,
            [
                "AddARPNeighborsRequest", "UpdateInterfaceRequest", "UpdateRoutesRequest", "address_allowed",
                "device_forbidden", "matches_any", "network_allowed", "source_allowed",
            ]
        ),
        (
            .process,
            [
                "argument_matches", "arguments_match", "capabilities_match", "capability_list", "capability_set",
                "process_matches", "usual_capabilities", "user_matches",
            ]
        ),
        (
            .storages,
            [
                "disks_distinct", "same_storage", "storage_known", "storage_matches", "storage_mount_point",
                "storage_source", "storage_used", "storages_known", "storages_match",
            ]
        ),
    ]

    /// That of a rule or function; requests that are always answered alike are `answers`.
    package static func of(_ name: String) -> RuleModule {
        members.first { $0.1.contains(name) }?.0 ?? .answers
    }
}
