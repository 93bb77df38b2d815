// SPDX-License-Identifier: Apache-2.0

extension StrictRules {
    private static let nameKey = CompatRules.nameKey
    private static let namespaceKey = CompatRules.namespaceKey

    /// An annotation that containerd adds, by the end of its name.
    static let cri = RuleFunction("cri", "name") {
        RuleBody(input.OCI.Annotations[concat("", ["io.kubernetes.cri.", v.name])]) {}
    }

    /// The name of the container that a request is for; that of the pause container is empty.
    static let requestedName = RuleFunction("requested_name") {
        RuleBody("") { cri("container-type") == "sandbox" }
        RuleBody(v.name) {
            cri("container-type") == "container"
            bind("name", cri("container-name"))
        }
    }

    /// What is the same for all containers of a sandbox.
    static let identityPins = RuleFunction("identity_pins") {
        RuleBody(v.pins) {
            bind("name", CompatRules.pin("sandbox_name", cri("sandbox-name")))
            bind("namespace", CompatRules.pin("namespace", cri("sandbox-namespace")))
            bind("network", CompatRules.pin("network_namespace", networkNamespaces()))
            bind("id", CompatRules.pin("sandbox_id", cri("sandbox-id")))
            bind("version", CompatRules.pin("oci_version", input.OCI.Version))
            bind("pins", joined(joined(joined(v.name, v.namespace), joined(v.network, v.id)), v.version))
        }
    }

    package static let containerMatches = RuleFunction("container_matches", "c", "id") {
        RuleBody {
            input.sandbox_pidns == v.c.pidns
            bind("namespace", cri("sandbox-namespace"))
            matches("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$", v.namespace)
            isIn(v.c.annotations[namespaceKey], ["", v.namespace])
            bind("name", cri("sandbox-name"))
            matches(v.c.annotations[nameKey], v.name)
            bind("oci", input.OCI)
            isIn(v.oci.Version, settings.oci_versions)
            v.oci.Root.Readonly == v.c.readonly
            v.oci.Root.Path == replace(v.c.root, "$(bundle-id)", v.id)
            bind("kind", cri("container-type"))
            CompatRules.annotation("io.katacontainers.pkg.oci.container_type") == concat("", ["pod_", v.kind])
            containerKind(v.c, v.kind)
            bind("sandbox", cri("sandbox-id"))
            matches(v.c.annotations["io.kubernetes.cri.sandbox-id"], v.sandbox)
            CompatRules.annotations(v.c)
            imageBound(v.c)
            process(v.c, v.oci.Process, v.name, v.namespace)
            v.oci.Process.Terminal == v.c.terminal
            arguments(v.c, v.oci.Process.Args, v.name, v.namespace)
            capabilities(v.c, v.oci.Process.Capabilities)
            CompatRules.mounts(v.c, v.id, v.sandbox)
            volumesPresent(v.c)
            storages(v.c, v.id, v.sandbox)
            CompatRules.devices(v.c)
            disks(v.c)
            linux(v.c)
        }
    }

