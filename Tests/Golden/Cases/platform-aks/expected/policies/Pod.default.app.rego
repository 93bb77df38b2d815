# Contrast policy format 2, profile compat
package agent_policy

import rego.v1

default CreateContainerRequest := false

CreateContainerRequest := {"allowed": true, "ops": ops} if {
	unused_fields_empty
	name_ops := pin("sandbox_name", annotation("io.kubernetes.cri.sandbox-name"))
	found := [own_ops | some i, own in policy_data.containers; c := with_defaults(own); own_ops := container_ops(c, i)]
	count(found) == 1
	ops := array.concat(name_ops, found[0])
}

default RemoveContainerRequest := true

RemoveContainerRequest := {"allowed": true, "ops": [{"op": "remove", "path": path}]} if {
	path := concat("", ["/pstate/", input.container_id])
}

default CreateSandboxRequest := false

CreateSandboxRequest if {
	input.guest_hook_path == ""
	input.kernel_modules == []
	input.sandbox_pidns == false
	every s in input.storages {
		s in settings.sandbox_storages
	}
}

default ExecProcessRequest := false

ExecProcessRequest if {
	input.string_user == null
	p := input.process
	p.SelinuxLabel == ""
	p.ApparmorProfile == ""
	p.Capabilities == null
	i := data.pstate[input.container_id]
	c := with_defaults(policy_data.containers[i])
	exec_allowed(c, p)
	process_matches(c, p, c.annotations["io.kubernetes.cri.sandbox-name"], data.pstate.namespace)
}

default CopyFileRequest := false

CopyFileRequest if {
	input.file_type in ["Directory", "Regular"]
	path_known(input.path, "")
}

CopyFileRequest if {
	input.file_type == "Symlink"
	path_known(input.path, ".*/.+")
	symlink_target(input.symlink_target)
}

default UpdateRoutesRequest := false

UpdateRoutesRequest if {
	routes := input.routes.Routes
	every r in routes {
		device := r.device
		source := r.source
		not device in settings.routes.forbidden_devices
		not matches_any(source, settings.routes.forbidden_sources)
	}
}

default UpdateInterfaceRequest := false

UpdateInterfaceRequest if {
	i := input.interface
	bits.or(i.raw_flags, settings.interface.flags) == settings.interface.flags
	not i.name in settings.interface.forbidden_names
	not i.hwAddr in settings.interface.forbidden_addresses
}

default AddARPNeighborsRequest := false

AddARPNeighborsRequest if {
	neighbors := input.neighbors.ARPNeighbors
	every n in neighbors {
		not n.device in settings.neighbors.forbidden_devices
		n.toIPAddress.mask == ""
		not matches_any(n.toIPAddress.address, settings.neighbors.forbidden_addresses)
		n.state in settings.neighbors.states
		bits.or(n.flags, 136) == 136
	}
}

default CloseStdinRequest := false

CloseStdinRequest if {
	settings.allow.CloseStdinRequest == true
}

default GetDiagnosticDataRequest := false

GetDiagnosticDataRequest if {
	settings.allow.GetDiagnosticDataRequest == true
}

default ReadStreamRequest := false

ReadStreamRequest if {
	settings.allow.ReadStreamRequest == true
}

default UpdateEphemeralMountsRequest := false

UpdateEphemeralMountsRequest if {
	settings.allow.UpdateEphemeralMountsRequest == true
}

default WriteStreamRequest := false

WriteStreamRequest if {
	settings.allow.WriteStreamRequest == true
}

default DestroySandboxRequest := true

default GetOOMEventRequest := true

default GuestDetailsRequest := true

default OnlineCPUMemRequest := true

default RemoveStaleVirtiofsShareMountsRequest := true

default SignalProcessRequest := true

default StartContainerRequest := true

default StatsContainerRequest := true

default TtyWinResizeRequest := true

default WaitProcessRequest := true

default AddSwapPathRequest := false

default AddSwapRequest := false

default AllowRequestsFailingPolicy := false

default GetIPTablesRequest := false

default GetMetricsRequest := false

default ListInterfacesRequest := false

default ListRoutesRequest := false

default MemAgentCompactConfig := false

default MemAgentMemcgConfig := false

default MemHotplugByProbeRequest := false

default PauseContainerRequest := false

default ReseedRandomDevRequest := false

