# Contrast policy format 3, profile strict
package agent_policy
import rego.v1
default CreateContainerRequest:=false
CreateContainerRequest:={"allowed":true,"ops":a} if{D2;b:=input.container_id;A(b);input.exec_id==b;not B(b);c:=L;some d,e in policy_data.containers;e.name==c;D(c);E(d);f:=E2(e);M(f,b);g:=[G(concat("",["c:",c]),{"id":b,"phase":"created"}),G(concat("",["i:",b]),c)];a:=array.concat(N,g)}
default StartContainerRequest:=false
StartContainerRequest:={"allowed":true,"ops":a} if{b:=input.container_id;c:=B(b);H(c,b)=="created";a:=[G(concat("",["c:",c]),{"id":b,"phase":"started"}),G(concat("",["s:",c]),true)]}
StartContainerRequest if{a:=input.container_id;H(B(a),a)=="started"}
default RemoveContainerRequest:=false
RemoveContainerRequest:={"allowed":true,"ops":I(a)} if{a:=input.container_id;A(a)}
default CreateSandboxRequest:=false
CreateSandboxRequest:={"allowed":true,"ops":a} if{input.guest_hook_path=="";input.kernel_modules==[];input.sandbox_pidns==false;not data.pstate.sandbox;b:=J1({"driver":"ephemeral","driver_options":[],"fs_group":null,"fstype":"tmpfs","options":[],"shared":false,"source":"tmpfs"},settings.sandbox_storages);count(input.storages)==count(b);every c in input.storages{c in b};every c in b{c in input.storages};a:=[G("sandbox",true)]}
default ExecProcessRequest:=false
ExecProcessRequest if{input.string_user==null;a:=input.process;a.SelinuxLabel=="";a.ApparmorProfile=="";a.Capabilities==null;b:=B(input.container_id);H(b,input.container_id)=="started";some c in policy_data.containers;c.name==b;d:=E2(c);U1(d,a);W(d,a,data.pstate.sandbox_name,data.pstate.namespace)}
default CopyFileRequest:=false
CopyFileRequest if{input.file_type in ["Directory","Regular"];bits.and(input.file_mode,3072)==0;V1(input.path)}
CopyFileRequest if{input.file_type=="Symlink";R2(input.symlink_target);W1(input.path,"[a-z0-9]{64}","[^/]*/.");V1(input.path)}
default UpdateRoutesRequest:=false
UpdateRoutesRequest if{every a in input.routes.Routes{not C2(a.device,settings.routes.forbidden_devices);Z1(a.source);Z1(a.gateway);B2(a.dest)}}
default UpdateInterfaceRequest:=false
UpdateInterfaceRequest if{a:=input.interface;bits.or(a.raw_flags,settings.interface.flags)==settings.interface.flags;not C2(a.name,settings.interface.forbidden_names);not a.hwAddr in settings.interface.forbidden_addresses;regex.match("^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$",a.hwAddr);every b in a.IPAddresses{A2(b.address);regex.match("^[0-9]{1,3}$",b.mask)}}
default AddARPNeighborsRequest:=false
AddARPNeighborsRequest if{every a in input.neighbors.ARPNeighbors{not C2(a.device,settings.neighbors.forbidden_devices);a.toIPAddress.mask=="";A2(a.toIPAddress.address);a.state in settings.neighbors.states;bits.or(a.flags,136)==136}}
CloseStdinRequest:=false
GetDiagnosticDataRequest:=false
ReadStreamRequest:=false
UpdateEphemeralMountsRequest:=false
WriteStreamRequest:=false
DestroySandboxRequest:=true
GetOOMEventRequest:=true
GuestDetailsRequest:=true
OnlineCPUMemRequest:=true
RemoveStaleVirtiofsShareMountsRequest:=true
SignalProcessRequest:=true
StatsContainerRequest:=true
TtyWinResizeRequest:=true
WaitProcessRequest:=true
AddSwapPathRequest:=false
AddSwapRequest:=false
AllowRequestsFailingPolicy:=false
GetIPTablesRequest:=false
GetMetricsRequest:=false
ListInterfacesRequest:=false
ListRoutesRequest:=false
MemAgentCompactConfig:=false
MemAgentMemcgConfig:=false
MemHotplugByProbeRequest:=false
PauseContainerRequest:=false
ReseedRandomDevRequest:=false
ResizeVolumeRequest:=false
ResumeContainerRequest:=false
SetGuestDateTimeRequest:=false
SetIPTablesRequest:=false
SetPolicyRequest:=false
StartTracingRequest:=false
StopTracingRequest:=false
UpdateContainerRequest:=false
VolumeStatsRequest:=false
A(a) if regex.match("^[a-z0-9][a-z0-9_-]{0,127}$",a)
B(a):=data.pstate[concat("",["i:",a])]
C(a):=data.pstate[concat("",["c:",a])]
D(a) if not C(a)
D(a) if C(a).phase in ["created","ended"]
E(a) if{every b,c in policy_data.containers{F(b,c,a)}}
F(a,b,c) if a>=c
F(a,b,c) if b.stage=="main"
F(a,b,c) if{d:={"init":"d:","sandbox":"s:","sidecar":"s:"};data.pstate[concat("",[d[b.stage],b.name])]==true}
G(a,b):={"op":"add","path":concat("",["/pstate/",a]),"value":b}
H(a,b):=c.phase if{c:=C(a);c.id==b}
I(a):=[G(concat("",["c:",b]),{"id":a,"phase":"ended"}),G(concat("",["d:",b]),true)] if{b:=B(a);H(b,a)=="started"}
I(a):=[{"op":"remove","path":concat("",["/pstate/c:",B(a)])}] if H(B(a),a)=="created"
I(a):=[] if not J(a)
J(a) if H(B(a),a) in ["created","started"]
K(a):=input.OCI.Annotations[concat("",["io.kubernetes.cri.",a])]
L:="" if K("container-type")=="sandbox"
L:=K("container-name") if K("container-type")=="container"
M(a,b) if{input.sandbox_pidns==a.pidns;c:=K("sandbox-namespace");regex.match("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",c);a.annotations["io.kubernetes.cri.sandbox-namespace"] in ["",c];d:=K("sandbox-name");regex.match(a.annotations["io.kubernetes.cri.sandbox-name"],d);e:=input.OCI;e.Version in settings.oci_versions;e.Root.Readonly==a.readonly;e.Root.Path==replace(a.root,"$(bundle-id)",b);f:=K("container-type");G2("io.katacontainers.pkg.oci.container_type")==concat("",["pod_",f]);V(a,f);g:=K("sandbox-id");regex.match(a.annotations["io.kubernetes.cri.sandbox-id"],g);H2(a);O(a);W(a,e.Process,d,c);e.Process.Terminal==a.terminal;
X(a,e.Process.Args,d,c);D1(a,e.Process.Capabilities);I2(a,b,g);G1(a);O1(a,b,g);O2(a);T1(a)}
N:=array.concat(array.concat(array.concat(a,b),array.concat(c,d)),e) if{a:=F2("sandbox_name",K("sandbox-name"));b:=F2("namespace",K("sandbox-namespace"));c:=F2("network_namespace",S);d:=F2("sandbox_id",K("sandbox-id"));e:=F2("oci_version",input.OCI.Version)}
O(a) if{b:=[c|some c in input.storages;c.driver=="image_guest_pull"];count(b)==1;P(a,b[0]);R(b[0].driver_options)}
P(a,b) if{b.fstype=="overlay";b.fs_group==null;b.shared==false;b.options==[];b.mount_point==input.OCI.Root.Path;Q(a,b)}
Q(a,b) if{b.source==a.image;K("image-name")==a.image}
Q(a,b) if{a.stage=="sandbox";b.source=="pause"}
R(a) if{count(a)==1;regex.match(concat("",["^image_guest_pull=\\{\"metadata\":\\{(?:\"[^\"\\\\]*\":\"(?:[^\"\\\\]|\\\\.)*\",)*","\"io\\.kubernetes\\.cri\\.container-type\":\"",K("container-type"),"\"","(?:,\"[^\"\\\\]*\":\"(?:[^\"\\\\]|\\\\.)*\")*\\}\\}$"]),a[0]);not regex.match("ontainer-?[tT]ype\":.*ontainer-?[tT]ype\":",a[0])}
S:=a if{a:=[b.Path|some b in input.OCI.Linux.Namespaces;b.Type=="network"];count(a)<=1}
T(a):=[concat(":",[P2(b.Type),b.Path])|some b in a;not b.Type in ["cgroup","network"]]
U(a,b,c) if startswith(b,"io.kubernetes.cri.")
U(a,b,c) if c==a.annotations[b]
U(a,b,c) if b in ["contrast.edgeless.systems/replaced","io.katacontainers.pkg.oci.bundle_path","io.katacontainers.pkg.oci.container_type","nerdctl/network-namespace"]
U(a,b,c) if{a.annotations[b]!=null;startswith(b,"io.katacontainers.config.hypervisor.snp_")}
U(a,b,c) if{some d in a.runtime_annotations;regex.match(d[0],b);regex.match(d[1],c)}
V(a,b) if{b=="sandbox";K("sandbox-id")==input.container_id;not K("container-name");regex.match(a.annotations["nerdctl/network-namespace"],G2("nerdctl/network-namespace"))}
V(a,b) if{b=="container";not G2("nerdctl/network-namespace")}
W(a,b,c,d) if{b.Cwd==a.cwd;b.NoNewPrivileges==a.no_new_privileges;b.Rlimits==[];b.User.Username=="";N2(a,b.User);Z(a,b.Env,c,d);A1(a,b.Env,c,d);input.stdin_port==0;input.stdout_port==0;input.stderr_port==0}
X(a,b,c,d) if{count(b)==count(a.args);every e,f in b{Y(a.args[e],f,c,d)}}
Y(a,b,c,d) if b==a
Z(a,b,c,d) if{every e in a.env{e in b};every f in a.env_patterns{C1(f,b)}}
A1(a,b,c,d) if{e:=array.concat(a.env_patterns,settings.env_patterns);every f in ({g|some g in b}-{g|some g in a.env}){B1(a,f,c,d,e)};h:={substring(f,0,indexof(f,"="))|some f in b};count(h)==count(b)}
B1(a,b,c,d,e) if{some f in e;regex.match(f,b)}
C1(a,b) if{some c in b;regex.match(a,c)}
D1(a,b) if{every c in ["Bounding","Effective","Permitted"]{E1(F1(a),b[c])};every c in ["Ambient","Inheritable"]{b[c]==[]}}
E1(a,b) if{{trim_prefix(c,"CAP_")|some c in b}=={c|some c in a}}
F1(a):=array.concat(a.capabilities,a.more_capabilities)
G1(a) if{b:={c.destination|some c in input.OCI.Mounts};every d in a.mounts{d.destination in b;not H1(d.destination)}}
H1(a) if{some b,c in input.OCI.Mounts;c.destination==a;some d,e in input.OCI.Mounts;d>=b;startswith(a,concat("",[e.destination,"/"]))}
I1(a):=J1({"options":["rbind","rprivate","rw"],"type_":"bind"},array.concat(K1(a),a.mounts))
J1(a,b):=[object.union(a,c)|some c in b]
K1(a):=[b|some b in array.concat(a.base_mounts,a.kind_mounts);not b.destination in a.without_mounts]
L1(a,b,c,d) if{a.options==b.options;M1(a.source,b.source,c,d)}
L1(a,b,c,d) if{a.type_=="sysfs";a.source==b.source;({e|some e in b.options}|{"rw"})==({e|some e in a.options}|{"ro"})}
L1(a,b,c,d) if{a.type_=="cgroup";a.source==b.source;K2({e|some e in a.options},{e|some e in b.options})}
M1(a,b,c,d) if{a!="";a==b}
M1(a,b,c,d) if{startswith(a,"^");regex.match(concat("",[replace(N1(a,c),"$(sandbox-id)",d),"$"]),b)}
N1(a,b):=replace(replace(a,"$(sfprefix)",settings.shared_files),"$(bundle-id)",b)
O1(a,b,c) if{d:=[e|some e in input.storages;e.driver!="image_guest_pull"];f:=J1({"driver":"ephemeral","driver_options":[],"fs_group":null,"fstype":"tmpfs","options":[],"shared":false,"source":"tmpfs"},a.storages);count(d)==count(f);every e in d{P1(f,e,b,c)};every g in f{Q1(g,d,b,c)}}
P1(a,b,c,d) if{some e in a;R1(e,b,c,d)}
Q1(a,b,c,d) if{some e in b;R1(a,e,c,d)}
R1(a,b,c,d) if{S1(a,b,c,d);L2(a,b,c,d)}
S1(a,b,c,d) if{a.driver==b.driver;M1(a.source,b.source,c,d)}
T1(a) if{b:=input.OCI.Linux;T(b.Namespaces)==a.namespaces;not S2(b.CgroupsPath);[c|some c in b.Namespaces;c.Type=="cgroup";c.Path!=""]==[];every d in array.concat(b.MaskedPaths,b.ReadonlyPaths){regex.match("^/(?:proc/[a-z_-]+|sys/[a-z0-9_/-]+)$",d)};every d in a.masked_paths{d in b.MaskedPaths};every d in a.readonly_paths{Q2(d,b)};count(b.Devices)==0;every e,f in b.Sysctl{a.sysctls[e]==f}}
U1(a,b) if{b.Args in a.exec_commands;b.Terminal==false}
V1(a) if{not S2(a);b:=X1(a);W1(a,b,"");not Y1(b)}
V1(a) if{not S2(a);b:=X1(a);Y1(b);some c in policy_data.containers;c.name==B(b);some d in E2(c).updated;W1(a,b,concat("",[d,"(?:/|$)"]))}
W1(a,b,c) if{some d in settings.copy_patterns;regex.match(concat("",[N1(d,b),c]),a)}
X1(a):=regex.find_all_string_submatch_n("/([a-z0-9]{64})-",a,1)[0][1]
Y1(a) if H(B(a),a)=="started"
Z1(a) if a==""
Z1(a) if A2(a)
A2(a) if regex.match("^(?:(?:25[0-5]|2[0-4][0-9]|12[0-689]|1[013-9][0-9]|[1-9][0-9]|[1-9])(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}|[1-9a-f][0-9a-f]{0,3}(?::[0-9a-f]{0,4}){2,7})$",a)
B2(a) if a in ["","0.0.0.0/0","::/0"]
B2(a) if{regex.match("^[^/]+(?:/[0-9]{1,3})?$",a);A2(split(a,"/")[0])}
C2(a,b) if a in b
C2(a,b) if not regex.match("^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$",a)
D2 if{input.shared_mounts==[];input.string_user==null;a:=input.OCI;a.Hooks==null;a.Solaris==null;a.Windows==null;a.Process.SelinuxLabel=="";a.Process.User.Username=="";b:=a.Linux;b.GIDMappings==[];b.UIDMappings==[];b.MountLabel=="";b.RootfsPropagation=="";b.IntelRdt==null;b.Seccomp==null;b.Resources.Devices==[];b.Resources.BlockIO==null;b.Resources.Network==null;b.Resources.Pids==null}
E2(a):=object.union(b,a) if{c:=object.union(settings.base,settings.kinds[a.kind]);b:=object.union(c,{"annotations":policy_data.annotations})}
F2(a,b):=[{"op":"add","path":concat("",["/pstate/",a]),"value":b}] if not data.pstate[a]
F2(a,b):=[] if data.pstate[a]==b
G2(a):=input.OCI.Annotations[a]
H2(a) if{every b,c in input.OCI.Annotations{U(a,b,c)}}
I2(a,b,c) if{d:=I1(a);e:={f|some g in input.OCI.Mounts;f:=[h|some h,i in d;i.destination==g.destination;J2(i,g,b,c)];count(f)==1};count(e)==count(input.OCI.Mounts)}
J2(a,b,c,d) if{a.type_==b.type_;L1(a,b,c,d)}
K2(a,b) if{count((a-b))==0;count(((b-a)-{c|some c in settings.cgroup_extras}))==0}
L2(a,b,c,d) if{a.driver_options==b.driver_options;a.fs_group==b.fs_group;a.fstype==b.fstype;a.shared==b.shared;a.options==b.options;not a.driver in ["blk","overlayfs"];M2(a,b,c,d)}
M2(a,b,c,d) if{a.fstype=="tmpfs";regex.match(a.mount_point,b.mount_point)}
N2(a,b) if{b.UID==a.uid;b.GID==a.gid;{c|some c in b.AdditionalGids}=={c|some c in a.gids}}
O2(a) if input.devices==[]
P2(a):="mnt" if lower(a)=="mount"
P2(a):=a if lower(a)!="mount"
Q2(a,b) if a in b.ReadonlyPaths
Q2(a,b) if a in b.MaskedPaths
R2(a) if a==null
R2(a) if{a!=null;not startswith(a,"/");not S2(a)}
S2(a) if regex.match("(^|/)\\.\\.($|/)",a)
settings:={"base":{"annotations":{"io.kubernetes.cri.sandbox-id":"^[a-z0-9]{64}$"},"base_mounts":[
{"destination":"/proc","options":["nosuid","noexec","nodev"],"source":"proc","type_":"proc"},
{"destination":"/dev","options":["nosuid","strictatime","mode=755","size=65536k"],"source":"tmpfs","type_":"tmpfs"},
{"destination":"/dev/pts","options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"],"source":"devpts","type_":"devpts"},
{"destination":"/dev/shm","options":["rbind"],"source":"/run/kata-containers/sandbox/shm"},
{"destination":"/dev/mqueue","options":["nosuid","noexec","nodev"],"source":"mqueue","type_":"mqueue"}],"capabilities":["CHOWN","DAC_OVERRIDE","FSETID","FOWNER","MKNOD","NET_RAW","SETGID","SETUID","SETFCAP","SETPCAP","NET_BIND_SERVICE","SYS_CHROOT","KILL","AUDIT_WRITE"],"cwd":"/","env_patterns":[],"exec_commands":[],"masked_paths":["/proc/acpi","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/proc/scsi","/sys/firmware"],"more_capabilities":[],"mounts":[],"namespaces":["ipc:","uts:","mnt:"],"no_new_privileges":false,"pidns":false,"readonly":false,"readonly_paths":["/proc/asound","/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"],"root":"/run/kata-containers/$(bundle-id)/rootfs","runtime_annotations":[["^io\\.kubernetes\\.container\\.terminationMessagePath$","^/.*$"],["^io\\.kubernetes\\.container\\.terminationMessagePolicy$","^(File|FallbackToLogsOnError)$"]],
"storages":[],"sysctls":{"net.ipv4.ip_unprivileged_port_start":"0","net.ipv4.ping_group_range":"0 2147483647"},"terminal":false,"updated":["serviceaccount"],"without_mounts":[]},"cgroup_extras":["nsdelegate","memory_recursiveprot"],"copy_patterns":["^$(sfprefix)"],"env_patterns":[
"^(?:[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?(?:_PORT_[0-9]{1,5}_(TCP|UDP)=(tcp|udp)://(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]):[0-9]{1,5}|_PORT_[0-9]{1,5}_(TCP|UDP)_PROTO=(tcp|udp)|_PORT_[0-9]{1,5}_(TCP|UDP)_PORT=[0-9]{1,5}|_PORT_[0-9]{1,5}_(TCP|UDP)_ADDR=(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])|_SERVICE_HOST=(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])|_SERVICE_PORT=[0-9]{1,5}|_SERVICE_PORT_[a-zA-Z0-9_\\.\\-]+=[0-9]{1,5}|_PORT=(tcp|udp)://(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]):[0-9]{1,5}))$"],"interface":{"flags":128,"forbidden_addresses":["00:00:00:00:00:00"],"forbidden_names":["lo"]},"kinds":{"container":{"env_patterns":["^HOSTNAME=[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$"],"kind_mounts":[

{"destination":"/sys","options":["nosuid","noexec","nodev","ro"],"source":"sysfs","type_":"sysfs"},
{"destination":"/sys/fs/cgroup","options":["nosuid","noexec","nodev","relatime","ro"],"source":"cgroup","type_":"cgroup"},
{"destination":"/etc/hosts","source":"^$(sfprefix)hosts$"},
{"destination":"/dev/termination-log","source":"^$(sfprefix)termination-log$"},
{"destination":"/etc/hostname","source":"^$(sfprefix)hostname$"},
{"destination":"/etc/resolv.conf","source":"^$(sfprefix)resolv\\.conf$"},
{"destination":"/var/run/secrets/kubernetes.io/serviceaccount","options":["rbind","rprivate","ro"],"source":"^$(sfprefix)serviceaccount$"}]},"privileged":{"capabilities":["CHOWN","DAC_OVERRIDE","DAC_READ_SEARCH","FOWNER","FSETID","KILL","SETGID","SETUID","SETPCAP","LINUX_IMMUTABLE","NET_BIND_SERVICE","NET_BROADCAST","NET_ADMIN","NET_RAW","IPC_LOCK","IPC_OWNER","SYS_MODULE","SYS_RAWIO","SYS_CHROOT","SYS_PTRACE","SYS_PACCT","SYS_ADMIN","SYS_BOOT","SYS_NICE","SYS_RESOURCE","SYS_TIME","SYS_TTY_CONFIG","MKNOD","LEASE","AUDIT_WRITE","AUDIT_CONTROL","SETFCAP","MAC_OVERRIDE","MAC_ADMIN","SYSLOG","WAKE_ALARM","BLOCK_SUSPEND","AUDIT_READ","PERFMON","BPF","CHECKPOINT_RESTORE"],"env_patterns":["^HOSTNAME=[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$"],"kind_mounts":[
{"destination":"/sys","options":["nosuid","noexec","nodev","rw"],"source":"sysfs","type_":"sysfs"},
{"destination":"/sys/fs/cgroup","options":["nosuid","noexec","nodev","relatime","rw"],"source":"cgroup","type_":"cgroup"},
{"destination":"/etc/hosts","source":"^$(sfprefix)hosts$"},
{"destination":"/dev/termination-log","source":"^$(sfprefix)termination-log$"},
{"destination":"/etc/hostname","source":"^$(sfprefix)hostname$"},
{"destination":"/etc/resolv.conf","source":"^$(sfprefix)resolv\\.conf$"},
{"destination":"/var/run/secrets/kubernetes.io/serviceaccount","options":["rbind","rprivate","ro"],"source":"^$(sfprefix)serviceaccount$"}],"masked_paths":[],"readonly_paths":[]},"sandbox":{"kind_mounts":[
{"destination":"/sys","options":["nosuid","noexec","nodev","ro"],"source":"sysfs","type_":"sysfs"},
{"destination":"/etc/resolv.conf","options":["rbind","ro","nosuid","nodev","noexec"],"source":"^$(sfprefix)resolv\\.conf$"}],"masked_paths":["/proc/acpi","/proc/asound","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/sys/firmware","/proc/scsi"],"no_new_privileges":true,"readonly":true,"runtime_annotations":[]}},"neighbors":{"forbidden_devices":["lo"],"states":[2,128]},"oci_versions":["1.1.0","1.2.0","1.2.1","1.3.0"],"routes":{"forbidden_devices":["lo"]},"sandbox_storages":[
{"mount_point":"/run/kata-containers/sandbox/shm","options":["noexec","nosuid","nodev","mode=1777","size=67108864"],"source":"shm"}],"shared_files":"^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-"}
policy_data:={"annotations":{"contrast.edgeless.systems/servicemesh-admin-interface-port":"9901","contrast.edgeless.systems/servicemesh-egress":"billing#127.137.0.1:8081#billing:8080","contrast.edgeless.systems/servicemesh-ingress":"web#8080#false","io.katacontainers.config.hypervisor.snp_guest_policy_Genoa":"","io.katacontainers.config.hypervisor.snp_guest_policy_Milan":"","io.katacontainers.config.hypervisor.snp_id_auth_Genoa":"","io.katacontainers.config.hypervisor.snp_id_auth_Milan":"","io.katacontainers.config.hypervisor.snp_id_block_Genoa":"","io.katacontainers.config.hypervisor.snp_id_block_Milan":"","io.kubernetes.cri.sandbox-name":"^app$","io.kubernetes.cri.sandbox-namespace":""},"containers":[
{"annotations":{"nerdctl/network-namespace":"^/var/run/netns/cni-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},"args":["/pause"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"gid":65535,"gids":[65535],"kind":"sandbox","mounts":[
{"destination":"/sys","options":["nosuid","noexec","nodev","rw"],"source":"sysfs","type_":"sysfs"}],"name":"","stage":"sandbox","uid":65535,"without_mounts":["/sys"]},
{"args":["/bin/contrast-initializer"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","COORDINATOR_HOST=coordinator-ready.default"],"gid":0,"gids":[0],"image":"ghcr.io/edgelesssys/contrast/initializer:latest@sha256:c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2","kind":"container","more_capabilities":["NET_ADMIN"],"mounts":[
{"destination":"/contrast","source":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"name":"contrast-initializer","stage":"init","storages":[
{"mount_point":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"uid":0},
{"args":["/bin/contrast-service-mesh","-l","debug"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","CONTRAST_INGRESS_PROXY_CONFIG=web#8080#false","CONTRAST_EGRESS_PROXY_CONFIG=billing#127.137.0.1:8081#billing:8080","CONTRAST_ADMIN_PORT=9901"],"exec_commands":[["test","-f","/ready"]],"gid":0,"gids":[0],"image":"ghcr.io/edgelesssys/contrast/service-mesh-proxy:latest@sha256:c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3","kind":"privileged","mounts":[
{"destination":"/contrast","source":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"name":"contrast-service-mesh","stage":"sidecar","storages":[
{"mount_point":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"uid":0},
{"args":["/app"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"gid":0,"gids":[0],"image":"registry.example/app:1@sha256:1111111111111111111111111111111111111111111111111111111111111111","kind":"container","mounts":[
{"destination":"/contrast","source":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"name":"app","stage":"main","storages":[
{"mount_point":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"uid":0}]}
