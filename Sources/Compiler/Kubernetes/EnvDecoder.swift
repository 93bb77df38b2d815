// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Entries of `env` and `envFrom`.
enum EnvDecoder {
    static func variable(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> EnvVar? {
        guard let name = reader.requiredString("name", &diagnostics) else { return nil }
        let source: EnvVar.Source
        if let from = reader.mapping("valueFrom", &diagnostics) {
            guard let found = valueSource(from, &diagnostics) else { return nil }
            source = found
        } else {
            source = .value(reader.string("value", &diagnostics) ?? Located("", name.range))
        }
        return EnvVar(name: name, source: source, range: reader.node.range)
    }

    private static func valueSource(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> EnvVar.Source? {
        guard let pair = reader.node.pairs.first(where: { !$0.value.isNull }) else {
            return .value(Located("", reader.node.range))
        }
        let key = pair.key.text
        switch key {
        case "configMapKeyRef", "secretKeyRef":
            guard let ref = reader.mapping(key, &diagnostics), let name = ref.requiredString("name", &diagnostics),
                let entry = ref.requiredString("key", &diagnostics)
            else { return nil }
            let optional = ref.bool("optional", &diagnostics) ?? false
            return key == "secretKeyRef"
                ? .secretKey(name: name, key: entry.value, optional: optional)
                : .configMapKey(name: name, key: entry.value, optional: optional)
        case "fieldRef":
            return reader.mapping(key, &diagnostics)?.requiredString("fieldPath", &diagnostics).map { .field($0) }
        case "resourceFieldRef":
            return reader.mapping(key, &diagnostics)?.requiredString("resource", &diagnostics).map { .resource($0) }
        default:
            return .unsupported(Located(key, pair.key.range))
        }
    }

    static func source(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> EnvFrom? {
        let prefix = reader.string("prefix", &diagnostics)?.value ?? ""
        for key in ["configMapRef", "secretRef"] {
            guard let ref = reader.mapping(key, &diagnostics) else { continue }
            guard let name = ref.requiredString("name", &diagnostics) else { return nil }
            let optional = ref.bool("optional", &diagnostics) ?? false
            let source: EnvFrom.Source =
                key == "secretRef"
                ? .secret(name: name, optional: optional) : .configMap(name: name, optional: optional)
            return EnvFrom(prefix: prefix, source: source, range: reader.node.range)
        }
        guard let other = reader.node.pairs.first(where: { $0.key.text != "prefix" }) else { return nil }
        return EnvFrom(
            prefix: prefix, source: .unsupported(Located(other.key.text, other.key.range)), range: reader.node.range)
    }
}
