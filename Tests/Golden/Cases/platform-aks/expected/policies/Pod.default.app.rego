# Contrast policy format 3, profile strict
package agent_policy
import rego.v1
default CreateContainerRequest:=false
CreateContainerRequest:={"allowed":true,"ops":a} if{Z1;b:=input.container_id;A(b);input.exec_id==b;not B(b);c:=L;some d,e in policy_data.containers;e.name==c;D(c);E(d);f:=A2(e);M(f,b);g:=[G(concat("",["c:",c]),{"id":b,"phase":"created"}),G(concat("",["i:",b]),c)];a:=array.concat(N,g)}
default StartContainerRequest:=false
StartContainerRequest:={"allowed":true,"ops":a} if{b:=input.container_id;c:=B(b);H(c,b)=="created";a:=[G(concat("",["c:",c]),{"id":b,"phase":"started"}),G(concat("",["s:",c]),true)]}
StartContainerRequest if{a:=input.container_id;H(B(a),a)=="started"}
default RemoveContainerRequest:=false
RemoveContainerRequest:={"allowed":true,"ops":I(a)} if{a:=input.container_id;A(a)}
default CreateSandboxRequest:=false
CreateSandboxRequest:={"allowed":true,"ops":a} if{input.guest_hook_path=="";input.kernel_modules==[];input.sandbox_pidns==false;not data.pstate.sandbox;b:=G1({"driver":"ephemeral","driver_options":[],"fs_group":null,"fstype":"tmpfs","options":[],"shared":false,"source":"tmpfs"},settings.sandbox_storages);count(input.storages)==count(b);every c in input.storages{c in b};every c in b{c in input.storages};a:=[G("sandbox",true)]}
ExecProcessRequest:=false
default CopyFileRequest:=false
CopyFileRequest if{input.file_type in ["Directory","Regular"];bits.and(input.file_mode,3072)==0;R1(input.path)}
CopyFileRequest if{input.file_type=="Symlink";N2(input.symlink_target);S1(input.path,"[a-z0-9]{64}","[^/]*/.");R1(input.path)}
default UpdateRoutesRequest:=false
UpdateRoutesRequest if{every a in input.routes.Routes{not Y1(a.device,settings.routes.forbidden_devices);V1(a.source);V1(a.gateway);X1(a.dest)}}
default UpdateInterfaceRequest:=false
UpdateInterfaceRequest if{a:=input.interface;bits.or(a.raw_flags,settings.interface.flags)==settings.interface.flags;not Y1(a.name,settings.interface.forbidden_names);not a.hwAddr in settings.interface.forbidden_addresses;regex.match("^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$",a.hwAddr);every b in a.IPAddresses{W1(b.address);regex.match("^[0-9]{1,3}$",b.mask)}}
default AddARPNeighborsRequest:=false
AddARPNeighborsRequest if{every a in input.neighbors.ARPNeighbors{not Y1(a.device,settings.neighbors.forbidden_devices);a.toIPAddress.mask=="";W1(a.toIPAddress.address);a.state in settings.neighbors.states;bits.or(a.flags,136)==136}}
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
M(a,b) if{input.sandbox_pidns==a.pidns;c:=K("sandbox-namespace");regex.match("^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$",c);a.annotations["io.kubernetes.cri.sandbox-namespace"] in ["",c];d:=K("sandbox-name");regex.match(a.annotations["io.kubernetes.cri.sandbox-name"],d);e:=input.OCI;e.Version in settings.oci_versions;e.Root.Readonly==a.readonly;e.Root.Path==replace(a.root,"$(bundle-id)",b);f:=K("container-type");C2("io.katacontainers.pkg.oci.container_type")==concat("",["pod_",f]);S(a,f);g:=K("sandbox-id");regex.match(a.annotations["io.kubernetes.cri.sandbox-id"],g);D2(a);O(a);T(a,e.Process,d,c);e.Process.Terminal==a.terminal;
U(a,e.Process.Args,d,c);A1(a,e.Process.Capabilities);E2(a,b,g);D1(a);L1(a,b,g);K2(a);Q1(a)}
N:=array.concat(array.concat(array.concat(a,b),array.concat(c,d)),e) if{a:=B2("sandbox_name",K("sandbox-name"));b:=B2("namespace",K("sandbox-namespace"));c:=B2("network_namespace",P);d:=B2("sandbox_id",K("sandbox-id"));e:=B2("oci_version",input.OCI.Version)}
O(a) if{every b in input.storages{b.driver!="image_guest_pull"}}
P:=a if{a:=[b.Path|some b in input.OCI.Linux.Namespaces;b.Type=="network"];count(a)<=1}
Q(a):=[concat(":",[L2(b.Type),b.Path])|some b in a;not b.Type in ["cgroup","network"]]
R(a,b,c) if startswith(b,"io.kubernetes.cri.")
R(a,b,c) if c==a.annotations[b]
R(a,b,c) if b in ["contrast.edgeless.systems/replaced","io.katacontainers.pkg.oci.bundle_path","io.katacontainers.pkg.oci.container_type","nerdctl/network-namespace"]
R(a,b,c) if{some d in a.runtime_annotations;regex.match(d[0],b);regex.match(d[1],c)}
S(a,b) if{b=="sandbox";K("sandbox-id")==input.container_id;not K("container-name");regex.match(a.annotations["nerdctl/network-namespace"],C2("nerdctl/network-namespace"))}
S(a,b) if{b=="container";not C2("nerdctl/network-namespace")}
T(a,b,c,d) if{b.Cwd==a.cwd;b.NoNewPrivileges==a.no_new_privileges;b.Rlimits==[];b.User.Username=="";J2(a,b.User);W(a,b.Env,c,d);X(a,b.Env,c,d);input.stdin_port==0;input.stdout_port==0;input.stderr_port==0}
U(a,b,c,d) if{count(b)==count(a.args);every e,f in b{V(a.args[e],f,c,d)}}
V(a,b,c,d) if b==a
W(a,b,c,d) if{every e in a.env{e in b};every f in a.env_patterns{Z(f,b)}}
X(a,b,c,d) if{e:=array.concat(a.env_patterns,settings.env_patterns);every f in ({g|some g in b}-{g|some g in a.env}){Y(a,f,c,d,e)};h:={substring(f,0,indexof(f,"="))|some f in b};count(h)==count(b)}
Y(a,b,c,d,e) if{some f in e;regex.match(f,b)}
Z(a,b) if{some c in b;regex.match(a,c)}
A1(a,b) if{every c in ["Bounding","Effective","Permitted"]{B1(C1(a),b[c])};every c in ["Ambient","Inheritable"]{b[c]==[]}}
B1(a,b) if{{trim_prefix(c,"CAP_")|some c in b}=={c|some c in a}}
C1(a):=array.concat(a.capabilities,a.more_capabilities)
D1(a) if{b:={c.destination|some c in input.OCI.Mounts};every d in a.mounts{d.destination in b;not E1(d.destination)}}
E1(a) if{some b,c in input.OCI.Mounts;c.destination==a;some d,e in input.OCI.Mounts;d>=b;startswith(a,concat("",[e.destination,"/"]))}
F1(a):=G1({"options":["rbind","rprivate","rw"],"type_":"bind"},array.concat(H1(a),a.mounts))
G1(a,b):=[object.union(a,c)|some c in b]
H1(a):=array.concat(a.base_mounts,a.kind_mounts)
I1(a,b,c,d) if{a.options==b.options;J1(a.source,b.source,c,d)}
I1(a,b,c,d) if{a.type_=="sysfs";a.source==b.source;({e|some e in b.options}|{"rw"})==({e|some e in a.options}|{"ro"})}
I1(a,b,c,d) if{a.type_=="cgroup";a.source==b.source;G2({e|some e in a.options},{e|some e in b.options})}
J1(a,b,c,d) if{a!="";a==b}
J1(a,b,c,d) if{startswith(a,"^");regex.match(concat("",[replace(K1(a,c),"$(sandbox-id)",d),"$"]),b)}
K1(a,b):=replace(replace(a,"$(sfprefix)",settings.shared_files),"$(bundle-id)",b)
L1(a,b,c) if{d:=[e|some e in input.storages;e.driver!="image_guest_pull"];f:=G1({"driver":"ephemeral","driver_options":[],"fs_group":null,"fstype":"tmpfs","options":[],"shared":false,"source":"tmpfs"},a.storages);count(d)==count(f);every e in d{M1(f,e,b,c)};every g in f{N1(g,d,b,c)}}
M1(a,b,c,d) if{some e in a;O1(e,b,c,d)}
N1(a,b,c,d) if{some e in b;O1(a,e,c,d)}
O1(a,b,c,d) if{P1(a,b,c,d);H2(a,b,c,d)}
P1(a,b,c,d) if{a.driver==b.driver;J1(a.source,b.source,c,d)}
Q1(a) if{b:=input.OCI.Linux;Q(b.Namespaces)==a.namespaces;not O2(b.CgroupsPath);[c|some c in b.Namespaces;c.Type=="cgroup";c.Path!=""]==[];every d in array.concat(b.MaskedPaths,b.ReadonlyPaths){regex.match("^/(?:proc/[a-z_-]+|sys/[a-z0-9_/-]+)$",d)};every d in a.masked_paths{d in b.MaskedPaths};every d in a.readonly_paths{M2(d,b)};count(b.Devices)==0;every e,f in b.Sysctl{a.sysctls[e]==f}}
R1(a) if{not O2(a);b:=T1(a);S1(a,b,"");not U1(b)}
R1(a) if{not O2(a);b:=T1(a);U1(b);some c in policy_data.containers;c.name==B(b);some d in A2(c).updated;S1(a,b,concat("",[d,"(?:/|$)"]))}
S1(a,b,c) if{some d in settings.copy_patterns;regex.match(concat("",[K1(d,b),c]),a)}
T1(a):=regex.find_all_string_submatch_n("/([a-z0-9]{64})-",a,1)[0][1]
U1(a) if H(B(a),a)=="started"
V1(a) if a==""
V1(a) if W1(a)
W1(a) if regex.match("^(?:(?:25[0-5]|2[0-4][0-9]|12[0-689]|1[013-9][0-9]|[1-9][0-9]|[1-9])(?:\\.(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}|[1-9a-f][0-9a-f]{0,3}(?::[0-9a-f]{0,4}){2,7})$",a)
X1(a) if a in ["","0.0.0.0/0","::/0"]
X1(a) if{regex.match("^[^/]+(?:/[0-9]{1,3})?$",a);W1(split(a,"/")[0])}
Y1(a,b) if a in b
Y1(a,b) if not regex.match("^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$",a)
Z1 if{input.shared_mounts==[];input.string_user==null;a:=input.OCI;a.Hooks==null;a.Solaris==null;a.Windows==null;a.Process.SelinuxLabel=="";a.Process.User.Username=="";b:=a.Linux;b.GIDMappings==[];b.UIDMappings==[];b.MountLabel=="";b.RootfsPropagation=="";b.IntelRdt==null;b.Seccomp==null;b.Resources.Devices==[];b.Resources.BlockIO==null;b.Resources.Network==null;b.Resources.Pids==null}
A2(a):=object.union(b,a) if{c:=object.union(settings.base,settings.kinds[a.kind]);b:=object.union(c,{"annotations":policy_data.annotations})}
B2(a,b):=[{"op":"add","path":concat("",["/pstate/",a]),"value":b}] if not data.pstate[a]
B2(a,b):=[] if data.pstate[a]==b
C2(a):=input.OCI.Annotations[a]
D2(a) if{every b,c in input.OCI.Annotations{R(a,b,c)}}
E2(a,b,c) if{d:=F1(a);e:={f|some g in input.OCI.Mounts;f:=[h|some h,i in d;i.destination==g.destination;F2(i,g,b,c)];count(f)==1};count(e)==count(input.OCI.Mounts)}
F2(a,b,c,d) if{a.type_==b.type_;I1(a,b,c,d)}
G2(a,b) if{count((a-b))==0;count(((b-a)-{c|some c in settings.cgroup_extras}))==0}
H2(a,b,c,d) if{a.driver_options==b.driver_options;a.fs_group==b.fs_group;a.fstype==b.fstype;a.shared==b.shared;a.options==b.options;not a.driver in ["blk","overlayfs"];I2(a,b,c,d)}
I2(a,b,c,d) if{a.fstype=="tmpfs";regex.match(a.mount_point,b.mount_point)}
J2(a,b) if{b.UID==a.uid;b.GID==a.gid;{c|some c in b.AdditionalGids}=={c|some c in a.gids}}
K2(a) if input.devices==[]
L2(a):="mnt" if lower(a)=="mount"
L2(a):=a if lower(a)!="mount"
M2(a,b) if a in b.ReadonlyPaths
M2(a,b) if a in b.MaskedPaths
N2(a) if a==null
N2(a) if{a!=null;not startswith(a,"/");not O2(a)}
O2(a) if regex.match("(^|/)\\.\\.($|/)",a)
settings:={"base":{"annotations":{"io.kubernetes.cri.sandbox-id":"^[a-z0-9]{64}$"},"base_mounts":[
{"destination":"/proc","options":["nosuid","noexec","nodev"],"source":"proc","type_":"proc"},
{"destination":"/dev","options":["nosuid","strictatime","mode=755","size=65536k"],"source":"tmpfs","type_":"tmpfs"},
{"destination":"/dev/pts","options":["nosuid","noexec","newinstance","ptmxmode=0666","mode=0620","gid=5"],"source":"devpts","type_":"devpts"},
{"destination":"/dev/shm","options":["rbind"],"source":"/run/kata-containers/sandbox/shm"},
{"destination":"/dev/mqueue","options":["nosuid","noexec","nodev"],"source":"mqueue","type_":"mqueue"},
{"destination":"/sys","options":["nosuid","noexec","nodev","ro"],"source":"sysfs","type_":"sysfs"}],"capabilities":["CHOWN","DAC_OVERRIDE","FSETID","FOWNER","MKNOD","NET_RAW","SETGID","SETUID","SETFCAP","SETPCAP","NET_BIND_SERVICE","SYS_CHROOT","KILL","AUDIT_WRITE"],"cwd":"/","env_patterns":[],"masked_paths":["/proc/acpi","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/proc/scsi","/sys/firmware"],"more_capabilities":[],"mounts":[],"namespaces":["ipc:","uts:","mnt:"],"no_new_privileges":false,"pidns":false,"readonly":false,"readonly_paths":["/proc/asound","/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"],"root":"/run/kata-containers/$(bundle-id)/rootfs","runtime_annotations":[["^io\\.kubernetes\\.container\\.terminationMessagePath$","^/.*$"],["^io\\.kubernetes\\.container\\.terminationMessagePolicy$","^(File|FallbackToLogsOnError)$"]],"storages":[],
"sysctls":{"net.ipv4.ip_unprivileged_port_start":"0","net.ipv4.ping_group_range":"0 2147483647"},"terminal":false,"updated":["serviceaccount"]},"cgroup_extras":["nsdelegate","memory_recursiveprot"],"copy_patterns":["^$(sfprefix)"],"env_patterns":[
"^(?:[A-Z](?:[A-Z0-9_]{0,61}[A-Z0-9])?(?:_PORT_[0-9]{1,5}_(TCP|UDP)=(tcp|udp)://(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]):[0-9]{1,5}|_PORT_[0-9]{1,5}_(TCP|UDP)_PROTO=(tcp|udp)|_PORT_[0-9]{1,5}_(TCP|UDP)_PORT=[0-9]{1,5}|_PORT_[0-9]{1,5}_(TCP|UDP)_ADDR=(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])|_SERVICE_HOST=(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])|_SERVICE_PORT=[0-9]{1,5}|_SERVICE_PORT_[a-zA-Z0-9_\\.\\-]+=[0-9]{1,5}|_PORT=(tcp|udp)://(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]):[0-9]{1,5}))$"],"interface":{"flags":128,"forbidden_addresses":["00:00:00:00:00:00"],"forbidden_names":["lo"]},"kinds":{"container":{"env_patterns":["^HOSTNAME=[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$"],"kind_mounts":[

{"destination":"/sys/fs/cgroup","options":["nosuid","noexec","nodev","relatime","ro"],"source":"cgroup","type_":"cgroup"},
{"destination":"/etc/hosts","source":"^$(sfprefix)hosts$"},
{"destination":"/dev/termination-log","source":"^$(sfprefix)termination-log$"},
{"destination":"/etc/hostname","source":"^$(sfprefix)hostname$"},
{"destination":"/etc/resolv.conf","source":"^$(sfprefix)resolv\\.conf$"},
{"destination":"/var/run/secrets/kubernetes.io/serviceaccount","options":["rbind","rprivate","ro"],"source":"^$(sfprefix)serviceaccount$"}]},"sandbox":{"kind_mounts":[
{"destination":"/etc/resolv.conf","options":["rbind","ro","nosuid","nodev","noexec"],"source":"^$(sfprefix)resolv\\.conf$"}],"masked_paths":["/proc/acpi","/proc/asound","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/timer_list","/proc/timer_stats","/proc/sched_debug","/sys/firmware","/proc/scsi"],"no_new_privileges":true,"readonly":true,"runtime_annotations":[]}},"neighbors":{"forbidden_devices":["lo"],"states":[2,128]},"oci_versions":["1.1.0","1.2.0","1.2.1","1.3.0"],"routes":{"forbidden_devices":["lo"]},"sandbox_storages":[
{"mount_point":"/run/kata-containers/sandbox/shm","options":["noexec","nosuid","nodev","mode=1777","size=67108864"],"source":"shm"}],"shared_files":"^/run/kata-containers/shared/containers(?:/passthrough)?/(watchable/)?$(bundle-id)-[a-z0-9]{16}-"}
policy_data:={"annotations":{"io.kubernetes.cri.sandbox-name":"^app$","io.kubernetes.cri.sandbox-namespace":""},"containers":[
{"annotations":{"nerdctl/network-namespace":"^/var/run/netns/cni-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},"args":["/pause"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"gid":65535,"gids":[65535],"kind":"sandbox","name":"","stage":"sandbox","uid":65535},
{"args":["/bin/contrast-initializer"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","COORDINATOR_HOST=coordinator-ready.default","CONTRAST_DISABLE_SERVICE_MESH=true"],"gid":0,"gids":[0],"kind":"container","more_capabilities":["NET_ADMIN"],"mounts":[
{"destination":"/contrast","source":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"name":"contrast-initializer","stage":"init","storages":[
{"mount_point":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"uid":0},
{"args":["/app"],"env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],"gid":0,"gids":[0],"kind":"container","mounts":[
{"destination":"/contrast","source":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"name":"app","stage":"main","storages":[
{"mount_point":"^/run/kata-containers/sandbox/ephemeral/contrast-secrets$"}],"uid":0}]}
