// SPDX-License-Identifier: Apache-2.0

/// One execution of a program.
package struct Program: Sendable, Hashable {
    /// Searched for in the path of the system's programs.
    package var name: String
    package var arguments: [String]

    package init(_ name: String, _ arguments: [String]) {
        self.name = name
        self.arguments = arguments
    }
}

/// How a program ended.
package struct ProgramResult: Sendable, Equatable {
    /// Exit code; 128 and the signal's number after a signal.
    package var status: Int
    package var output: [UInt8]
    /// What it wrote to standard error.
    package var errors: [UInt8]

    package init(status: Int, output: [UInt8] = [], errors: [UInt8] = []) {
        self.status = status
        self.output = output
        self.errors = errors
    }
}
