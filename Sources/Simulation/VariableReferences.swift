// SPDX-License-Identifier: Apache-2.0

/// `$(NAME)` as the kubelet replaces it in variables and commands; `$$` is one `$`.
enum VariableReferences {
    static func expand(_ text: String, _ values: [String: String]) -> String {
        let bytes = Array(text.utf8)
        let dollar = UInt8(ascii: "$")
        var out: [UInt8] = []
        var at = 0
        while at < bytes.count {
            guard bytes[at] == dollar, at + 1 < bytes.count else {
                out.append(bytes[at])
                at += 1
                continue
            }
            if bytes[at + 1] == UInt8(ascii: "("), let end = bytes[(at + 2)...].firstIndex(of: UInt8(ascii: ")")) {
                let name = String(decoding: bytes[(at + 2)..<end], as: UTF8.self)
                out += values[name].map { Array($0.utf8) } ?? Array(bytes[at...end])
                at = end + 1
            } else {
                out.append(dollar)
                if bytes[at + 1] != dollar { out.append(bytes[at + 1]) }
                at += 2
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
