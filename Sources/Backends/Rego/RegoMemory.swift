// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Parts of policies as they were written lately, all under the same settings.
struct RegoMemory {
    /// By the number of the part.
    var settings: [[UInt8]?] = Array(repeating: nil, count: PolicySettingsPart.allCases.count)
    private var recurring: [Variants] = []
    /// Number of parts of a container that are remembered.
    private static let limit = 64

    /// The forms in which a part was seen lately: sandboxes, initializers, proxies and others differ.
    private struct Variants {
        private var containers: [ContainerPolicy] = []
        private var texts: [[UInt8]] = []
        private var oldest = 0
        private static let limit = 6

        func text(_ part: RecurringPart, of container: ContainerPolicy) -> [UInt8]? {
            containers.indices.first { part.isSame(containers[$0], container) }.map { texts[$0] }
        }

        mutating func add(_ container: ContainerPolicy, _ text: [UInt8]) {
            if containers.count < Self.limit {
                containers.append(container)
                texts.append(text)
            } else {
                containers[oldest] = container
                texts[oldest] = text
                oldest = (oldest + 1) % Self.limit
            }
        }
    }

    /// Appends the text of a part if it is known.
    func append(_ part: RecurringPart, of container: ContainerPolicy, to text: inout RegoText) -> Bool {
        guard part.index < recurring.count, let known = recurring[part.index].text(part, of: container) else {
            return false
        }
        text.append(bytes: known)
        return true
    }

    mutating func remember(_ part: RecurringPart, of container: ContainerPolicy, _ text: [UInt8]) {
        guard part.index < Self.limit else { return }
        while recurring.count <= part.index { recurring.append(Variants()) }
        recurring[part.index].add(container, text)
    }
}