default ResizeVolumeRequest := false

default ResumeContainerRequest := false

default SetGuestDateTimeRequest := false

default SetIPTablesRequest := false

default SetPolicyRequest := false

default StartTracingRequest := false

default StopTracingRequest := false

default UpdateContainerRequest := false

default VolumeStatsRequest := false

unused_fields_empty if {
	input.shared_mounts == []
	input.string_user == null
	oci := input.OCI
	oci.Hooks == null
	oci.Solaris == null
	oci.Windows == null
	oci.Process.SelinuxLabel == ""
	oci.Process.User.Username == ""
	linux := oci.Linux
	linux.GIDMappings == []
	linux.UIDMappings == []
	linux.MountLabel == ""
	linux.RootfsPropagation == ""
	linux.IntelRdt == null
	linux.Seccomp == null
	linux.Resources.Devices == []
	linux.Resources.BlockIO == null
	linux.Resources.Network == null
	linux.Resources.Pids == null
}

with_defaults(own) := c if {
	usual := object.union(settings.base, settings.kinds[own.kind])
	shared := object.union(usual, {"annotations": policy_data.annotations})
	c := object.union(shared, own)
}

pin(key, value) := [{"op": "add", "path": concat("", ["/pstate/", key]), "value": value}] if {
	not data.pstate[key]
}

pin(key, value) := [] if {
	data.pstate[key] == value
}

container_ops(c, i) := array.concat(array.concat(namespace_ops, network_ops), id_ops) if {
	input.sandbox_pidns == c.pidns
	namespace := annotation("io.kubernetes.cri.sandbox-namespace")
	c.annotations["io.kubernetes.cri.sandbox-namespace"] in ["", namespace]
	oci := input.OCI
	oci.Version == c.oci_version
	oci.Root.Readonly == c.readonly
	sandbox_name_known(c, annotation("io.kubernetes.cri.sandbox-name"))
	container_kind(c, annotation("io.kubernetes.cri.container-type"))
	sandbox := annotation("io.kubernetes.cri.sandbox-id")
	regex.match(c.annotations["io.kubernetes.cri.sandbox-id"], sandbox)
	annotations_known(c)
	bundle := regex.find_all_string_submatch_n(c.root, oci.Root.Path, 1)[0][1]
	process_matches(c, oci.Process, annotation("io.kubernetes.cri.sandbox-name"), namespace)
	oci.Process.Terminal == c.terminal
	arguments_match(c, oci.Process.Args)
	capabilities_match(c.capabilities, oci.Process.Capabilities)
	mounts_known(c, bundle, sandbox)
	storages_known(c, bundle, sandbox)
	devices_known(c)
	linux_matches(c)
	namespace_ops := pin("namespace", namespace)
	network_ops := pin("network_namespace", network_namespace)
	id_ops := pin(input.container_id, i)
}

annotation(key) := value if {
	value := input.OCI.Annotations[key]
}

annotations_known(c) if {
	every key, value in input.OCI.Annotations {
		annotation_known(c, key, value)
	}
}

annotation_known(c, key, value) if {
	startswith(key, "io.kubernetes.cri.")
}

annotation_known(c, key, value) if {
	c.annotations[key] != null
}

annotation_known(c, key, value) if {
	some pattern in c.runtime_annotations
	regex.match(pattern[0], key)
	regex.match(pattern[1], value)
}

sandbox_name_known(c, name) if {
	regex.match(c.annotations["io.kubernetes.cri.sandbox-name"], name)
}

sandbox_name_known(c, name) if {
	not c.annotations["io.kubernetes.cri.sandbox-name"]
}

container_kind(c, kind) if {
	kind == "sandbox"
	c.annotations["io.kubernetes.cri.container-type"] == kind
	annotation("io.katacontainers.pkg.oci.container_type") == "pod_sandbox"
	not c.annotations["io.kubernetes.cri.container-name"]
	not annotation("io.kubernetes.cri.container-name")
	regex.match(c.annotations["nerdctl/network-namespace"], annotation("nerdctl/network-namespace"))
	log := c.annotations["io.kubernetes.cri.sandbox-log-directory"]
	named_log := replace(log, "$(sandbox-name)", annotation("io.kubernetes.cri.sandbox-name"))
	regex.match(replace(named_log, "$(sandbox-namespace)", annotation("io.kubernetes.cri.sandbox-namespace")), annotation("io.kubernetes.cri.sandbox-log-directory"))
}

