// SPDX-License-Identifier: Apache-2.0

/// Receives the data of a policy, value by value. The shape of the data is defined once, by who calls this;
/// one implementation makes the value that rules are evaluated on, another one the text of the policy.
package protocol PolicyDataWriter: ~Copyable {
    mutating func null()
    mutating func bool(_ value: Bool)
    mutating func integer(_ value: Int64)
    mutating func string(_ text: String)
    /// An array of anything but objects.
    mutating func array(count: Int, _ item: (inout Self, Int) -> Void)
    mutating func objects(count: Int, _ item: (inout Self, Int) -> Void)
    /// - Parameter count: how many members there are at least, if few; it decides how they are laid out.
    mutating func object(count: Int, _ members: (inout Self) -> Void)
    /// Begins a member of an object; its value comes next. Keys come in bytewise order.
    mutating func key(_ name: StaticString)
    mutating func key(named name: String)
}

extension PolicyDataWriter where Self: ~Copyable {
    mutating func strings(_ texts: [String]) {
        array(count: texts.count) { $0.string(texts[$1]) }
    }

    mutating func strings(_ texts: [Located<String>]) {
        array(count: texts.count) { $0.string(texts[$1].value) }
    }

    mutating func integers(_ values: [UInt32]) {
        array(count: values.count) { $0.integer(Int64(values[$1])) }
    }

    /// Bytes. Longer keys, and keys with control characters, do not occur in Kubernetes and could not be broken over
    /// lines; they are left out, so nothing matches them.
    private static var keyLimit: Int { 330 }

    mutating func map(_ pairs: [KeyValue]) {
        let isUsable = pairs.allSatisfy { Self.isUsable($0.key) }
        let usable = isUsable ? pairs : pairs.filter { Self.isUsable($0.key) }
        object(count: usable.count) { writer in
            for pair in usable {
                writer.key(named: pair.key)
                writer.string(pair.value)
            }
        }
    }

    private static func isUsable(_ key: String) -> Bool {
        key.utf8.count <= keyLimit && key.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

/// Makes the value of data.
struct PolicyDataBuilder: PolicyDataWriter {
    private(set) var value: JSONValue = nil
    private var object = JSONObject()
    private var member: String?

    private mutating func put(_ value: JSONValue) {
        if let member { object[member] = value } else { self.value = value }
        member = nil
    }

    mutating func null() { put(nil) }
    mutating func bool(_ value: Bool) { put(.bool(value)) }
    mutating func integer(_ value: Int64) { put(.integer(Int128(value))) }
    mutating func string(_ text: String) { put(.string(text)) }

    mutating func array(count: Int, _ item: (inout PolicyDataBuilder, Int) -> Void) {
        let outer = (object, member)
        member = nil
        var items: [JSONValue] = []
        items.reserveCapacity(count)
        for index in 0..<count {
            item(&self, index)
            items.append(value)
        }
        (object, member) = outer
        put(.array(items))
    }

    mutating func objects(count: Int, _ item: (inout PolicyDataBuilder, Int) -> Void) { array(count: count, item) }

    mutating func object(count: Int, _ members: (inout PolicyDataBuilder) -> Void) {
        let outer = (object, member)
        (object, member) = (JSONObject(), nil)
        members(&self)
        let made = object
        (object, member) = outer
        put(.object(made))
    }

    mutating func key(_ name: StaticString) { member = name.description }
    mutating func key(named name: String) { member = name }
}
