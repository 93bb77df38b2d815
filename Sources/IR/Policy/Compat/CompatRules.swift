// SPDX-License-Identifier: Apache-2.0

/// The rules of the compat profile: they decide as those of the established generator do, unanchored patterns and all.
package enum CompatRules: RuleLibrary {
    package static let rules = RuleSet(profile: .compat, entries: entries, library: library)

    /// Ready for evaluation, once per process.
    package static let program = RuleProgram(rules)

    /// Requests that need no look at their content.
    private static let allowed = [
        "DestroySandboxRequest", "GetOOMEventRequest", "GuestDetailsRequest", "OnlineCPUMemRequest",
        "RemoveStaleVirtiofsShareMountsRequest", "SignalProcessRequest", "StartContainerRequest",
        "StatsContainerRequest", "TtyWinResizeRequest", "WaitProcessRequest",
    ]

    private static let denied = [
        "AddSwapPathRequest", "AddSwapRequest", "AllowRequestsFailingPolicy", "GetIPTablesRequest",
        "GetMetricsRequest", "ListInterfacesRequest", "ListRoutesRequest", "MemAgentCompactConfig",
        "MemAgentMemcgConfig", "MemHotplugByProbeRequest", "PauseContainerRequest", "ReseedRandomDevRequest",
        "ResizeVolumeRequest", "ResumeContainerRequest", "SetGuestDateTimeRequest", "SetIPTablesRequest",
        "SetPolicyRequest", "StartTracingRequest", "StopTracingRequest", "UpdateContainerRequest",
        "VolumeStatsRequest",
    ]

    /// Requests that the settings allow or deny as such.
    static let switches = [
        "CloseStdinRequest", "GetDiagnosticDataRequest", "ReadStreamRequest", "UpdateEphemeralMountsRequest",
        "WriteStreamRequest",
    ]

    private static let entries: [RuleEntry] =
        [
            createContainer, removeContainer, createSandbox, execProcess, copyFile, updateRoutes, updateInterface,
            addNeighbors,
        ]
        + switchEntries + allowed.map { RuleEntry($0, fallback: true) } + deniedEntries

    static let switchEntries = switches.map { name in
        RuleEntry(name) { RuleBody(needs: .switches) { settings.allow[.literal(.string(name))] == true } }
    }

    static let deniedEntries = denied.map { RuleEntry($0) }

    private static let library: [RuleFunction] = [
        unusedFields, completed, pin, containerOperations, annotation, annotations, annotationKnown, sandboxNameKnown,
        containerKind, mounts, allMounts, mountMatches, sameMount, cgroupOptions, sourceMatches, blockStorage, storages,
        storageKnown, storageSource, storageMatches, storageMountPoint, process, user, arguments, argument,
        capabilities, capabilitySet, capabilityList, environment,
        variableKnown, isAddress, isOctet, devices, deviceKnown, vfioDevices, vfioInput, cdiNumbers, deviceNumbers,
        namespaces, networkNamespace, namespaceType, linux, readonlyPaths, execAllowed, pathKnown, symlinkTarget,
        leavesDirectory, matchesAny,
    ]
}
