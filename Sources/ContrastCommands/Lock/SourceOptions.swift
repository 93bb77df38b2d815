// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR
internal import OCI
internal import Registry

/// Where images are taken from.
struct SourceOptions: ParsableArguments {
    @Option(
        name: .customLong("from"),
        help: ArgumentHelp(
            "OCI layout, a directory or a tar archive, or an archive of 'docker save', to look in before the registry. "
                + "With 'reference=' before it, its image stands for that reference.", valueName: "path"))
    var layouts: [String] = []

    @Option(help: ArgumentHelp("Registry to be reached without TLS.", valueName: "host"))
    var insecureRegistry: [String] = []

    @Option(
        name: .customLong("registry-ca"),
        help: ArgumentHelp("PEM certificates to trust beside the system's.", valueName: "file"))
    var registryCA: String?

    @Option(
        name: .customLong("registry-mirror"),
        help: ArgumentHelp("Host, with or without a path, to ask before a registry.", valueName: "registry=mirror"))
    var mirrors: [String] = []

    @Flag(help: "Neither use nor fill the cache.")
    var noCache = false

    func validate() throws {
        for host in insecureRegistry
        where (try? ImageReference("\(host)/x"))?.registry.lowercased() != host.lowercased() {
            throw ValidationError("'\(host)' is no registry; expected host or host:port")
        }
        _ = try mirrorMap()
    }

    private func mirrorMap() throws -> [RegistryHost: [String]] {
        var map: [RegistryHost: [String]] = [:]
        for text in mirrors {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, (try? ImageReference("\(parts[0])/x")) != nil,
                let mirror = try? ImageReference("\(parts[1])/x"), mirror.registry != "docker.io"
            else { throw ValidationError("'\(text)' is no mirror; expected registry=mirror, two hosts") }
            map[RegistryHost(parts[0]), default: []].append(parts[1])
        }
        return map
    }

    /// All sources: those that `--from` names, then mirrors, then the registries.
    func all(_ layouts: [any ImageSource], _ registries: RegistryClient) throws -> any ImageSource {
        let map = try mirrorMap()
        return FirstOfSources(layouts + [map.isEmpty ? registries : MirroredSource(registries, mirrors: map)])
    }

    /// The registries that the references name.
    func registryClient() throws -> RegistryClient {
        var options = RegistryOptions()
        options.insecureHosts = Set(insecureRegistry.map { RegistryHost($0) })
        options.trustRoots = registryCA
        options.proxies = try ProxySettings { Environment[$0] }
        options.userAgent = "contrast/\(ToolVersion.number)"
        return try RegistryClient(options, credentials: try CredentialFiles())
    }

    /// The sources that `--from` names.
    func layoutSources() throws -> [any ImageSource] {
        try layouts.map { text in
            var path = text[...]
            var given: ImageReference?
            if FileSystem.info(text) == nil, let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")),
                let reference = try? ImageReference(String(text[..<equals]))
            {
                given = reference
                path = text[text.utf8.index(after: equals)...]
            }
            switch FileSystem.info(String(path))?.kind {
            case .directory: return try LayoutSource(LayoutDirectory(path: String(path)), given: given)
            case .file, .other: return try LayoutSource(try LayoutArchive(String(path)), given: given)
            case nil: throw FileError(String(path), reason: "there is no such file or directory")
            }
        }
    }
}
