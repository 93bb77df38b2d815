// SPDX-License-Identifier: Apache-2.0

internal import IR

/// A value that many hold and nobody changes. By reference, since counting the references of all that settings, workloads
/// and containers hold costs more than some of the lowerings do.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
