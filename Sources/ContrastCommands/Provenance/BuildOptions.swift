// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Backends
internal import IR

extension GenerateCommand {
    /// The switches that decide what is written, called as on the command line.
    private static var buildFlags: [String: WritableKeyPath<GenerateCommand, Bool>] {
        [
            "all": \.compilation.all, "refresh": \.compilation.refresh, "INSECURE": \.compilation.insecure,
            "skip-initializer": \.compilation.skipInitializer, "skip-service-mesh": \.compilation.skipServiceMesh,
            "inject-image-store": \.compilation.injectImageStore, "policy-debug": \.compilation.policyDebug,
            "calculate-pod-memory": \.compilation.calculatePodMemory,
            "insecure-enable-debug-shell-access": \.compilation.debugShell,
            "allow-unbound-images": \.compilation.allowUnboundImages, "require-proof": \.inputs.requireProof,
            "disable-updates": \.keys.disableUpdates,
        ]
    }

    /// The files among them; the lock and the manifest have names also when nobody gave one.
    private static var buildFiles: [String: WritableKeyPath<GenerateCommand, String?>] {
        [
            "settings": \.inputs.settings, "image-replacements": \.inputs.imageReplacements,
            "manifest": \.outputs.manifest, "output": \.outputs.output,
        ]
    }

    func buildOptions(manifestPath: String) -> BuildStatement.Options {
        var options = BuildStatement.Options()
        options.flags = Set(Self.buildFlags.filter { self[keyPath: $0.value] }.keys)
        for (name, path) in Self.buildFiles {
            options.texts[name] = self[keyPath: path].map { BuildStatement.relativePath($0) ?? $0 }
        }
        options.texts["manifest"] = BuildStatement.relativePath(manifestPath)
        options.texts["reference-values"] = inputs.referenceValues.map { given in
            BundleSource.isFile(given) ? Self.bundlePath(BuildStatement.relativePath(given) ?? given) : given
        }
        options.texts["policy-profile"] = compilation.policyProfile.rawValue
        options.texts["secret-values"] = compilation.secretValues.rawValue
        return options
    }

    /// A path that cannot be taken for a platform.
    private static func bundlePath(_ path: String) -> String { BundleSource.isFile(path) ? path : "./\(path)" }

    /// The command that a statement describes. It writes nothing.
    static func repeating(_ statement: BuildStatement) throws(StatementError) -> GenerateCommand {
        var command: GenerateCommand
        do {
            command = try parse(["--check", "--locked", "."])
        } catch {
            throw StatementError("\(error)")
        }
        for flag in statement.options.flags.sorted() {
            guard let path = buildFlags[flag] else { throw StatementError("the option '\(flag)' is unknown") }
            command[keyPath: path] = true
        }
        for (name, value) in statement.options.texts.sorted(by: { $0.key < $1.key }) {
            if let path = buildFiles[name] {
                guard BuildStatement.relativePath(value)?.hasSameBytes(as: value) == true else {
                    throw StatementError("'\(value)' is no path below a directory")
                }
                command[keyPath: path] = value
                continue
            }
            switch name {
            case "reference-values":
                guard !BundleSource.isFile(value) || BuildStatement.relativePath(value) != nil else {
                    throw StatementError("'\(value)' is no path below a directory")
                }
                command.inputs.referenceValues = value
            case "policy-profile":
                command.compilation.policyProfile = try choice(name, value, PolicyProfile.init)
            case "secret-values":
                command.compilation.secretValues = try choice(name, value, SecretValues.init)
            default: throw StatementError("the option '\(name)' is unknown")
            }
        }
        command.inputs.lock = statement.materials.first { $0.role == .lock }?.file.name
        return command
    }

    private static func choice<Choice>(
        _ name: String, _ value: String, _ make: (String) -> Choice?
    ) throws(StatementError) -> Choice {
        guard let choice = make(value) else { throw StatementError("'\(name)' cannot be '\(value)'") }
        return choice
    }

    /// Refuses what cannot be named in a statement, so that it could be repeated elsewhere.
    func checkProvenance(manifestPath: String, lockPath: String) throws {
        guard let provenance = outputs.provenance else {
            if outputs.provenanceKey != nil { throw ValidationError("'--provenance-key' needs '--provenance'") }
            return
        }
        guard !outputs.writesNothing, !compilation.remove else {
            throw ValidationError(
                "'--provenance' is about what is written; it takes no '--check', '--diff' or '--remove'")
        }
        guard provenance != "-" else { throw ValidationError("'--provenance' takes a file") }
        let bundle = inputs.referenceValues.flatMap { BundleSource.isFile($0) ? $0 : nil }
        let named = [manifestPath, lockPath, inputs.settings, inputs.imageReplacements, outputs.output, bundle]
        for path in paths + named.compactMap(\.self)
        where path != "." && BuildStatement.relativePath(path) == nil {
            throw ValidationError("with '--provenance' all paths lead below the working directory; '\(path)' does not")
        }
    }
}
