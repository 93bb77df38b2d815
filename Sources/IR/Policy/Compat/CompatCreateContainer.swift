// SPDX-License-Identifier: Apache-2.0

extension CompatRules {
    static let nameKey: RuleExpression = "io.kubernetes.cri.sandbox-name"
    static let namespaceKey: RuleExpression = "io.kubernetes.cri.sandbox-namespace"

    /// A container is created when exactly one of the policy's matches. What it pins then holds for later requests.
    static let createContainer = RuleEntry("CreateContainerRequest") {
        RuleBody(.object([RuleMember("allowed", true), RuleMember("ops", v.ops)])) {
            unusedFields()
            bind("name_ops", pin("sandbox_name", annotation(nameKey)))
            bind(
                "found",
                arrayOf(v.own_ops) {
                    some("i", "own", in: policy.containers)
                    bind("c", completed(v.own))
                    bind("own_ops", containerOperations(v.c, v.i))
                })
            count(v.found) == 1
            bind("ops", joined(v.name_ops, v.found[0]))
        }
    }

    /// Containers may always be removed. Removing what is not there fails when the state is patched.
    static let removeContainer = RuleEntry("RemoveContainerRequest", fallback: true) {
        RuleBody(
            .object([
                RuleMember("allowed", true),
                RuleMember(
                    "ops",
                    [.object([RuleMember("op", "remove"), RuleMember("path", v.path)])]
                ),
            ])
        ) {
            bind("path", concat("", ["/pstate/", input.container_id]))
        }
    }

    static let annotation = RuleFunction("annotation", "key") {
        RuleBody(v.value) { bind("value", input.OCI.Annotations[v.key]) }
    }

    /// A container of the policy with what its kind and its pod say.
    static let completed = RuleFunction("with_defaults", "own") {
        RuleBody(v.c) {
            bind("usual", merged(settings.base, settings.kinds[v.own.kind]))
            bind("shared", merged(v.usual, .object([RuleMember("annotations", policy.annotations)])))
            bind("c", merged(v.shared, v.own))
        }
    }

    /// What the runtime clears before it sends a request.
    static let unusedFields = RuleFunction("unused_fields_empty") {
        RuleBody {
            input.shared_mounts == []
            input.string_user == nil
            bind("oci", input.OCI)
            v.oci.Hooks == nil
            v.oci.Solaris == nil
            v.oci.Windows == nil
            v.oci.Process.SelinuxLabel == ""
            v.oci.Process.User.Username == ""
            bind("linux", v.oci.Linux)
            v.linux.GIDMappings == []
            v.linux.UIDMappings == []
            v.linux.MountLabel == ""
            v.linux.RootfsPropagation == ""
            v.linux.IntelRdt == nil
            v.linux.Seccomp == nil
            v.linux.Resources.Devices == []
            v.linux.Resources.BlockIO == nil
            v.linux.Resources.Network == nil
            v.linux.Resources.Pids == nil
        }
    }

    /// The change of state that makes `key` keep `value`: one when the key is new, none when it has that value.
    static let pin = RuleFunction("pin", "key", "value") {
        RuleBody([
            .object([
                RuleMember("op", "add"), RuleMember("path", concat("", ["/pstate/", v.key])),
                RuleMember("value", v.value),
            ])
        ]) {
            not(state[v.key])
        }
        RuleBody([]) { state[v.key] == v.value }
    }

    /// The changes of state that come with creating container `c`, whose index is `i`; undefined when the request is
    /// not for it.
    static let containerOperations = RuleFunction("container_ops", "c", "i") {
        RuleBody(joined(joined(v.namespace_ops, v.network_ops), v.id_ops)) {
            input.sandbox_pidns == v.c.pidns
            bind("namespace", annotation(namespaceKey))
            isIn(v.c.annotations[namespaceKey], ["", v.namespace])
            bind("oci", input.OCI)
            v.oci.Version == v.c.oci_version
            v.oci.Root.Readonly == v.c.readonly
            sandboxNameKnown(v.c, annotation(nameKey))
            containerKind(v.c, annotation("io.kubernetes.cri.container-type"))
            bind("sandbox", annotation("io.kubernetes.cri.sandbox-id"))
            matches(v.c.annotations["io.kubernetes.cri.sandbox-id"], v.sandbox)
            annotations(v.c)
            bind("bundle", firstGroup(v.c.root, v.oci.Root.Path))
            process(v.c, v.oci.Process, annotation(nameKey), v.namespace)
            v.oci.Process.Terminal == v.c.terminal
            arguments(v.c, v.oci.Process.Args)
            capabilities(v.c.capabilities, v.oci.Process.Capabilities)
            mounts(v.c, v.bundle, v.sandbox)
            storages(v.c, v.bundle, v.sandbox)
            devices(v.c)
            linux(v.c)
            bind("namespace_ops", pin("namespace", v.namespace))
            bind("network_ops", pin("network_namespace", networkNamespace()))
            bind("id_ops", pin(input.container_id, v.i))
        }
    }

    static let annotations = RuleFunction("annotations_known", "c") {
        RuleBody {
            every("key", "value", in: input.OCI.Annotations) {
                annotationKnown(v.c, v.key, v.value)
            }
        }
    }

    /// The values of annotations that the policy has are not compared.
    static let annotationKnown = RuleFunction("annotation_known", "c", "key", "value") {
        RuleBody { startsWith(v.key, "io.kubernetes.cri.") }
        RuleBody { v.c.annotations[v.key] != nil }
        RuleBody {
            some("pattern", in: v.c.runtime_annotations)
            matches(v.pattern[0], v.key)
            matches(v.pattern[1], v.value)
        }
    }

    static let sandboxNameKnown = RuleFunction("sandbox_name_known", "c", "name") {
        RuleBody { matches(v.c.annotations[nameKey], v.name) }
        RuleBody { not(v.c.annotations[nameKey]) }
    }

    /// The kind of a container, and the annotations that only this kind has.
    static let containerKind = RuleFunction("container_kind", "c", "kind") {
        RuleBody {
            v.kind == "sandbox"
            v.c.annotations["io.kubernetes.cri.container-type"] == v.kind
            annotation("io.katacontainers.pkg.oci.container_type") == "pod_sandbox"
            not(v.c.annotations["io.kubernetes.cri.container-name"])
            not(annotation("io.kubernetes.cri.container-name"))
            matches(v.c.annotations["nerdctl/network-namespace"], annotation("nerdctl/network-namespace"))
            bind("log", v.c.annotations["io.kubernetes.cri.sandbox-log-directory"])
            bind("named_log", replace(v.log, "$(sandbox-name)", annotation(nameKey)))
            matches(
                replace(v.named_log, "$(sandbox-namespace)", annotation(namespaceKey)),
                annotation("io.kubernetes.cri.sandbox-log-directory"))
        }
        RuleBody {
            v.kind == "container"
            v.c.annotations["io.kubernetes.cri.container-type"] == v.kind
            annotation("io.katacontainers.pkg.oci.container_type") == "pod_container"
            v.c.annotations["io.kubernetes.cri.container-name"] == annotation("io.kubernetes.cri.container-name")
            not(v.c.annotations["nerdctl/network-namespace"])
            not(annotation("nerdctl/network-namespace"))
            not(v.c.annotations["io.kubernetes.cri.sandbox-log-directory"])
            not(annotation("io.kubernetes.cri.sandbox-log-directory"))
        }
    }
}