container_kind(c, kind) if {
	kind == "container"
	c.annotations["io.kubernetes.cri.container-type"] == kind
	annotation("io.katacontainers.pkg.oci.container_type") == "pod_container"
	c.annotations["io.kubernetes.cri.container-name"] == annotation("io.kubernetes.cri.container-name")
	not c.annotations["nerdctl/network-namespace"]
	not annotation("nerdctl/network-namespace")
	not c.annotations["io.kubernetes.cri.sandbox-log-directory"]
	not annotation("io.kubernetes.cri.sandbox-log-directory")
}

mounts_known(c, bundle, sandbox) if {
	expected := all_mounts(c)
	matched := {indices | some m in input.OCI.Mounts; indices := [i | some i, p in expected; mount_matches(p, m, bundle, sandbox)]; count(indices) == 1}
	count(matched) == count(input.OCI.Mounts)
}

all_mounts(c) := array.concat(base, c.mounts) if {
	base := [p | some p in array.concat(c.base_mounts, c.kind_mounts); not p.destination in c.without_mounts]
}

mount_matches(p, m, bundle, sandbox) if {
	p.destination == m.destination
	p.type_ == m.type_
	same_mount(p, m, bundle, sandbox)
}

same_mount(p, m, bundle, sandbox) if {
	p.options == m.options
	p.source != ""
	p.source == m.source
}

same_mount(p, m, bundle, sandbox) if {
	p.options == m.options
	p.source != ""
	source_matches(p.source, m.source, bundle, sandbox)
}

same_mount(p, m, bundle, sandbox) if {
	p.options == m.options
	p.source == ""
	block_storage(m.source)
}

same_mount(p, m, bundle, sandbox) if {
	p.type_ == "sysfs"
	p.source != ""
	p.source == m.source;
	({x | some x in m.options} | {x | some x in ["rw"]}) == ({x | some x in p.options} | {x | some x in ["ro"]})
}

same_mount(p, m, bundle, sandbox) if {
	p.type_ == "cgroup"
	p.source != ""
	p.source == m.source
	cgroup_options({x | some x in p.options}, {x | some x in m.options})
	source_matches(p.source, m.source, bundle, sandbox)
}

cgroup_options(expected, found) if {
	count((expected - found)) == 0
	count(((found - expected) - {x | some x in settings.cgroup_extras})) == 0
}

source_matches(pattern, source, bundle, sandbox) if {
	regex.match(replace(pattern, "$(bundle-id)", bundle), source)
}

source_matches(pattern, source, bundle, sandbox) if {
	regex.match(replace(pattern, "$(sandbox-id)", sandbox), source)
}

block_storage(mount_point) if {
	some s in input.storages
	s.driver in ["blk", "scsi"]
	s.mount_point == mount_point
}

storages_known(c, bundle, sandbox) if {
	others := [s | some s in input.storages; s.driver != "image_guest_pull"]
	count(others) == count(c.storages)
	every s in input.storages {
		storage_known(c, s, bundle, sandbox)
	}
}

storage_known(c, s, bundle, sandbox) if {
	s.driver == "image_guest_pull"
	s.fstype == "overlay"
	s.fs_group == null
	s.shared == false
	s.options == []
	s.mount_point == replace(settings.guest_pull_root, "$(bundle-id)", bundle)
}

storage_known(c, s, bundle, sandbox) if {
	some p in c.storages
	p.driver == s.driver
	storage_source(p.source, s.source, bundle)
	storage_matches(p, s, bundle, sandbox)
}

storage_known(c, s, bundle, sandbox) if {
	s.driver == "scsi"
	regex.match("^[0-9]+:[0-9]+$", s.source)
	some p in c.storages
	storage_matches(p, s, bundle, sandbox)
}

storage_known(c, s, bundle, sandbox) if {
	s.driver == "blk"
	regex.match("^[0-9a-f]{2}(/[0-9a-f]{2})?$", s.source)
	some p in c.storages
	storage_matches(p, s, bundle, sandbox)
}

storage_source(pattern, source, bundle) if {
	pattern == source
}

storage_source(pattern, source, bundle) if {
	regex.match(replace(pattern, "$(bundle-id)", bundle), source)
}

