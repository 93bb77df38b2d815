// SPDX-License-Identifier: Apache-2.0

package import IR

/// Checks a pod-bearing object against the fields that Kubernetes knows: an unknown one is an error, since a misspelt
/// field silently protects less than its author believes, and so is a value of the wrong type.
package struct SchemaCheck {
    private let schema = KubernetesSchema.current
    private var diagnostics = Diagnostics()
    /// Where the walk is. Turned into text for findings only.
    private var path: [Step] = []

    private enum Step {
        case key(YAMLNode)
        case item(Int)
    }

    package static func check(_ object: KubernetesObject, into diagnostics: inout Diagnostics) {
        var check = SchemaCheck()
        guard WorkloadKind.of(object) != nil, let type = check.schema.type(named: object.kind) else { return }
        check.object(object.node, type)
        diagnostics.add(contentsOf: check.diagnostics)
    }

    /// The path as findings name it, such as `spec.containers[0].image`.
    private var place: String {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += text.isEmpty ? key.text : ".\(key.text)"
            case .item(let position): text += "[\(position)]"
            }
        }
        return text
    }

    private mutating func object(_ node: YAMLNode, _ type: Int) {
        node.forEachPair { key, value in
            path.append(.key(key))
            defer { path.removeLast() }
            guard let position = key.position(in: schema.types[type].table) else {
                return unknown(key, schema.types[type])
            }
            let field = schema.types[type].fields[position]
            if field.fieldClass == .unsupported, Self.asksForSomething(value) {
                diagnostics.warning(
                    .unsupportedField,
                    "\(place): this has no effect in a confidential VM, or is refused by its policy", at: key.range)
            }
            self.value(value, field.type)
        }
    }

    /// `false` and empty values ask for what is the case anyway.
    private static func asksForSomething(_ node: YAMLNode) -> Bool {
        if node.isScalar { return !node.isNull && node.scalar != .bool(false) }
        return !node.items.isEmpty || !node.pairs.isEmpty
    }

    private mutating func value(_ node: YAMLNode, _ type: KubernetesSchema.FieldType) {
        switch type {
        case .any: break
        case .object(let type):
            if node.isMapping { object(node, type) } else { wrong(node, "a mapping") }
        case .list(let element):
            guard node.isSequence else { return wrong(node, "a sequence") }
            for (position, item) in node.items.enumerated() {
                path.append(.item(position))
                value(item, schema.elements[element])
                path.removeLast()
            }
        case .map(let element):
            guard node.isMapping else { return wrong(node, "a mapping") }
            node.forEachPair { key, value in
                path.append(.key(key))
                self.value(value, schema.elements[element])
                path.removeLast()
            }
        case .string: string(node)
        case .integer, .number, .bool, .quantity, .integerOrString: scalar(node, type)
        }
    }

    private mutating func scalar(_ node: YAMLNode, _ type: KubernetesSchema.FieldType) {
        let scalar = node.scalar
        if node.isScalar {
            switch (type, scalar) {
            case (_, .null), (.integer, .integer), (.number, .integer), (.number, .double), (.bool, .bool): return
            case (.integer, .double(let number)) where number == number.rounded(): return
            case (.quantity, .bool), (.integerOrString, .bool): break
            case (.quantity, _), (.integerOrString, _): return
            default: break
            }
        }
        switch type {
        case .integer: wrong(node, "an integer")
        case .number: wrong(node, "a number")
        case .bool: wrong(node, "true or false")
        default: wrong(node, "a number or a string")
        }
    }

    private mutating func string(_ node: YAMLNode) {
        guard node.isScalar else { return wrong(node, "a string") }
        let scalar = node.scalar
        guard scalar != .string, scalar != .null, let range = node.range else { return }
        diagnostics.warning(
            .unquotedScalar,
            "\(place): '\(node.text)' is not a string without quotes; Kubernetes may refuse or change it", at: range,
            fixIts: [.init("quote it", at: range, replacement: "\"\(node.text)\"")])
    }

    private mutating func wrong(_ node: YAMLNode, _ expected: String) {
        if node.isNull { return }
        let found = node.isMapping ? "a mapping" : node.isSequence ? "a sequence" : "'\(node.text)'"
        diagnostics.error(.wrongType, "\(place): expected \(expected), found \(found)", at: node.range)
    }

    private mutating func unknown(_ key: YAMLNode, _ type: KubernetesSchema.ObjectType) {
        let near = NearestName.of(key.text, among: type.names)
        var fixIts: [Diagnostic.FixIt] = []
        if let near, let range = key.range {
            fixIts.append(.init("write '\(near)'", at: range, replacement: key.inItsQuotes(near)))
        }
        diagnostics.error(
            .unknownField, "\(place): \(type.name) has no such field", at: key.range,
            notes: near.map { [.init("did you mean '\($0)'?")] } ?? [], fixIts: fixIts)
    }
}
