// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Docker's `config.json` or Podman's `auth.json`, as far as it is about registries.
package struct AuthFile: Sendable {
    /// Largest file, in bytes.
    package static let sizeLimit = 4 << 20

    package enum Lookup: Sendable, Equatable {
        case credential(RegistryCredential)
        /// The program `docker-credential-NAME` knows, under this server's name.
        case helper(name: String, server: String)
        case none
    }

    private struct Entry {
        var host: RegistryHost
        /// Components of a path below the host, which Podman allows.
        var path: [Substring]
        var key: String
        var credential: RegistryCredential?
    }

    private var entries: [Entry] = []
    private var helpers: [RegistryHost: String] = [:]
    private var store: String?

    package static func parse(_ bytes: [UInt8]) throws(ImageError) -> AuthFile {
        let value: JSONValue
        do throws(JSONError) { value = try JSONParser.parse(bytes) } catch {
            throw ImageError(.malformed, "it is not JSON: \(error.message)")
        }
        guard value.object != nil else { throw ImageError(.malformed, "it is not a JSON object") }
        var file = AuthFile()
        for (key, entry) in value["auths"]?.object?.members ?? [] {
            let (host, path) = split(key)
            file.entries.append(
                Entry(host: host, path: path, key: key, credential: try credential(entry, key)))
        }
        for (key, helper) in value["credHelpers"]?.object?.members ?? [] {
            guard let name = helper.string else { continue }
            file.helpers[split(key).host] = try checked(name)
        }
        if let name = value["credsStore"]?.string, !name.isEmpty { file.store = try checked(name) }
        return file
    }

    /// A host counts only as a whole: neither a longer name nor one that ends alike matches.
    package func lookUp(_ host: RegistryHost, repository: String) -> Lookup {
        if let helper = helpers[host] { return .helper(name: helper, server: server(host)) }
        let path = repository.split(separator: "/")
        let matches = entries.filter { $0.host == host && path.starts(with: $0.path) }
        // The longest path is the most specific; of several spellings of one host the first counts.
        let best = matches.enumerated().max { left, right in
            (left.element.path.count, right.offset) < (right.element.path.count, left.offset)
        }
        if let credential = best?.element.credential { return .credential(credential) }
        if let store { return .helper(name: store, server: best?.element.key ?? server(host)) }
        return .none
    }

    /// The name by which Docker's tools store credentials.
    private func server(_ host: RegistryHost) -> String {
        host.name == "docker.io" ? "https://index.docker.io/v1/" : host.name
    }

    /// Keys are `host`, `host/path`, or a URL, whose path is an API's and says nothing.
    private static func split(_ key: String) -> (host: RegistryHost, path: [Substring]) {
        var rest = key[...]
        var isURL = false
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
            isURL = true
        }
        let parts = rest.split(separator: "/")
        let path = isURL || parts.dropFirst().first == "v1" || parts.dropFirst().first == "v2" ? [] : parts.dropFirst()
        return (RegistryHost(parts.first ?? ""), Array(path))
    }

    private static func credential(_ entry: JSONValue, _ key: String) throws(ImageError) -> RegistryCredential? {
        if let token = entry["identitytoken"]?.string, !token.isEmpty { return .identityToken(token) }
        if let auth = entry["auth"]?.string, !auth.isEmpty {
            // Some tools leave the padding out, some break lines.
            var text = auth.utf8.filter { $0 > 0x20 }
            while text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
            guard let bytes = Base64.decode(text), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
                throw ImageError(.malformed, "'auth' of '\(key)' is not the base64 of user:password")
            }
            let password = bytes[(colon + 1)...].prefix { $0 != 0 }
            return pair(String(decoding: bytes[..<colon], as: UTF8.self), String(decoding: password, as: UTF8.self))
        }
        guard let user = entry["username"]?.string, let password = entry["password"]?.string else { return nil }
        return pair(user, password)
    }

    static func pair(_ user: String, _ secret: String) -> RegistryCredential {
        user == RegistryCredential.tokenUser ? .identityToken(secret) : .password(user: user, password: secret)
    }

    /// Names of helpers become part of the name of a program.
    private static func checked(_ name: String) throws(ImageError) -> String {
        let isSafe = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        guard isSafe, !name.isEmpty else { throw ImageError(.malformed, "'\(name)' is no name of a credential helper") }
        return name
    }
}

/// What a credential helper answers to `get`.
package enum HelperAnswer {
    /// Largest answer, in bytes.
    package static let sizeLimit = 1 << 20

    /// - Throws: `ImageError` when the answer has not the form of one; no part of it is in the message.
    package static func parse(_ bytes: [UInt8]) throws(ImageError) -> RegistryCredential {
        guard let value = try? JSONParser.parse(bytes), let user = value["Username"]?.string,
            let secret = value["Secret"]?.string
        else { throw ImageError(.malformed, "the credential helper's answer has no 'Username' and 'Secret'") }
        return AuthFile.pair(user, secret)
    }
}
