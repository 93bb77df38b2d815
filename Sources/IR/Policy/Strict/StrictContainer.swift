// SPDX-License-Identifier: Apache-2.0

extension StrictRules {
    private static let nameKey = CompatRules.nameKey
    private static let namespaceKey = CompatRules.namespaceKey

    /// The name of the container that a request is for; that of the pause container is empty.
    static let requestedName = RuleFunction("requested_name") {
        RuleBody("") { CompatRules.annotation("io.kubernetes.cri.container-type") == "sandbox" }
        RuleBody(v.name) {
            CompatRules.annotation("io.kubernetes.cri.container-type") == "container"
            bind("name", CompatRules.annotation("io.kubernetes.cri.container-name"))
        }
    }

    /// What is the same for all containers of a sandbox.
    static let identityPins = RuleFunction("identity_pins") {
        RuleBody(v.pins) {
            bind("name", CompatRules.pin("sandbox_name", CompatRules.annotation(nameKey)))
            bind("namespace", CompatRules.pin("namespace", CompatRules.annotation(namespaceKey)))
            bind("network", CompatRules.pin("network_namespace", networkNamespaces()))
            bind("id", CompatRules.pin("sandbox_id", CompatRules.annotation("io.kubernetes.cri.sandbox-id")))
            bind("version", CompatRules.pin("oci_version", input.OCI.Version))
            bind("pins", joined(joined(joined(v.name, v.namespace), joined(v.network, v.id)), v.version))
        }
    }

    static let containerMatches = RuleFunction("container_matches", "c", "id") {
        RuleBody {
            input.sandbox_pidns == v.c.pidns
            bind("namespace", CompatRules.annotation(namespaceKey))
            isIn(v.c.annotations[namespaceKey], ["", v.namespace])
            bind("name", CompatRules.annotation(nameKey))
            matches(v.c.annotations[nameKey], v.name)
            bind("oci", input.OCI)
            isIn(v.oci.Version, settings.oci_versions)
            v.oci.Root.Readonly == v.c.readonly
            v.oci.Root.Path == replace(v.c.root, "$(bundle-id)", v.id)
            containerKind(v.c, CompatRules.annotation("io.kubernetes.cri.container-type"))
            bind("sandbox", CompatRules.annotation("io.kubernetes.cri.sandbox-id"))
            matches(v.c.annotations["io.kubernetes.cri.sandbox-id"], v.sandbox)
            annotations(v.c)
            imageBound(v.c)
            process(v.c, v.oci.Process, v.name, v.namespace)
            v.oci.Process.Terminal == v.c.terminal
            arguments(v.c, v.oci.Process.Args, v.name, v.namespace)
            CompatRules.capabilities(v.c.capabilities, v.oci.Process.Capabilities)
            mounts(v.c, v.id, v.sandbox)
            storages(v.c, v.id, v.sandbox)
            CompatRules.devices(v.c)
            disks(v.c)
            linux(v.c)
        }
    }

    /// The image is that of the YAML, digest and all, and it is pulled once, to where the root is.
    static let imageBound = RuleFunction("image_bound", "c") {
        RuleBody {
            bind(
                "pulled",
                arrayOf(v.s) {
                    some("s", in: input.storages)
                    v.s.driver == "image_guest_pull"
                })
            count(v.pulled) == 1
            imagePulled(v.c, v.pulled[0])
            pullMetadata(v.pulled[0].driver_options)
        }
    }

    /// The pause image is part of the guest, which is measured.
    static let imagePulled = RuleFunction("image_pulled", "c", "s") {
        RuleBody {
            v.s.fstype == "overlay"
            v.s.fs_group == nil
            v.s.shared == false
            v.s.options == []
            v.s.mount_point == input.OCI.Root.Path
            v.s.source == v.c.image
            isIn(v.c.stage, ["init", "sidecar", "main"])
            CompatRules.annotation("io.kubernetes.cri.image-name") == v.c.image
        }
        RuleBody {
            v.c.stage == "sandbox"
            v.s.fstype == "overlay"
            v.s.fs_group == nil
            v.s.shared == false
            v.s.options == []
            v.s.mount_point == input.OCI.Root.Path
            v.s.source == "pause"
        }
    }

    /// The guest takes its own pause image where the metadata, a JSON object of strings, say that the container is that
    /// of the sandbox; so they must say what the annotation says, once.
    static let pullMetadata = RuleFunction("pull_metadata", "options") {
        RuleBody {
            count(v.options) == 1
            bind("type", CompatRules.annotation("io.kubernetes.cri.container-type"))
            matches(
                concat(
                    "",
                    [
                        .literal(.string("^image_guest_pull=\\{\"metadata\":\\{(?:\(metadataPair),)*")),
                        "\"io\\.kubernetes\\.cri\\.container-type\":\"", v.type, "\"",
                        .literal(.string("(?:,\(metadataPair))*\\}\\}$")),
                    ]), v.options[0])
            not(matches("ontainer-?[tT]ype\":.*ontainer-?[tT]ype\":", v.options[0]))
        }
    }