storage_matches(p, s, bundle, sandbox) if {
	p.driver_options == s.driver_options
	p.fs_group == s.fs_group
	p.fstype == s.fstype
	p.shared == s.shared
	p.options == s.options
	not p.driver in ["blk", "overlayfs"]
	storage_mount_point(p, s, bundle, sandbox)
}

storage_mount_point(p, s, bundle, sandbox) if {
	p.fstype == "local"
	regex.match(replace(p.mount_point, "$(sandbox-id)", sandbox), s.mount_point)
}

storage_mount_point(p, s, bundle, sandbox) if {
	p.fstype == "bind"
	regex.match(replace(p.mount_point, "$(bundle-id)", bundle), s.mount_point)
}

storage_mount_point(p, s, bundle, sandbox) if {
	p.fstype == "tmpfs"
	regex.match(p.mount_point, s.mount_point)
}

storage_mount_point(p, s, bundle, sandbox) if {
	s.driver in ["blk", "scsi"]
	replace(p.mount_point, "$(b64_device_id)", base64url.encode(s.source)) == s.mount_point
}

process_matches(c, p, name, namespace) if {
	p.Cwd == c.cwd
	p.NoNewPrivileges == c.no_new_privileges
	user_matches(c, p.User)
	environment_known(c, p.Env, name, namespace)
}

user_matches(c, user) if {
	user.UID == c.uid
	user.GID == c.gid;
	{x | some x in user.AdditionalGids} == {x | some x in c.gids}
}

arguments_match(c, args) if {
	count(args) == count(c.args)
	every i, arg in args {
		argument_matches(c.args[i], arg)
	}
}

argument_matches(expected, arg) if {
	arg == expected
}

argument_matches(expected, arg) if {
	contains(expected, "$(node-name)")
}

argument_matches(expected, arg) if {
	arg == replace(expected, "$(sandbox-name)", annotation("io.kubernetes.cri.sandbox-name"))
}

capabilities_match(expected, found) if {
	every kind in ["Bounding", "Effective", "Permitted"] {
		capability_set(expected, found[kind])
	}
	every kind in ["Ambient", "Inheritable"] {
		capability_set([], found[kind])
	}
}

capability_set(expected, found) if {
	names := {trim_prefix(x, "CAP_") | some x in found}
	capability_list(expected, names)
}

capability_list(list, names) if {
	{x | some x in list} == names
}

capability_list(list, names) if {
	some alias, list_of_alias in settings.caps
	list == [alias];
	{x | some x in list_of_alias} == names
}

environment_known(c, env, name, namespace) if {
	every entry in env {
		variable_known(c, entry, name, namespace)
	}
}

variable_known(c, entry, name, namespace) if {
	entry in c.env
}

variable_known(c, entry, name, namespace) if {
	some pattern in settings.env_patterns
	regex.match(pattern, entry)
}

variable_known(c, entry, name, namespace) if {
	some template in c.env_namespace
	replace(template, "$(sandbox-namespace)", namespace) == entry
}

variable_known(c, entry, name, namespace) if {
	parts := split(entry, "=")
	count(parts) == 2
	parts[0] in c.env_any
}

variable_known(c, entry, name, namespace) if {
	parts := split(entry, "=")
	count(parts) == 2
	parts[0] in c.env_sandbox_name
	regex.match(name, parts[1])
}

variable_known(c, entry, name, namespace) if {
	parts := split(entry, "=")
	count(parts) == 2
	parts[0] in c.env_address
	is_address(parts[1])
}

is_address(text) if {
	parts := split(text, ".")
	count(parts) == 4
	is_octet(parts[0], 1)
	is_octet(parts[1], 0)
	is_octet(parts[2], 0)
	is_octet(parts[3], 0)
}

is_octet(text, lowest) if {
	value := to_number(regex.find_all_string_submatch_n("^\\s*(-?(?:0|[1-9][0-9]*)(?:[eE][+-]?[0-9]{1,2})?)\\s*$", text, 1)[0][1])
	value >= lowest
	value <= 255
}

devices_known(c) if {
	vfio := [d | some d in input.devices; startswith(d.container_path, settings.vfio_path)]
	every d in input.devices {
		device_known(c, d)
	}
	vfio_count(c, vfio)
}

device_known(c, d) if {
	not startswith(d.container_path, settings.vfio_path)
	d.container_path in c.devices
}

