// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Entries of `volumes` and `volumeMounts`.
enum VolumeDecoder {
    static func mount(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> VolumeMount? {
        guard let name = reader.requiredString("name", &diagnostics),
            let path = reader.requiredString("mountPath", &diagnostics)
        else { return nil }
        var mount = VolumeMount(name: name, mountPath: path)
        mount.readOnly = reader.bool("readOnly", &diagnostics) ?? false
        mount.mountPropagation = reader.string("mountPropagation", &diagnostics)?.value
        mount.subPath = reader.filledString("subPath", &diagnostics)
        mount.subPathExpr = reader.filledString("subPathExpr", &diagnostics)
        mount.range = reader.node.range
        return mount
    }

    static func volume(_ reader: FieldReader, _ diagnostics: inout Diagnostics) -> Volume? {
        guard let name = reader.requiredString("name", &diagnostics) else { return nil }
        let named = reader.node.pairs.filter { $0.key.text != "name" }
        // `emptyDir:` with nothing behind it is one; beside another kind it says that there is none.
        let kinds = named.count > 1 ? named.filter { !$0.value.isNull } : named
        guard let kind = kinds.first else {
            // The API server makes an emptyDir of a volume that names no source.
            return Volume(name: name, source: .emptyDir(medium: ""), range: reader.node.range)
        }
        if kinds.count > 1 {
            diagnostics.error(
                .invalidValue,
                "\(reader.path): the volume '\(name.value)' has both '\(kinds[0].key.text)' and '\(kinds[1].key.text)'",
                at: kinds[1].key.range)
        }
        guard let source = source(reader, kind.key, &diagnostics) else { return nil }
        return Volume(name: name, source: source, range: reader.node.range)
    }

    private static func source(_ reader: FieldReader, _ key: YAMLNode, _ diagnostics: inout Diagnostics)
        -> Volume.Source?
    {
        let kind = key.text
        let details = reader.mapping(kind, &diagnostics)
        switch kind {
        case "emptyDir": return .emptyDir(medium: details?.string("medium", &diagnostics)?.value ?? "")
        case "hostPath":
            return details?.requiredString("path", &diagnostics).map {
                .hostPath(path: $0, type: details?.string("type", &diagnostics)?.value)
            }
        case "persistentVolumeClaim":
            return .persistentVolumeClaim(claimName: details?.string("claimName", &diagnostics)?.value ?? "")
        case "configMap":
            return details?.requiredString("name", &diagnostics).map {
                .configMap(name: $0, optional: details?.bool("optional", &diagnostics) ?? false)
            }
        case "secret":
            return details?.requiredString("secretName", &diagnostics).map {
                .secret(name: $0, optional: details?.bool("optional", &diagnostics) ?? false)
            }
        case "azureFile": return .azureFile
        case "projected": return .projected
        case "downwardAPI": return .downwardAPI
        case "ephemeral": return .ephemeral
        default: return .other(Located(kind, key.range))
        }
    }
}
