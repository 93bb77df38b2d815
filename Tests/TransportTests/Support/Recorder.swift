// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Keeps what passes through it.
final class Recorder: Sendable {
    private let values = Mutex<[[UInt8]]>([])

    func add(_ value: [UInt8]) -> [UInt8] {
        values.withLock { $0.append(value) }
        return value
    }

    var all: [[UInt8]] { values.withLock { $0 } }
}
