// SPDX-License-Identifier: Apache-2.0

internal import OCI

/// The credentials of the user: those of Podman's and Docker's files, and of the helpers that Docker's file names.
struct CredentialFiles: CredentialProvider {
    private let files: [(path: String, file: AuthFile)]

    /// Reads the files that there are: that of `REGISTRY_AUTH_FILE` alone if it is set; else that of `DOCKER_CONFIG`,
    /// those of Podman, and the one in the home directory, in this order.
    init() throws(ImageError) {
        var found: [(String, AuthFile)] = []
        for path in Self.paths {
            guard FileSystem.info(path)?.kind == .file else { continue }
            do throws(FileError) {
                let bytes = try FileSystem.read(path, limit: AuthFile.sizeLimit)
                found.append((path, try Self.parse(bytes, path)))
            } catch {
                throw ImageError(.refused, "the credentials in '\(path)' cannot be read: \(error.reason)")
            }
        }
        files = found
    }

    private static func parse(_ bytes: [UInt8], _ path: String) throws(FileError) -> AuthFile {
        do throws(ImageError) { return try AuthFile.parse(bytes) } catch {
            throw FileError(path, reason: error.message)
        }
    }

    private static var paths: [String] {
        if let path = Environment["REGISTRY_AUTH_FILE"] { return [path] }
        return [
            Environment["DOCKER_CONFIG"].map { "\($0)/config.json" },
            Environment["XDG_RUNTIME_DIR"].map { "\($0)/containers/auth.json" },
            Environment.directory("XDG_CONFIG_HOME", inHome: ".config").map { "\($0)/containers/auth.json" },
            Environment["HOME"].map { "\($0)/.docker/config.json" },
        ].compactMap { $0 }
    }

    func credential(for host: RegistryHost, repository: String) async throws -> RegistryCredential? {
        for (path, file) in files {
            switch file.lookUp(host, repository: repository) {
            case .credential(let credential): return credential
            case .helper(let name, let server):
                if let credential = try CredentialHelper(name: name, configuredIn: path).get(server) {
                    return credential
                }
            case .none: break
            }
        }
        return nil
    }
}
