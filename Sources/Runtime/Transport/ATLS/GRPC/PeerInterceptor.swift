// SPDX-License-Identifier: Apache-2.0

internal import Admission
internal import GRPCCore

/// Hands the client of a connection to the requests that come over it, and holds a request's memory until it was handled.
///
/// The transport tells requests nothing of their connection but addresses, and these do not name one for good. So each
/// stream gets its connection's number and its own as a field of its header, in place of any that the client has sent, and
/// the number leads to the client.
struct PeerInterceptor: ServerInterceptor {
    static let field = "contrast-connection"

    let table: ConnectionTable
    let messages: AdmissionTable

    private static let gone = RPCError(code: .unavailable, message: "the connection is gone")

    /// The value of the field.
    static func value(_ connection: ConnectionTable.ID, _ request: AdmissionTable.ID) -> String {
        "\(connection).\(request)"
    }

    func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>, context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let values = Array(request.metadata[stringValues: Self.field])
        let ids = values.count == 1 ? values[0].split(separator: ".").map { UInt64($0) } : []
        guard ids.count == 2, let id = ids[0], let held = ids[1], let peer = table.peer(id), let unpin = table.pin(id)
        else { throw Self.gone }
        defer { unpin() }
        guard messages.pin(held) else { throw Self.gone }
        defer { messages.unpin(held) }
        var request = request
        var context = context
        request.metadata.removeAllValues(forKey: Self.field)
        context.transportSpecific = peer
        return try await next(request, context)
    }
}