device_known(c, d) if {
	startswith(d.container_path, settings.vfio_path)
	vfio_device(c, d)
}

vfio_count(c, vfio) if {
	vfio == []
	c.vfio == []
}

vfio_count(c, vfio) if {
	count(vfio) == count(c.vfio)
	numbers := device_numbers(vfio)
	count(numbers) == count(vfio)
	numbers == cdi_numbers
}

vfio_count(c, vfio) if {
	vfio == []
	count(c.vfio) >= 1
	count(cdi_numbers) == count(c.vfio)
}

vfio_device(c, d) if {
	number := trim_prefix(d.container_path, settings.vfio_path)
	regex.match("^[0-9]+$", number)
	d.id == concat("", ["vfio", number])
	some p in c.vfio
	p.type_ == d.type_
	p.vm_path == d.vm_path
	count(d.options) >= 1
	every option in d.options {
		regex.match("^[0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[01][0-9a-fA-F]\\.[0-7]=[0-9a-fA-F]{2}/[0-9a-fA-F]{2}$", option)
	}
}

cdi_numbers := numbers if {
	numbers := {number | some key, _ in input.OCI.Annotations; startswith(key, "cdi.k8s.io/vfio"); number := trim_prefix(key, "cdi.k8s.io/vfio"); regex.match("^[0-9]+$", number)}
}

device_numbers(vfio) := numbers if {
	numbers := {trim_prefix(d.container_path, settings.vfio_path) | some d in vfio}
}

compared_namespaces(list) := compared if {
	compared := [{"Path": n.Path, "Type": namespace_type(n.Type)} | some n in list; not n.Type in ["cgroup", "network"]]
}

network_namespace := concat("", paths) if {
	paths := [n.Path | some n in input.OCI.Linux.Namespaces; n.Type == "network"]
	count(paths) <= 1
}

namespace_type(type) := "mnt" if {
	lower(type) == "mount"
}

namespace_type(type) := type if {
	lower(type) != "mount"
}

linux_matches(c) if {
	linux := input.OCI.Linux
	compared_namespaces(linux.Namespaces) == c.namespaces
	every path in c.masked_paths {
		path in linux.MaskedPaths
	}
	every path in c.readonly_paths {
		path_protected(path, linux)
	}
	every d in linux.Devices {
		d.Path in c.linux_devices
	}
	sysctls := c.sysctls
	every key, value in linux.Sysctl {
		sysctls[key] == value
	}
}

path_protected(path, linux) if {
	path in linux.ReadonlyPaths
}

path_protected(path, linux) if {
	path in linux.MaskedPaths
}

exec_allowed(c, p) if {
	p.Args in settings.exec_commands
}

exec_allowed(c, p) if {
	p.Args in c.exec_commands
	p.Terminal == c.terminal
}

exec_allowed(c, p) if {
	some pattern in settings.exec_patterns
	regex.match(pattern, concat(" ", p.Args))
}

path_known(path, suffix) if {
	not leaves_directory(path)
	some pattern in settings.copy_patterns
	regex.match(concat("", [pattern, suffix]), path)
}

symlink_target(target) if {
	target == null
}

symlink_target(target) if {
	target != null
	not startswith(target, "/")
	not leaves_directory(target)
}

leaves_directory(path) if {
	regex.match("(^|/)\\.\\.($|/)", path)
}

matches_any(text, patterns) if {
	some pattern in patterns
	regex.match(pattern, text)
}

