// SPDX-License-Identifier: Apache-2.0

internal import Driver
internal import IR

extension GenerateCommand {
    /// The options that a KRM function's configuration may have, called as on the command line.
    private static var functionFlags: [String: WritableKeyPath<GenerateCommand, Bool>] {
        [
            "all": \.compilation.all, "remove": \.compilation.remove, "refresh": \.compilation.refresh,
            "skip-initializer": \.compilation.skipInitializer, "skip-service-mesh": \.compilation.skipServiceMesh,
            "inject-image-store": \.compilation.injectImageStore,
            "calculate-pod-memory": \.compilation.calculatePodMemory,
            "insecure-enable-debug-shell-access": \.compilation.debugShell, "locked": \.inputs.locked,
            "allow-unbound-images": \.compilation.allowUnboundImages, "policy-debug": \.compilation.policyDebug,
            "require-proof": \.inputs.requireProof, "disable-updates": \.keys.disableUpdates,
            "create-keys": \.keys.createKeys, "warnings-as-errors": \.findings.warningsAsErrors,
        ]
    }

    private static var functionTexts: [String: WritableKeyPath<GenerateCommand, String?>] {
        [
            "reference-values": \.inputs.referenceValues, "settings": \.inputs.settings, "lock": \.inputs.lock,
            "image-replacements": \.inputs.imageReplacements, "workspace-dir": \.inputs.workspaceDir,
            "manifest": \.outputs.manifest, "report": \.outputs.report,
        ]
    }

    /// Takes over what the configuration of a KRM function says. What the command line says comes first.
    mutating func apply(_ options: [ResourceList.Option], into diagnostics: inout Diagnostics) {
        let given = CommandOptions.of(["generate"])?.options.filter { GivenArguments.ofProcess.values(of: $0) != nil }
        let isGiven = Set((given ?? []).map(\.name))
        for option in options {
            let name = option.name.value
            if let path = Self.functionFlags[name] {
                switch option.value.value {
                case "true": self[keyPath: path] = true
                case "false": if !isGiven.contains(name) { self[keyPath: path] = false }
                default:
                    diagnostics.error(
                        .wrongType,
                        "functionConfig.data.\(name): expected true or false, found '\(option.value.value)'",
                        at: option.value.range)
                }
            } else if let path = Self.functionTexts[name] {
                if !isGiven.contains(name) { self[keyPath: path] = option.value.value }
            } else {
                let known = (Array(Self.functionFlags.keys) + Array(Self.functionTexts.keys)).sorted()
                diagnostics.error(
                    .unknownField, "functionConfig.data.\(name): there is no such option", at: option.name.range,
                    notes: [.init("options are \(known.joined(separator: ", "))")])
            }
        }
    }
}
