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
        validID, owner, latest, fresh, ready, passed, change, phase, removal, isLive, cri, requestedName,
        containerMatches, identityPins,
        imageBound, imagePulled, imageNamed, pullMetadata, disks, networkNamespaces, namespaces, annotationKnown,
        containerKind, process, arguments, argument,
        environment,
        templatesPresent, environmentKnown, variableKnown, variablePresent, named, capabilities, capabilitySet,
        usualCapabilities, volumesPresent, hidden, allMounts, withUsual, usualMounts, sameMount, sourceMatches, filled,
        storages,
        distinctDisks, storageKnown, storageUsed, sameStorage, storageSource, linux, deviceNode, execAllowed,
        copyAllowed, copyTarget,
        copyID, isRunning, sourceAllowed, address, network, deviceForbidden, CompatRules.unusedFields,
        CompatRules.completed, CompatRules.pin, CompatRules.annotation, CompatRules.annotations, CompatRules.mounts,
        CompatRules.mountMatches, CompatRules.cgroupOptions, CompatRules.blockStorage, CompatRules.storageMatches,
        CompatRules.storageMountPoint, CompatRules.user, CompatRules.devices, CompatRules.deviceKnown,
        CompatRules.vfioDevices, CompatRules.vfioInput, CompatRules.cdiNumbers, CompatRules.deviceNumbers,
        CompatRules.namespaceType, CompatRules.readonlyPaths,
        CompatRules.symlinkTarget, CompatRules.leavesDirectory,
    ]
}
