// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import IR
import NIOCore

extension Service {
    /// What it tells under `/log` of the requests that it got.
    func log() async throws -> [JSONValue] {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "http://127.0.0.1:\(port)/log"), timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 16 << 20)
        return try JSONParser.parse(Array(bytes.readableBytesView)).array ?? []
    }
}
