// SPDX-License-Identifier: Apache-2.0

extension RequestSchema {
    /// One message a line: its name, then its fields with their types. `s` is a string, `b` a boolean, `y` bytes, `i`
    /// and `u` integers of so many bits, `[` a list, `{` a map, `?` an optional scalar, any other word a message.
    /// CopyFileRequest is not the protocol's but what the agent makes of it for the policy.
    static let text = """
        CreateContainerRequest container_id:s exec_id:s string_user:StringUser devices:[Device storages:[Storage \
        OCI:Spec sandbox_pidns:b shared_mounts:[SharedMount stdin_port:u32 stdout_port:u32 stderr_port:u32
        StringUser uid:s gid:s additionalGids:[s
        Device id:s type_:s vm_path:s container_path:s options:[s
        Storage driver:s driver_options:[s source:s fstype:s options:[s mount_point:s fs_group:FSGroup shared:b
        FSGroup group_id:u32 group_change_policy:i32
        Spec Version:s Process:Process Root:Root Hostname:s Mounts:[Mount Hooks:Hooks Annotations:{s Linux:Linux \
        Solaris:Solaris Windows:Windows
        Process Terminal:b ConsoleSize:Box User:User Args:[s Env:[s Cwd:s Capabilities:LinuxCapabilities \
        Rlimits:[POSIXRlimit NoNewPrivileges:b ApparmorProfile:s OOMScoreAdj:i64 SelinuxLabel:s
        Box Height:u32 Width:u32
        User UID:u32 GID:u32 AdditionalGids:[u32 Username:s
        LinuxCapabilities Bounding:[s Effective:[s Inheritable:[s Permitted:[s Ambient:[s
        POSIXRlimit Type:s Hard:u64 Soft:u64
        Root Path:s Readonly:b
        Mount destination:s source:s type_:s options:[s
        Hooks Prestart:[Hook Poststart:[Hook Poststop:[Hook CreateRuntime:[Hook CreateContainer:[Hook \
        StartContainer:[Hook
        Hook Path:s Args:[s Env:[s Timeout:i64
        Linux UIDMappings:[LinuxIDMapping GIDMappings:[LinuxIDMapping Sysctl:{s Resources:LinuxResources \
        CgroupsPath:s Namespaces:[LinuxNamespace Devices:[LinuxDevice Seccomp:LinuxSeccomp RootfsPropagation:s \
        MaskedPaths:[s ReadonlyPaths:[s MountLabel:s IntelRdt:LinuxIntelRdt
        LinuxIDMapping HostID:u32 ContainerID:u32 Size:u32
        LinuxResources Devices:[LinuxDeviceCgroup Memory:LinuxMemory CPU:LinuxCPU Pids:LinuxPids \
        BlockIO:LinuxBlockIO HugepageLimits:[LinuxHugepageLimit Network:LinuxNetwork
        LinuxDeviceCgroup Allow:b Type:s Major:i64 Minor:i64 Access:s
        LinuxMemory Limit:i64 Reservation:i64 Swap:i64 Kernel:i64 KernelTCP:i64 Swappiness:u64 DisableOOMKiller:b
        LinuxCPU Shares:u64 Quota:i64 Period:u64 RealtimeRuntime:i64 RealtimePeriod:u64 Cpus:s Mems:s
        LinuxPids Limit:i64
        LinuxBlockIO Weight:u32 LeafWeight:u32 WeightDevice:[LinuxWeightDevice \
        ThrottleReadBpsDevice:[LinuxThrottleDevice ThrottleWriteBpsDevice:[LinuxThrottleDevice \
        ThrottleReadIOPSDevice:[LinuxThrottleDevice ThrottleWriteIOPSDevice:[LinuxThrottleDevice
        LinuxWeightDevice Major:i64 Minor:i64 Weight:u32 LeafWeight:u32
        LinuxThrottleDevice Major:i64 Minor:i64 Rate:u64
        LinuxHugepageLimit Pagesize:s Limit:u64
        LinuxNetwork ClassID:u32 Priorities:[LinuxInterfacePriority
        LinuxInterfacePriority Name:s Priority:u32
        LinuxNamespace Type:s Path:s
        LinuxDevice Path:s Type:s Major:i64 Minor:i64 FileMode:u32 UID:u32 GID:u32
        LinuxSeccomp DefaultAction:s Architectures:[s Flags:[s Syscalls:[LinuxSyscall
        LinuxSyscall Names:[s Action:s ErrnoRet:any Args:[LinuxSeccompArg
        LinuxSeccompArg Index:u64 Value:u64 ValueTwo:u64 Op:s
        LinuxIntelRdt L3CacheSchema:s
        Solaris dummy:s
        Windows dummy:s
        SharedMount name:s src_ctr:s src_path:s dst_ctr:s dst_path:s
        StartContainerRequest container_id:s
        RemoveContainerRequest container_id:s timeout:u32
        ExecProcessRequest container_id:s exec_id:s string_user:StringUser process:Process stdin_port:u32 \
        stdout_port:u32 stderr_port:u32
        SignalProcessRequest container_id:s exec_id:s signal:u32
        WaitProcessRequest container_id:s exec_id:s
        UpdateContainerRequest container_id:s resources:LinuxResources
        StatsContainerRequest container_id:s
        PauseContainerRequest container_id:s
        ResumeContainerRequest container_id:s
        WriteStreamRequest container_id:s exec_id:s data:y
        ReadStreamRequest container_id:s exec_id:s len:u32
        CloseStdinRequest container_id:s exec_id:s
        TtyWinResizeRequest container_id:s exec_id:s row:u32 column:u32
        CreateSandboxRequest hostname:s dns:[s storages:[Storage sandbox_pidns:b sandbox_id:s guest_hook_path:s \
        kernel_modules:[KernelModule
        KernelModule name:s parameters:[s
        DestroySandboxRequest
        RemoveStaleVirtiofsShareMountsRequest
        UpdateInterfaceRequest interface:Interface
        Interface device:s name:s IPAddresses:[IPAddress mtu:u64 hwAddr:s devicePath:s type_:s raw_flags:u32
        IPAddress family:i32 address:s mask:s
        UpdateRoutesRequest routes:Routes
        Routes Routes:[Route
        Route dest:s gateway:s device:s source:s scope:u32 family:i32 flags:u32 mtu:u32
        UpdateEphemeralMountsRequest storages:[Storage
        ListInterfacesRequest
        ListRoutesRequest
        AddARPNeighborsRequest neighbors:ARPNeighbors
        ARPNeighbors ARPNeighbors:[ARPNeighbor
        ARPNeighbor toIPAddress:IPAddress device:s lladdr:s state:i32 flags:i32
        GetIPTablesRequest is_ipv6:b
        SetIPTablesRequest is_ipv6:b data:y
        OnlineCPUMemRequest wait:b nb_cpus:u32 cpu_only:b
        ReseedRandomDevRequest data:y
        GuestDetailsRequest mem_block_size:b mem_hotplug_probe:b
        MemHotplugByProbeRequest memHotplugProbeAddr:[u64
        SetGuestDateTimeRequest Sec:i64 Usec:i64
        GetOOMEventRequest
        AddSwapRequest PCIPath:[u32
        AddSwapPathRequest path:s
        GetMetricsRequest
        VolumeStatsRequest volume_guest_path:s
        ResizeVolumeRequest volume_guest_path:s size:u64
        SetPolicyRequest policy:s
        GetDiagnosticDataRequest log_type:s container_id:s
        MemAgentMemcgConfig disabled:?b swap:?b swappiness_max:?u32 period_secs:?u64 period_psi_percent_limit:?u32 \
        eviction_psi_percent_limit:?u32 eviction_run_aging_count_min:?u64
        MemAgentCompactConfig disabled:?b period_secs:?u64 period_psi_percent_limit:?u32 \
        compact_psi_percent_limit:?u32 compact_sec_max:?i64 compact_order:?u32 compact_threshold:?u64 \
        compact_force_times:?u64
        CopyFileRequest path:s file_type:file symlink_target:?s file_size:i64 file_mode:u32 dir_mode:u32 uid:i32 \
        gid:i32 offset:i64
        """
}
