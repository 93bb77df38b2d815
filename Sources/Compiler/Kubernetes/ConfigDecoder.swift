// SPDX-License-Identifier: Apache-2.0

package import IR

/// Reads ConfigMaps and Secrets, whose values may become environment variables.
package enum ConfigDecoder {
    package static func configMap(_ object: KubernetesObject, into diagnostics: inout Diagnostics) -> ConfigObject? {
        guard let name = object.name else { return nil }
        var config = ConfigObject(name: name, namespace: object.namespace, data: [:])
        let data = FieldPath.object.key("data")
        for pair in object.node["data"]?.pairs ?? [] {
            if let value = FieldReader.string(pair.value, data.key(pair.key.keyText), &diagnostics) {
                config.data[pair.key.keyText] = value.value
            }
        }
        config.binaryKeys = Set((object.node["binaryData"]?.pairs ?? []).map(\.key.keyText))
        return config
    }

    package static func secret(_ object: KubernetesObject, into diagnostics: inout Diagnostics) -> ConfigObject? {
        guard let name = object.name else { return nil }
        var config = ConfigObject(name: name, namespace: object.namespace, data: [:])
        for pair in object.node["data"]?.pairs ?? [] where pair.value.isScalar && !pair.value.isNull {
            guard let bytes = Base64.decode(pair.value.text.utf8) else {
                diagnostics.error(
                    .invalidValue, "data.\(pair.key.keyText): the value is not base64", at: pair.value.range)
                continue
            }
            if let text = String(validating: bytes, as: UTF8.self) {
                config.data[pair.key.keyText] = text
            } else {
                config.binaryKeys.insert(pair.key.keyText)
            }
        }
        // Merged over `data` by the API server.
        for pair in object.node["stringData"]?.pairs ?? [] where pair.value.isScalar {
            config.data[pair.key.keyText] = pair.value.text
            config.binaryKeys.remove(pair.key.keyText)
        }
        return config
    }
}
