// SPDX-License-Identifier: Apache-2.0

import Dispatch
import TestSupport

/// The command `openssl`, as another implementation of TLS.
enum OpenSSL {
    /// Runs it off the threads that tasks share, which it would block.
    static func run(_ arguments: [String], in directory: String, input: String = "/dev/null") async throws -> String {
        let program = Subprocess(
            executable: "/usr/bin/env", arguments: ["timeout", "20", "openssl"] + arguments,
            environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"], directory: directory, input: input)
        let result = try await offPool { try program.run() }
        return String(decoding: result.stdout, as: UTF8.self) + result.errorText
    }

    private static func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }
}
