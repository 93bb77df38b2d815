// SPDX-License-Identifier: Apache-2.0

internal import IR

/// One kind of thing that a hostile host may ask of the agent in the course of a pod's life.
package struct Attack: Sendable {
    /// What comes of it where it is allowed.
    package enum Severity: String, Sendable, CaseIterable, Comparable {
        /// Code, data or keys of the pod are the host's.
        case critical
        /// A protection that the YAML asks for is gone, or the pod runs otherwise than it says.
        case high
        /// Something that the YAML says is not as it says, without an evident gain for the host.
        case medium
        /// Loss of service, which the host can cause in many ways, or nothing that the pod could rely on.
        case low

        /// The gravest first.
        package static func < (left: Severity, right: Severity) -> Bool {
            allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
        }
    }

    package let name: String
    package let severity: Severity
    /// What the host does.
    package let summary: String
    /// Why a strict policy may allow it; never of what is critical or high.
    package let reason: String?
    /// What it makes of one place in a life; `nil` where that offers no occasion.
    let forge: @Sendable (Scene) -> Attempt?

    init(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        forge: @escaping @Sendable (Scene) -> Attempt?
    ) {
        self.name = name
        self.severity = severity
        self.summary = summary
        self.reason = reason
        self.forge = forge
    }
}

/// A place in a pod's life: the next request, with those before and after it.
package struct Scene: Sendable {
    let life: [AgentRequest]
    let index: Int

    var next: AgentRequest { life[index] }
    var past: ArraySlice<AgentRequest> { life[..<index] }
    /// Later than the next.
    var future: ArraySlice<AgentRequest> { life[(index + 1)...] }

    /// The request that created the container of that id.
    func creation(of id: String?) -> AgentRequest? { past.last { $0.isCreation && $0.id == id } }

    /// What another container of the pod is created with.
    func otherCreation(than one: AgentRequest) -> AgentRequest? {
        life.first { $0.isCreation && !$0.isOfPause && $0.containerName != one.containerName }
    }

    /// An id that no container has.
    static let strangeID = String(repeating: "9f", count: 32)
}

/// What is asked in the place of the next request.
package struct Attempt: Sendable {
    /// Asked first; honest by themselves.
    package var prelude: [AgentRequest] = []
    package var forged: AgentRequest

    init?(_ kind: String, _ request: JSONValue, after prelude: [AgentRequest] = []) {
        guard let forged = try? AgentRequest(kind, request) else { return nil }
        self.init(forged, after: prelude)
    }

    init(_ forged: AgentRequest, after prelude: [AgentRequest] = []) {
        self.forged = forged
        self.prelude = prelude
    }
}

extension Attack {
    /// Changes requests of a kind. Where there is nothing to change, there is no attempt.
    static func changing(
        _ kind: String, _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        where isWanted: @escaping @Sendable (AgentRequest) -> Bool = { _ in true },
        _ change: @escaping @Sendable (inout JSONValue, Scene) -> Bool
    ) -> Attack {
        Attack(name, severity, summary, reason: reason) { scene in
            guard scene.next.kind == kind, isWanted(scene.next) else { return nil }
            var request = scene.next.request
            guard change(&request, scene) else { return nil }
            // One that the protocol has no room for, or that changes nothing, is none.
            guard let attempt = Attempt(kind, request), attempt.forged != scene.next else { return nil }
            return attempt
        }
    }

    /// Changes requests to create a container, also the pause container.
    static func create(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Attack {
        changing("CreateContainerRequest", name, severity, summary, reason: reason) { request, _ in change(&request) }
    }

    /// Changes requests to create the pause container.
    static func pause(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ change: @escaping @Sendable (inout JSONValue) -> Bool
    ) -> Attack {
        changing("CreateContainerRequest", name, severity, summary, reason: reason, where: \.isOfPause) { request, _ in
            change(&request)
        }
    }

    /// Changes requests to create a container of the YAML.
    static func container(
        _ name: String, _ severity: Severity, _ summary: String, reason: String? = nil,
        _ change: @escaping @Sendable (inout JSONValue, Scene) -> Bool
    ) -> Attack {
        changing(
            "CreateContainerRequest", name, severity, summary, reason: reason, where: { !$0.isOfPause }, change)
    }
}
