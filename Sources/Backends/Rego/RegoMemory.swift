// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Parts of policies as they were written lately, all under the same settings.
struct RegoMemory {
    /// By the number of the part.
    var settings: [[UInt8]?] = Array(repeating: nil, count: PolicySettingsPart.allCases.count)
    private var recurring: [Variants] = []
    /// Number of parts of a container that are remembered.
    private static let limit = 64

    /// A part of a container with its text. A class, so that looking at it copies nothing.
    private final class Variant {
        let container: ContainerPolicy
        let text: [UInt8]

        init(_ container: ContainerPolicy, _ text: [UInt8]) {
            self.container = container
            self.text = text
        }
    }

    /// The forms in which a part was seen lately: sandboxes, initializers, proxies and others differ.
    private struct Variants {
        private(set) var list: [Variant] = []
        private var oldest = 0
        private static let limit = 6

        mutating func add(_ variant: Variant) {
            if list.count < Self.limit { return list.append(variant) }
            list[oldest] = variant
            oldest = (oldest + 1) % Self.limit
        }
    }

    /// Appends the text of a part if it is known.
    func append(_ part: RecurringPart, of container: ContainerPolicy, to text: inout RegoText) -> Bool {
        guard part.index < recurring.count else { return false }
        for variant in recurring[part.index].list where part.isSame(variant.container, container) {
            text.append(bytes: variant.text)
            return true
        }
        return false
    }

    mutating func remember(_ part: RecurringPart, of container: ContainerPolicy, _ text: [UInt8]) {
        guard part.index < Self.limit else { return }
        while recurring.count <= part.index { recurring.append(Variants()) }
        recurring[part.index].add(Variant(container, text))
    }
}