    private static let metadataPair = #""[^"\\]*":"(?:[^"\\]|\\.)*""#

    static let annotations = RuleFunction("annotations_match", "c") {
        RuleBody {
            every("key", "value", in: input.OCI.Annotations) {
                annotationKnown(v.c, v.key, v.value)
            }
        }
    }

    /// Values are compared but for those that are checked on their own or mean nothing to the guest: where the host keeps
    /// the container, the record of what `generate` replaced, and the ID blocks that it made for the processor.
    static let annotationKnown = RuleFunction("annotation_matches", "c", "key", "value") {
        RuleBody { startsWith(v.key, "io.kubernetes.cri.") }
        RuleBody { v.value == v.c.annotations[v.key] }
        RuleBody {
            v.c.annotations[v.key] != nil
            isIn(
                v.key,
                [
                    "contrast.edgeless.systems/replaced", "io.katacontainers.pkg.oci.bundle_path",
                    "nerdctl/network-namespace",
                ])
        }
        RuleBody {
            v.c.annotations[v.key] != nil
            startsWith(v.key, "io.katacontainers.config.hypervisor.snp_")
        }
        RuleBody {
            some("pattern", in: v.c.runtime_annotations)
            matches(v.pattern[0], v.key)
            matches(v.pattern[1], v.value)
        }
    }

    static let containerKind = RuleFunction("kind_matches", "c", "kind") {
        RuleBody {
            v.kind == "sandbox"
            v.c.stage == "sandbox"
            CompatRules.annotation("io.kubernetes.cri.sandbox-id") == input.container_id
            CompatRules.annotation("io.katacontainers.pkg.oci.container_type") == "pod_sandbox"
            not(CompatRules.annotation("io.kubernetes.cri.container-name"))
            matches(v.c.annotations["nerdctl/network-namespace"], CompatRules.annotation("nerdctl/network-namespace"))
        }
        RuleBody {
            v.kind == "container"
            v.c.stage != "sandbox"
            CompatRules.annotation("io.katacontainers.pkg.oci.container_type") == "pod_container"
            not(CompatRules.annotation("nerdctl/network-namespace"))
        }
    }

    /// Each disk that the YAML attaches as a device is there once, with a node whose number the guest takes from it.
    static let disks = RuleFunction("disks_match", "c") {
        RuleBody {
            bind(
                "disks",
                arrayOf(v.d.container_path) {
                    some("d", in: input.devices)
                    isIn(v.d.type_, ["blk", "scsi"])
                })
            count(v.disks) == count(v.c.devices)
            set(v.disks) == set(v.c.devices)
            bind(
                "nodes",
                arrayOf(v.n.Path) {
                    some("n", in: input.OCI.Linux.Devices)
                    v.n.Type == "b"
                    isIn(v.n.Path, v.c.devices)
                })
            count(v.nodes) == count(v.c.devices)
            set(v.nodes) == set(v.c.devices)
        }
    }

    /// The paths of network namespaces, of which there is one at most.
    static let networkNamespaces = RuleFunction("network_namespaces") {
        RuleBody(v.paths) {
            bind(
                "paths",
                arrayOf(v.n.Path) {
                    some("n", in: input.OCI.Linux.Namespaces)
                    v.n.Type == "network"
                })
            count(v.paths) <= 1
        }
    }

    static let linux = RuleFunction("linux_matches", "c") {
        RuleBody {
            bind("linux", input.OCI.Linux)
            CompatRules.namespaces(v.linux.Namespaces) == v.c.namespaces
            not(CompatRules.leavesDirectory(v.linux.CgroupsPath))
            arrayOf(v.n) {
                some("n", in: v.linux.Namespaces)
                v.n.Type == "cgroup"
                v.n.Path != ""
            } == []
            // Of the kernel, the host may hide more; of the image, nothing.
            every("path", in: joined(v.linux.MaskedPaths, v.linux.ReadonlyPaths)) {
                matches("^/(?:proc/[a-z_-]+|sys/[a-z0-9_/-]+)$", v.path)
            }
            every("path", in: v.c.masked_paths) {
                isIn(v.path, v.linux.MaskedPaths)
            }
            every("path", in: v.c.readonly_paths) {
                CompatRules.readonlyPaths(v.path, v.linux)
            }
            every("d", in: v.linux.Devices) {
                isIn(v.d.Path, v.c.linux_devices)
            }
            every("key", "value", in: v.linux.Sysctl) {
                v.c.sysctls[v.key] == v.value
            }
        }
    }
}
