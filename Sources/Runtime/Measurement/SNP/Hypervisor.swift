// SPDX-License-Identifier: Apache-2.0

/// Who starts a guest: it decides on some registers and on how memory without content is announced.
package enum Hypervisor: String, Sendable, CaseIterable {
    case qemu
    /// Google Compute Engine.
    case gce
}
