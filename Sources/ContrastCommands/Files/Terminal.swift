// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What is on the other side of a descriptor.
enum Terminal {
    /// Rows and columns, at least 2 and 20; what old terminals have where nobody says.
    static func size(_ descriptor: Int32) -> (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 else { return (24, 80) }
        return (max(2, Int(size.ws_row)), max(20, Int(size.ws_col)))
    }
}
