// SPDX-License-Identifier: Apache-2.0

package import IR

/// A request to the agent, complete.
package struct AgentRequest: Sendable, Equatable {
    package var kind: String
    package var request: JSONValue

    package init(_ kind: String, _ request: JSONValue) throws(RequestError) {
        self.kind = kind
        self.request = try RequestMessage.fill(kind: kind, request)
    }

    package var id: String? { request["container_id"]?.string }

    /// Of a request to create a container.
    func annotation(_ key: String) -> String? { request["OCI"]?["Annotations"]?[key]?.string }

    var isCreation: Bool { kind == "CreateContainerRequest" }
    var isOfPause: Bool { isCreation && annotation("io.kubernetes.cri.container-type") == "sandbox" }

    /// What stands for it in the policy: empty for the pause container.
    var containerName: String? {
        guard isCreation else { return nil }
        return isOfPause ? "" : annotation("io.kubernetes.cri.container-name")
    }

    /// The same with another id, wherever the id stands.
    package func replacing(id: String, with other: String) -> AgentRequest {
        var copy = self
        copy.request = request.replacingText(id, with: other)
        return copy
    }
}

extension JSONValue {
    func replacingText(_ old: String, with new: String) -> JSONValue {
        switch self {
        case .string(let text): .string(text.replacing(old, with: new))
        case .array(let items): .array(items.map { $0.replacingText(old, with: new) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.key, $0.value.replacingText(old, with: new)) }))
        case .null, .bool, .integer, .double: self
        }
    }
}

extension [PolicyTest.Case] {
    /// The requests alone.
    package func requests() throws(RequestError) -> [AgentRequest] {
        try map { one throws(RequestError) in try AgentRequest(one.kind, one.request) }
    }
}
