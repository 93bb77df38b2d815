// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// The command `openssl`, as another implementation of TLS.
enum OpenSSL {
    /// Runs it on a thread of its own: those that tasks share would be blocked.
    ///
    /// - Parameter pause: seconds until its standard input ends, with which a server ends its connection.
    static func run(_ arguments: [String], in directory: String, pause: Int = 0) async throws -> String {
        let program = Subprocess(
            executable: "/bin/sh",
            arguments: ["-c", "sleep \(pause) | exec timeout 10 openssl \"$@\"", "sh"] + arguments,
            environment: ["PATH": "/usr/bin:/bin:/usr/local/bin"], directory: directory)
        let result = try await offPool { try program.run() }
        return String(decoding: result.stdout, as: UTF8.self) + result.errorText
    }

    private static func offPool<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                // The threads of tasks block signals, and what they start would too.
                var none = sigset_t()
                sigemptyset(&none)
                pthread_sigmask(SIG_SETMASK, &none, nil)
                continuation.resume(with: Result { try body() })
            }
        }
    }
}
