// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A system call that failed.
package struct SystemError: Error, Sendable, Equatable {
    package var operation: String
    package var path: String
    /// `errno`.
    package var code: Int32

    package init(_ operation: String, _ path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    /// Of the call that failed last in this thread.
    init(_ operation: String, _ path: String) { self.init(operation, path, code: errno) }

    /// A read that the device refused, among them one of data whose integrity tag is wrong.
    package var isInputOutput: Bool { code == EIO }
}

extension SystemError: CustomStringConvertible {
    package var description: String { "cannot \(operation) '\(path)': \(String(cString: strerror(code)))" }
}
