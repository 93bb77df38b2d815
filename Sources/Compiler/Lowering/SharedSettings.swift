// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Settings as all lowerings of a run have them. By reference, since counting the references of all that they hold costs
/// more than some of the lowerings do.
final class SharedSettings: Sendable {
    let value: PolicySettings

    init(_ value: PolicySettings) { self.value = value }
}