    /// The image is that of the YAML, digest and all, and it is pulled once, to where the root is.
    static let imageBound = RuleFunction("image_bound", "c") {
        RuleBody(unless: .boundImages) {
            every("s", in: input.storages) {
                v.s.driver != "image_guest_pull"
            }
        }
        RuleBody(needs: .boundImages) {
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

    static let imagePulled = RuleFunction("image_pulled", "c", "s") {
        RuleBody {
            v.s.fstype == "overlay"
            v.s.fs_group == nil
            v.s.shared == false
            v.s.options == []
            v.s.mount_point == input.OCI.Root.Path
            imageNamed(v.c, v.s)
        }
    }

    /// The pause image is part of the guest, which is measured.
    static let imageNamed = RuleFunction("image_named", "c", "s") {
        RuleBody {
            v.s.source == v.c.image
            cri("image-name") == v.c.image
        }
        RuleBody {
            v.c.stage == "sandbox"
            v.s.source == "pause"
        }
    }

    /// The guest takes its own pause image where the metadata, a JSON object of strings, say that the container is that
    /// of the sandbox; so they must say what the annotation says, once.
    static let pullMetadata = RuleFunction("pull_metadata", "options") {
        RuleBody {
            count(v.options) == 1
            matches(
                concat(
                    "",
                    [
                        .literal(.string("^image_guest_pull=\\{\"metadata\":\\{(?:\(metadataPair),)*")),
                        "\"io\\.kubernetes\\.cri\\.container-type\":\"", cri("container-type"), "\"",
                        .literal(.string("(?:,\(metadataPair))*\\}\\}$")),
                    ]), v.options[0])
            not(matches("ontainer-?[tT]ype\":.*ontainer-?[tT]ype\":", v.options[0]))
        }
    }

    private static let metadataPair = #""[^"\\]*":"(?:[^"\\]|\\.)*""#

    /// Values are compared but for those that are checked on their own or mean nothing to the guest: where the host keeps
    /// the container, the record of what `generate` replaced, and the ID blocks that it made for the processor.
    static let annotationKnown = RuleFunction("annotation_known", "c", "key", "value") {
        RuleBody { startsWith(v.key, "io.kubernetes.cri.") }
        RuleBody { v.value == v.c.annotations[v.key] }
        RuleBody {
            isIn(
                v.key,
                [
                    "contrast.edgeless.systems/replaced", "io.katacontainers.pkg.oci.bundle_path",
                    "io.katacontainers.pkg.oci.container_type", "nerdctl/network-namespace",
                ])
        }
        RuleBody(needs: .hypervisorAnnotations) {
            v.c.annotations[v.key] != nil
            startsWith(v.key, .literal(.string(PolicyFeatures.hypervisorPrefix)))
        }
        RuleBody {
            some("pattern", in: v.c.runtime_annotations)
            matches(v.pattern[0], v.key)
            matches(v.pattern[1], v.value)
        }
    }

    /// Only the pause container has no name, so the name has told which kind is expected.
    static let containerKind = RuleFunction("kind_matches", "c", "kind") {
        RuleBody {
            v.kind == "sandbox"
            cri("sandbox-id") == input.container_id
            not(cri("container-name"))
            matches(v.c.annotations["nerdctl/network-namespace"], CompatRules.annotation("nerdctl/network-namespace"))
        }
        RuleBody {
            v.kind == "container"
            not(CompatRules.annotation("nerdctl/network-namespace"))
        }
    }

    /// The types of the namespaces in their order, each with its path.
    static let namespaces = RuleFunction("namespaces", "list") {
        RuleBody(v.found) {
            bind(
                "found",
                arrayOf(concat(":", [CompatRules.namespaceType(v.n.Type), v.n.Path])) {
                    some("n", in: v.list)
                    not(isIn(v.n.Type, ["cgroup", "network"]))
                })
        }
    }

    /// Each disk that the YAML attaches as a device is there once, with a node whose number the guest takes from it.
    static let disks = RuleFunction("disks_match", "c") {
        RuleBody(unless: .devices) {}
        RuleBody(needs: .devices) {
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
            namespaces(v.linux.Namespaces) == v.c.namespaces
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
                deviceNode(v.c, v.d)
            }
            every("key", "value", in: v.linux.Sysctl) {
                v.c.sysctls[v.key] == v.value
            }
        }
    }

    /// Numbers of devices come from the host. For a device that the agent attaches it puts its own in their place, so a
    /// node without such a device is denied.
    static let deviceNode = RuleFunction("device_node", "c", "d") {
        RuleBody(needs: .deviceNodes) {
            isIn(v.d.Path, v.c.linux_devices)
            some("attached", in: input.devices)
            v.attached.container_path == v.d.Path
        }
    }
}
