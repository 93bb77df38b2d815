// SPDX-License-Identifier: Apache-2.0

/// Why changes to the strict rules that no request tells are no gaps.
///
/// A reason stands for the changes whose names begin so. One that stands for none is out of date.
enum MutationSurvivors {
    static let reasons: [(start: String, reason: String)] = [
        ("CreateSandboxRequest: `count(input.storages) == count(expected)` is `count(input.storages) <=", enough),
        ("CreateSandboxRequest: without `every s in input.storages", enough),
        ("CreateSandboxRequest: one is enough in `every s in input.storages", enough),
        ("CreateSandboxRequest: without `s in expected`", enough),
        ("StartTracingRequest: ", unknown),
        ("StopTracingRequest: ", unknown),
        (
            "requested_name: without `cri(\"container-type\") == \"container\"`",
            "A third type is denied by `kind_matches`; with that of the sandbox, the function has two values or the pause "
                + "container a name, which `kind_matches` denies."
        ),
        ("image_bound: without `every s in input.storages", unbound),
        ("image_bound: without `s.driver != \"image_guest_pull\"`", unbound),
        ("image_bound: `s.driver != \"image_guest_pull\"`", unbound),
        ("image_bound: one is enough in `every s in input.storages", unbound),
        ("image_bound: `count(pulled) == 1` is `count(pulled) <=", first),
        ("pull_metadata: `count(options) == 1` is `count(options) <=", first),
        ("disks_match: `count(disks) == count(c.devices)` is `count(disks) <=", disks),
        ("disks_match: without `set(disks) == set(c.devices)`", disks),
        ("disks_match: `set(disks) == set(c.devices)` is ", disks),
        (
            "disks_match: without `n.Path in c.devices`",
            "Other nodes are those of the settings, and no device that is allowed has their paths, so `device_node` denies "
                + "them."
        ),
        ("disks_match: `count(nodes) == count(c.devices)` is `count(nodes) <=", nodes),
        ("disks_match: `set(nodes) == set(c.devices)` is `count(set(c.devices) - set(nodes)) == 0`", nodes),
        (
            "kind_matches: without `kind == \"sandbox\"`",
            "Without a name the type is that of the sandbox, by `requested_name`; with one, the body does not hold."
        ),
        (
            "arguments_match: `count(args) == count(c.args)` is `count(args) >=",
            "An argument more is compared with one that the policy does not have, which fails."
        ),
        (
            "environment_known: `count(names) == count(env)` is `count(names) >=",
            "A list never has more different names than items."
        ),
        (
            "disks_distinct: `count(set(disks)) == count(disks)` is `count(set(disks)) >=",
            "A list never has more different items than items."
        ),
        (
            "mounts_known: `count(matched) == count(input.OCI.Mounts)` is `count(matched) >=",
            "A list never has more different items than items."
        ),
        (
            "mounts_known: `count(indices) == 1` is `count(indices) >=",
            "No mount of a request agrees with two of a policy: they have destinations of their own, and where a volume has "
                + "two forms the sources of one are never those of the other."
        ),
        ("same_mount: without `block_storage(m.source)`", mounted),
        ("block_storage: ", mounted),
        (
            "source_matches: without `expected != \"\"`",
            "Where the policy leaves the source open, an empty one is no disk's, and `disks_distinct` misses the mount of "
                + "a disk."
        ),
        (
            "copy_allowed: without `is_running(id)`",
            "While the container does not run, the other body allows the same and more."
        ),
        (
            "unused_fields_empty: without `oci.Process.User.Username == \"\"`",
            "`process_matches` says the same, also of commands."
        ),
        (
            "device_known: without `not startswith(d.container_path, settings.vfio_path)`",
            "No path of `devices` starts so; generate refuses it."
        ),
        (
            "device_known: `startswith(d.container_path, settings.vfio_path)` is ",
            "What is left of a path with something before it is no number, which `vfio_device` denies."
        ),
        (
            "vfio_count: without `vfio == []`",
            "A container without GPUs has none that `vfio_device` knows."
        ),
        (
            "vfio_count: `count(numbers) == count(vfio)` is `count(numbers) >=",
            "A list never has more different numbers than items."
        ),
        (
            "vfio_count: without `count(c.vfio) >= 1`",
            "A container without GPUs is allowed to have none by the first body."
        ),
        ("vfio_device: without `regex.match(\"^[0-9]+$\", number)`", number),
        ("vfio_device: `regex.match(\"^[0-9]+$\", number)` is ", number),
        (
            "cdi_numbers: `startswith(key, \"cdi.k8s.io/vfio\")` is ",
            "What is left of a key with something before it is no number."
        ),
        (
            "symlink_target: without `target != null`",
            "The other body allows a link without target; the condition spares engines an error."
        ),
    ]

    private static let enough =
        "As many as expected, and all those expected, leave no room for others. The condition names the one that is wrong "
        + "when `explain` asks."
    private static let unknown = "The protocol has no such message, so that the agent never asks."
    private static let unbound =
        "For pods none of whose images the guest pulls. Every strict policy has such images: generate refuses others."
    private static let first = "An empty list has no first item, which the next condition asks for."
    private static let disks =
        "Each device has a node, by the conditions on nodes, and `device_node` denies a node without its device."
    private static let nodes =
        "Lists of equal length, of which one has no item twice, are equal as sets when either is in the other."
    private static let mounted =
        "There are as many disks as mounts of disks, no two at one place, and each is the source of a mount; no other mount "
        + "has such a source."
    private static let number =
        "The numbers are those of annotations, by `vfio_count`, and `cdi_numbers` has only digits."

    static func reason(_ mutant: RuleMutation) -> String? {
        reasons.first { mutant.name.hasPrefix($0.start) }?.reason
    }
}
