// SPDX-License-Identifier: Apache-2.0

/// The rules of the strict profile: nothing but what the YAML says, each container once, in its order.
package enum StrictRules: RuleLibrary {
    package static let rules = RuleSet(profile: .strict, entries: entries, library: library)

    /// Ready for evaluation, once per process.
    package static let program = RuleProgram(rules)

    /// Requests that change nothing of what a container is, whatever their content.
    private static let allowed = [
        "DestroySandboxRequest", "GetOOMEventRequest", "GuestDetailsRequest", "OnlineCPUMemRequest",
        "RemoveStaleVirtiofsShareMountsRequest", "SignalProcessRequest", "StatsContainerRequest",
        "TtyWinResizeRequest", "WaitProcessRequest",
    ]

    private static let entries: [RuleEntry] =
        [
            createContainer, startContainer, removeContainer, createSandbox, execProcess, copyFile, updateRoutes,
            updateInterface, addNeighbors,
        ]
        + CompatRules.switchEntries + allowed.map { RuleEntry($0, fallback: true) } + CompatRules.deniedEntries

    private static let library: [RuleFunction] = [
        validID, fresh, ready, passed, change, phase, requestedName, containerMatches, identityPins, imageBound,
        imagePulled, pullMetadata,
        annotations, annotationKnown, containerKind, process, arguments, argument, environment, environmentKnown,
        variableKnown, variablePresent, mounts, hidden, mountMatches, sameMount, sourceMatches, storages, storageKnown,
        storageUsed, storageSource, disks, networkNamespaces, linux, execAllowed, copyAllowed, ofStarted, address,
        isLoopbackName,
        CompatRules.unusedFields, CompatRules.completed, CompatRules.pin, CompatRules.annotation,
        CompatRules.allMounts, CompatRules.cgroupOptions, CompatRules.blockStorage, CompatRules.storageMatches,
        CompatRules.storageMountPoint, CompatRules.user, CompatRules.capabilities, CompatRules.capabilitySet,
        CompatRules.capabilityList, CompatRules.devices, CompatRules.deviceKnown, CompatRules.vfioDevices,
        CompatRules.vfioInput, CompatRules.cdiNumbers, CompatRules.deviceNumbers, CompatRules.namespaces,
        CompatRules.namespaceType, CompatRules.readonlyPaths, CompatRules.symlinkTarget,
        CompatRules.leavesDirectory,
    ]
}
