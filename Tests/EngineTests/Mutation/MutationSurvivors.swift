// SPDX-License-Identifier: Apache-2.0

/// Why changes to the strict rules that no request tells are no gaps.
enum MutationSurvivors {
    /// By what the change is in.
    private static let owners = [
        "vfio_device": gpu, "vfio_count": gpu, "cdi_numbers": gpu, "device_numbers": gpu, "device_known": gpu,
        "devices_known": gpu, "CloseStdinRequest": switched, "GetDiagnosticDataRequest": switched,
        "ReadStreamRequest": switched, "UpdateEphemeralMountsRequest": switched, "WriteStreamRequest": switched,
        "StartTracingRequest": unknown, "StopTracingRequest": unknown,
    ]

    private static let gpu = "No simulated host attaches GPUs; disks are checked by another rule besides."
    private static let switched =
        "The rule is left out of policies whose settings allow no such request, as all are here."
    private static let unknown = "The protocol has no such message, so that the agent never asks."

    /// By what the name of the change begins with.
    private static let changes: [(start: String, reason: String)] = [
        ("CreateSandboxRequest: ", "There is one storage; that it is there, and that no other is, say the same."),
        (
            "arguments_match: `count(args) == count(c.args)` is `count(args) >=",
            "There is nothing to compare more with."
        ),
        ("block_storage: ", "Each disk must be mounted, and there are as many disks as volumes on disks."),
        ("same_mount: without `block_storage", "Each disk must be mounted, and there are as many as volumes on disks."),
        ("disks_match: ", "Lists of equal length without repetition are compared in both directions."),
        ("device_node: ", "Nodes are compared with the disks by another rule besides."),
        ("mounts_known: ", "Mounts of a policy have destinations of their own."),
        ("pull_metadata: `count(options)", "An empty list has no first item to compare."),
        ("image_bound: `count(pulled)", "An empty list has no first item to compare."),
        ("requested_name: ", "Only the pause container has no name, and a third type is denied elsewhere."),
        ("kind_matches: ", "The name has told which kind is expected."),
        ("source_matches: without `expected", "An empty source is a disk, which a mount without source is not."),
        ("storage_mount_point: `p.fstype", "The default settings have no such storages."),
        ("storage_mount_point: without `p.fstype", "The default settings have no such storages."),
        (
            "unused_fields_empty: without `oci.Process.User.Username",
            "It is compared with the rest of the process, too."
        ),
        ("storages_match: `count(input.storages)", "The pull of the image is counted elsewhere."),
        ("exec_allowed: without ", "The default settings allow no commands."),
    ]

    static func reason(_ mutant: RuleMutation) -> String? {
        owners[mutant.owner] ?? changes.first { mutant.name.hasPrefix($0.start) }?.reason
    }
}
