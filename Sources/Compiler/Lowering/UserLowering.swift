// SPDX-License-Identifier: Apache-2.0

import IR

/// The user and the groups that a process runs as: those of the image, changed by the security contexts of the pod and
/// the container, with the memberships of the image's group file.
struct UserLowering {
    private(set) var uid = Located<UInt32>(0)
    private(set) var gid = Located<UInt32>(0)
    private(set) var groups: Set<UInt32> = []
    /// Those of them that are no primary group.
    private var furtherGroups: Set<UInt32> = []
    /// Whether the result is a guess because nobody has looked into the image's user files.
    private(set) var isGuess = false

    private let database: UserDatabase
    private var isUIDGuess = false
    private var isGIDGuess = false
    private var areGroupsGuess = false

    /// - Parameter container: its security context; `nil` for the pause container.
    init(
        _ facts: ImageFacts, _ databases: UserDatabases, _ pod: PodSecurityContext,
        _ container: ContainerSecurityContext?,
        image: Located<String>, into diagnostics: inout Diagnostics
    ) {
        database = databases.database(of: facts)
        applyImage(facts.user ?? "", isPause: container == nil, image, &diagnostics)
        if container != nil { insertPrimaryGroup() }
        apply(pod)
        let takesPodGroups =
            container != nil || ((facts.user ?? "").isEmpty && pod.runAsUser == nil && pod.runAsGroup == nil)
        if takesPodGroups {
            furtherGroups.formUnion(pod.supplementalGroups.map(\.value))
            if let group = pod.fsGroup { furtherGroups.insert(group.value) }
            groups.formUnion(furtherGroups)
        }
        if let container { apply(container) }
        switch database.memberships(of: uid.value) {
        case .found(let more):
            groups.formUnion(more)
            furtherGroups.formUnion(more)
        case .none: break
        case .unknown: areGroupsGuess = true
        }
        isGuess = isUIDGuess || isGIDGuess || areGroupsGuess
    }

    /// As containerd writes them: of primary groups only the one that counts.
    var groupsOfHosts: Set<UInt32> { furtherGroups.union([gid.value]) }

    private mutating func applyImage(
        _ user: String, isPause: Bool, _ image: Located<String>, _ diagnostics: inout Diagnostics
    ) {
        guard !user.isEmpty else { return }
        let parts = user.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard parts.count <= 2 else {
            diagnostics.warning(
                .imageUserUnknown,
                "image '\(image.value)' has the user '\(user)', expected 'user' or 'user:group'; assuming 0",
                at: image.range)
            return
        }
        if let number = UInt32(parts[0]) {
            uid.value = number
        } else {
            switch database.uid(ofUser: parts[0]) {
            case .found(let number): uid.value = number
            case .unknown: isUIDGuess = true
            case .none:
                diagnostics.warning(
                    .imageUserUnknown,
                    "image '\(image.value)' has the user '\(parts[0])', whom its /etc/passwd does not list; assuming 0",
                    at: image.range)
            }
        }
        if isPause, parts.count == 2, !parts[1].isEmpty {
            if let number = UInt32(parts[1]) { return setGroup(.found(number)) }
            if case .found(let number) = database.gid(ofGroup: parts[1]) { return setGroup(.found(number)) }
        }
        setGroup(database.primaryGroup(of: uid.value))
    }

    private mutating func apply(_ pod: PodSecurityContext) {
        if let user = pod.runAsUser {
            uid = user
            isUIDGuess = false
            groups = []
            areGroupsGuess = false
            gid = Located(0)
            if pod.runAsGroup == nil {
                setGroup(database.primaryGroup(of: user.value))
                insertPrimaryGroup()
            }
        }
        if let group = pod.runAsGroup {
            gid = group
            isGIDGuess = false
            groups = [group.value]
            areGroupsGuess = false
        }
    }

    private mutating func apply(_ context: ContainerSecurityContext) {
        if let user = context.runAsUser {
            uid = user
            isUIDGuess = false
            setGroup(database.primaryGroup(of: user.value))
            insertPrimaryGroup()
        }
        if let group = context.runAsGroup {
            gid = group
            isGIDGuess = false
            insertPrimaryGroup()
        }
    }

    /// Sets the primary group when there is an answer, and then counts it among the groups.
    private mutating func setGroup(_ answer: UserDatabase.Answer<UInt32>) {
        switch answer {
        case .found(let group):
            gid = Located(group)
            isGIDGuess = false
            insertPrimaryGroup()
        case .none: isGIDGuess = false
        case .unknown: isGIDGuess = true
        }
    }

    private mutating func insertPrimaryGroup() {
        groups.insert(gid.value)
        if isGIDGuess { areGroupsGuess = true }
    }
}