# Settings
settings := {
 "allow": {
  "CloseStdinRequest": false,
  "GetDiagnosticDataRequest": false,
  "ReadStreamRequest": false,
  "UpdateEphemeralMountsRequest": false,
  "WriteStreamRequest": false
 },
 "base": {
  "annotations": {
   "io.katacontainers.pkg.oci.bundle_path": "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$(bundle-id)",
   "io.kubernetes.cri.sandbox-id": "^[a-z0-9]{64}$"
  },
  "base_mounts": [
   {"destination": "/proc", "options": ["nosuid", "noexec", "nodev"], "source": "proc", "type_": "proc"},
   {
    "destination": "/dev",
    "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
    "source": "tmpfs",
    "type_": "tmpfs"
   },
   {
    "destination": "/dev/pts",
    "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    "source": "devpts",
    "type_": "devpts"
   },
   {"destination": "/dev/shm", "options": ["rbind"], "source": "/run/kata-containers/sandbox/shm", "type_": "bind"},
   {"destination": "/dev/mqueue", "options": ["nosuid", "noexec", "nodev"], "source": "mqueue", "type_": "mqueue"}
  ],
  "capabilities": ["$(default_caps)"],
  "cwd": "/",
  "devices": [],
  "exec_commands": [],
  "kind_mounts": [],
  "linux_devices": [],
  "masked_paths": [
   "/proc/acpi",
   "/proc/kcore",
   "/proc/keys",
   "/proc/latency_stats",
   "/proc/timer_list",
   "/proc/timer_stats",
   "/proc/sched_debug",
   "/proc/scsi",
   "/sys/firmware"
  ],
  "mounts": [],
  "namespaces": [
   {"Path": "", "Type": "ipc"},
   {"Path": "", "Type": "uts"},
   {"Path": "", "Type": "mnt"}
  ],
  "no_new_privileges": false,
  "oci_version": "1.1.0",
  "pidns": false,
  "readonly": false,
  "readonly_paths": ["/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
  "root": "/run/kata-containers/([0-9a-f]{64}|[a-z0-9][a-z0-9.-]*)/rootfs",
  "runtime_annotations": [
   ["^io\\.kubernetes\\.container\\.terminationMessagePath$", "^/.*$"],
   ["^io\\.kubernetes\\.container\\.terminationMessagePolicy$", "^(File|FallbackToLogsOnError)$"]
  ],
  "storages": [],
  "sysctls": {"net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647"},
  "terminal": false,
  "vfio": [],
  "without_mounts": []
 },
 "caps": {
  "$(default_caps)": [
   "CHOWN",
   "DAC_OVERRIDE",
   "FSETID",
   "FOWNER",
   "MKNOD",
   "NET_RAW",
   "SETGID",
   "SETUID",
   "SETFCAP",
   "SETPCAP",
   "NET_BIND_SERVICE",
   "SYS_CHROOT",
   "KILL",
   "AUDIT_WRITE"
  ],
  "$(privileged_caps)": [
   "CHOWN",
   "DAC_OVERRIDE",
   "DAC_READ_SEARCH",
   "FOWNER",
   "FSETID",
   "KILL",
   "SETGID",
   "SETUID",
   "SETPCAP",
   "LINUX_IMMUTABLE",
   "NET_BIND_SERVICE",
   "NET_BROADCAST",
   "NET_ADMIN",
   "NET_RAW",
   "IPC_LOCK",
   "IPC_OWNER",
   "SYS_MODULE",
   "SYS_RAWIO",
   "SYS_CHROOT",
   "SYS_PTRACE",
   "SYS_PACCT",
   "SYS_ADMIN",
   "SYS_BOOT",
   "SYS_NICE",
   "SYS_RESOURCE",
   "SYS_TIME",
   "SYS_TTY_CONFIG",
   "MKNOD",
   "LEASE",
   "AUDIT_WRITE",
   "AUDIT_CONTROL",
   "SETFCAP",
   "MAC_OVERRIDE",
   "MAC_ADMIN",
   "SYSLOG",
   "WAKE_ALARM",
   "BLOCK_SUSPEND",
   "AUDIT_READ",
   "PERFMON",
   "BPF",
   "CHECKPOINT_RESTORE"
  ]
 },
 "cgroup_extras": ["nsdelegate", "memory_recursiveprot"],
 "copy_patterns": ["^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?[a-z0-9]{64}-[a-z0-9]{16}-"],
 "env_patterns": [
  "^HOSTNAME=[a-zA-Z0-9_\\.\\-]+$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_PORT_[0-9]{1,5}_(TCP|UDP)=(tcp|udp)://(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]):[0-9]{1,5}$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_PORT_[0-9]{1,5}_(TCP|UDP)_PROTO=(tcp|udp)$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_PORT_[0-9]{1,5}_(TCP|UDP)_PORT=[0-9]{1,5}$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_PORT_[0-9]{1,5}_(TCP|UDP)_ADDR=(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_SERVICE_HOST=(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_SERVICE_PORT=[0-9]{1,5}$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_SERVICE_PORT_[a-zA-Z0-9_\\.\\-]+=[0-9]{1,5}$",
  "^[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?_PORT=(tcp|udp)://(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]):[0-9]{1,5}$",
  "^JOB_COMPLETION_INDEX=[0-9]+$",
  "^AZURE_CLIENT_ID=[A-Fa-f0-9-]*$",
  "^AZURE_TENANT_ID=[A-Fa-f0-9-]*$",
  "^AZURE_FEDERATED_TOKEN_FILE=/var/run/secrets/azure/tokens/azure-identity-token$",
  "^AZURE_AUTHORITY_HOST=https://login\\.microsoftonline\\.com/$",
  "^TERM=xterm$"
 ],
 "exec_commands": [],
 "exec_patterns": [],
 "guest_pull_root": "/run/kata-containers/$(bundle-id)/rootfs",
 "interface": {"flags": 128, "forbidden_addresses": ["00:00:00:00:00:00"], "forbidden_names": ["lo"]},
 "kinds": {
  "container": {
   "annotations": {"io.katacontainers.pkg.oci.container_type": "pod_container", "io.kubernetes.cri.container-type": "container"},
   "kind_mounts": [
    {"destination": "/sys", "options": ["nosuid", "noexec", "nodev", "ro"], "source": "sysfs", "type_": "sysfs"},
    {
     "destination": "/sys/fs/cgroup",
     "options": ["nosuid", "noexec", "nodev", "relatime", "ro"],
     "source": "cgroup",
     "type_": "cgroup"
    },
    {
     "destination": "/etc/hosts",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-hosts$",
     "type_": "bind"
    },
    {
     "destination": "/dev/termination-log",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-termination-log$",
     "type_": "bind"
    },
    {
     "destination": "/etc/hostname",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-hostname$",
     "type_": "bind"
    },
    {
     "destination": "/etc/resolv.conf",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-resolv\\.conf$",
     "type_": "bind"
    },
    {
     "destination": "/var/run/secrets/kubernetes.io/serviceaccount",
     "options": ["rbind", "rprivate", "ro"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-serviceaccount$",
     "type_": "bind"
    },
    {
     "destination": "/var/run/secrets/azure/tokens",
     "options": ["rbind", "rprivate", "ro"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-tokens$",
     "type_": "bind"
    }
   ]
  },
  "privileged": {
   "annotations": {"io.katacontainers.pkg.oci.container_type": "pod_container", "io.kubernetes.cri.container-type": "container"},
   "capabilities": ["$(privileged_caps)"],
   "kind_mounts": [
    {"destination": "/sys", "options": ["nosuid", "noexec", "nodev", "rw"], "source": "sysfs", "type_": "sysfs"},
    {
     "destination": "/sys/fs/cgroup",
     "options": ["nosuid", "noexec", "nodev", "relatime", "rw"],
     "source": "cgroup",
     "type_": "cgroup"
    },
    {
     "destination": "/etc/hosts",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-hosts$",
     "type_": "bind"
    },
    {
     "destination": "/dev/termination-log",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-termination-log$",
     "type_": "bind"
    },
    {
     "destination": "/etc/hostname",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-hostname$",
     "type_": "bind"
    },
    {
     "destination": "/etc/resolv.conf",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-resolv\\.conf$",
     "type_": "bind"
    },
    {
     "destination": "/var/run/secrets/kubernetes.io/serviceaccount",
     "options": ["rbind", "rprivate", "ro"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-serviceaccount$",
     "type_": "bind"
    },
    {
     "destination": "/var/run/secrets/azure/tokens",
     "options": ["rbind", "rprivate", "ro"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-tokens$",
     "type_": "bind"
    }
   ],
   "masked_paths": [],
   "readonly_paths": []
  },
  "sandbox": {
   "annotations": {
    "io.katacontainers.pkg.oci.container_type": "pod_sandbox",
    "io.kubernetes.cri.container-type": "sandbox",
    "io.kubernetes.cri.sandbox-log-directory": "^/var/log/pods/$(sandbox-namespace)_$(sandbox-name)_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
    "io.kubernetes.cri.sandbox-namespace": "default"
   },
   "kind_mounts": [
    {"destination": "/sys", "options": ["nosuid", "noexec", "nodev", "ro"], "source": "sysfs", "type_": "sysfs"},
    {
     "destination": "/etc/resolv.conf",
     "options": ["rbind", "ro", "nosuid", "nodev", "noexec"],
     "source": "^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-resolv\\.conf$",
     "type_": "bind"
    }
   ],
   "masked_paths": [
    "/proc/acpi",
    "/proc/asound",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/sys/firmware",
    "/proc/scsi"
   ],
   "no_new_privileges": true,
   "readonly": true,
   "readonly_paths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
   "runtime_annotations": []
  }
 },
 "neighbors": {"forbidden_addresses": ["^127\\.(?:[0-9]{1,3}\\.){2}[0-9]{1,3}$"], "forbidden_devices": ["lo"], "states": [2, 128]},
 "routes": {
  "forbidden_devices": ["lo"],
  "forbidden_sources": ["^(?:0{0,4}:){0,7}0{0,3}1$", "^127\\.(?:[0-9]{1,3}\\.){2}[0-9]{1,3}$"]
 },
 "sandbox_storages": [
  {
   "driver": "ephemeral",
   "driver_options": [],
   "fs_group": null,
   "fstype": "tmpfs",
   "mount_point": "/run/kata-containers/sandbox/shm",
   "options": ["noexec", "nosuid", "nodev", "mode=1777", "size=67108864"],
   "shared": false,
   "source": "shm"
  }
 ],
 "vfio_path": "/dev/vfio/devices/vfio"
}
# Data
policy_data := {
 "annotations": {
  "contrast.edgeless.systems/replaced": "",
  "io.kubernetes.cri.sandbox-name": "^app$",
  "io.kubernetes.cri.sandbox-namespace": ""
 },
 "containers": [
  {
   "annotations": {"nerdctl/network-namespace": "^/var/run/netns/cni-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
   "args": ["/pause"],
   "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
   "gid": 65535,
   "gids": [65535],
   "kind": "sandbox",
   "uid": 65535
  },
  {
   "annotations": {
    "io.kubernetes.cri.container-name": "contrast-initializer",
    "io.kubernetes.cri.image-name": "ghcr.io/edgelesssys/contrast/initializer:latest"
   },
   "args": ["/bin/contrast-initializer"],
   "capabilities": [
    "CHOWN",
    "DAC_OVERRIDE",
    "FSETID",
    "FOWNER",
    "MKNOD",
    "NET_RAW",
    "SETGID",
    "SETUID",
    "SETFCAP",
    "SETPCAP",
    "NET_BIND_SERVICE",
    "SYS_CHROOT",
    "KILL",
    "AUDIT_WRITE",
    "NET_ADMIN"
   ],
   "env": [
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOSTNAME=$(host-name)",
    "COORDINATOR_HOST=coordinator-ready.default",
    "CONTRAST_DISABLE_SERVICE_MESH=true"
   ],
   "env_any": ["HOSTNAME"],
   "gid": 0,
   "gids": [0],
   "kind": "container",
   "mounts": [
    {
     "destination": "/contrast",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/sandbox/ephemeral/contrast-secrets$",
     "type_": "bind"
    }
   ],
   "storages": [
    {
     "driver": "ephemeral",
     "driver_options": [],
     "fs_group": null,
     "fstype": "tmpfs",
     "mount_point": "^/run/kata-containers/sandbox/ephemeral/contrast-secrets$",
     "options": [],
     "shared": false,
     "source": "tmpfs"
    }
   ],
   "uid": 0
  },
  {
   "annotations": {
    "io.kubernetes.cri.container-name": "app",
    "io.kubernetes.cri.image-name": "registry.example/app:1@sha256:1111111111111111111111111111111111111111111111111111111111111111"
   },
   "args": ["/app"],
   "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=$(host-name)"],
   "env_any": ["HOSTNAME"],
   "gid": 0,
   "gids": [0],
   "kind": "container",
   "mounts": [
    {
     "destination": "/contrast",
     "options": ["rbind", "rprivate", "rw"],
     "source": "^/run/kata-containers/sandbox/ephemeral/contrast-secrets$",
     "type_": "bind"
    }
   ],
   "storages": [
    {
     "driver": "ephemeral",
     "driver_options": [],
     "fs_group": null,
     "fstype": "tmpfs",
     "mount_point": "^/run/kata-containers/sandbox/ephemeral/contrast-secrets$",
     "options": [],
     "shared": false,
     "source": "tmpfs"
    }
   ],
   "uid": 0
  }
 ]
}
