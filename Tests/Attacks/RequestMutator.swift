// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Numbers that follow from a seed (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension JSONValue {
    fileprivate var isComposed: Bool { object?.isEmpty == false || array?.isEmpty == false }
}

/// Makes requests that are almost like given ones.
package struct RequestMutator {
    package var random: SeededGenerator

    package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Texts with which the rules have something to do.
    private static let texts = [
        "", "/", "..", "/a/../b", "lo", "eth1", "127.0.0.1", "127.0.0.256", "::1", "10.0.0.1", "cgroup", "network",
        "Mount",
        "rw", "ro", "bind", "blk", "scsi", "0:1", "0a", "overlay", "image_guest_pull", "local", "tmpfs", "CAP_CHOWN",
        "SYS_ADMIN", "HOSTNAME=a", "HOSTNAME=a=b", "TERM=xterm", "A_SERVICE_PORT=80", "A_SERVICE_HOST=256.0.0.1",
        "POD_IP=1.2.3.4", "POD_IP=0.2.3.4", "POD_IP=1.2.3", "NODE=x", "Regular", "Symlink", "sandbox", "pod_sandbox",
        "é", "e\u{301}", "😀", "\n", "sandbox_name", "a/b", "a~1b",
    ]
    private static let keys = [
        "io.kubernetes.cri.any", "io.kubernetes.container.terminationMessagePath", "cdi.k8s.io/vfio0", "net.ipv4.any",
        "other", "",
    ]

    /// A request with one to three changes that still is a message of the protocol.
    package mutating func mutant(of one: AgentRequest) -> AgentRequest {
        while true {
            var request = one.request
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&request) }
            if let mutant = try? AgentRequest(one.kind, request) { return mutant }
        }
    }

    private mutating func mutate(_ value: inout JSONValue) {
        let goesOn = Int.random(in: 0..<8, using: &random) > 0
        switch value {
        case .object(var object):
            // Of two members rather the one that has some of its own, since there most of what is compared stands.
            let candidates = (0..<2).compactMap { _ in object.keys.randomElement(using: &random) }
            let key = candidates.first { object[$0]?.isComposed == true } ?? candidates.first
            if goesOn, let key, var member = object[key] {
                mutate(&member)
                object[key] = member
            } else if Bool.random(using: &random), let key {
                object[key] = nil
            } else {
                object[Self.keys.randomElement(using: &random) ?? ""] = "value"
            }
            value = .object(object)
        case .array(var items):
            if goesOn, let index = items.indices.randomElement(using: &random) {
                mutate(&items[index])
            } else {
                rearrange(&items)
            }
            value = .array(items)
        case .string(let text): value = .string(mutated(text))
        case .bool(let bool): value = .bool(!bool)
        case .integer(let number):
            value = .integer([number + 1, number - 1, 0, 255, 4_294_967_295].randomElement(using: &random) ?? number)
        case .double, .null: value = [[:], "", 0, []].randomElement(using: &random) ?? nil
        }
    }

    private mutating func rearrange(_ items: inout [JSONValue]) {
        guard let item = items.randomElement(using: &random) else { return items.append("x") }
        switch Int.random(in: 0..<5, using: &random) {
        case 0: items.removeLast()
        case 1: items.append(item)
        case 2: items.shuffle(using: &random)
        case 3: items.removeAll()
        default:
            if item.string != nil { items.append(.string(Self.texts.randomElement(using: &random) ?? "")) }
        }
    }

    private mutating func mutated(_ text: String) -> String {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: text + "x"
        case 1: String(text.dropLast())
        case 2: text.uppercased()
        case 3: "x" + text
        case 4: text.replacing("/", with: "//")
        default: Self.texts.randomElement(using: &random) ?? ""
        }
    }
}
