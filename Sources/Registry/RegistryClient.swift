// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Digests
package import IR
internal import NIOCore
internal import NIOHTTP1
package import OCI
internal import Synchronization

/// A client of registries, by the OCI distribution specification. One client serves all registries of a run.
package final class RegistryClient: ImageSource {
    private let transport: RegistryTransport
    private let authorization: Authorization
    /// Whether a host that may speak HTTP does.
    private let schemes = Mutex<[RegistryHost: Bool]>([:])

    package init(_ options: RegistryOptions, credentials: (any CredentialProvider)? = nil) throws {
        transport = try RegistryTransport(options)
        authorization = Authorization(transport, credentials)
    }

    /// Call it once, after the last request.
    package func close() async { await transport.close() }

    // MARK: - Manifests

    package func manifest(of reference: ImageReference, digest: ImageDigest?) async throws -> StoredManifest {
        let host = RegistryHost(reference.registry)
        let name = digest?.description ?? reference.tag ?? "latest"
        var headers = HTTPHeaders()
        for type in MediaType.manifests { headers.add(name: "Accept", value: type) }
        return try await transport.retrying(host) {
            let response = try await self.get("manifests/\(name)", reference, headers)
            try await self.checkFound(
                response, "the image '\(reference.withoutDigest)'" + (digest.map { " \($0)" } ?? ""))
            let bytes = try await self.transport.bytes(of: response, limit: ManifestDocument.sizeLimit)
            // A connection that was cut, or a registry that lies: another attempt tells.
            let actual = ImageDigest(sha256: SHA256.digest(bytes))
            let told = response.headers.first(name: "Docker-Content-Digest")
            guard let expected = digest?.description ?? told, expected != actual.description,
                expected.hasPrefix("sha256:")
            else { return StoredManifest(bytes: bytes, contentType: response.headers.first(name: "Content-Type")) }
            var again = RegistryTransport.Again("a manifest with another digest")
            again.final = ImageError(
                .mismatch, "'\(host.name)' gives a manifest with the digest \(actual) as \(expected.prefix(80))")
            throw again
        }
    }

    // MARK: - Blobs

    package func read(
        _ blob: Descriptor, of reference: ImageReference, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        var download = Download(blob)
        try await transport.retrying(RegistryHost(reference.registry)) {
            let before = download.delivered
            do {
                try await self.resume(&download, reference, sink)
            } catch var error as RegistryTransport.Again {
                error.madeProgress = download.delivered > before
                throw error
            } catch  where download.delivered > before && Self.isTransportError(error) {
                var again = RegistryTransport.Again("the connection ended")
                again.madeProgress = true
                throw again
            }
        }
    }

    private static func isTransportError(_ error: any Error) -> Bool {
        !(error is ImageError || error is CancellationError || error is RegistryTransport.SinkFailure)
            && (error as? HTTPClientError) != .cancelled
    }

    /// How far a blob was given to its sink.
    private struct Download {
        let blob: Descriptor
        var delivered = 0

        init(_ blob: Descriptor) { self.blob = blob }
    }

    /// Asks for what is missing of a blob.
    private func resume(
        _ download: inout Download, _ reference: ImageReference, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        let blob = download.blob
        var headers = HTTPHeaders()
        if download.delivered > 0 { headers.add(name: "Range", value: "bytes=\(download.delivered)-") }
        let response = try await get("blobs/\(blob.digest)", reference, headers)
        try await self.checkFound(response, "the blob \(blob.digest) of '\(reference.withoutDigest)'")
        // Who does not know of ranges gives all of it.
        var skip = response.status == 206 ? 0 : download.delivered
        if response.status == 206 {
            let range = response.headers.first(name: "Content-Range") ?? ""
            guard range.hasPrefix("bytes \(download.delivered)-") else {
                throw ImageError(.malformed, "'\(response.url.host.name)' gives another range than was asked for")
            }
        } else if let text = response.headers.first(name: "Content-Length"), let length = Int(text), length != blob.size
        {
            throw ImageError(.mismatch, "the blob \(blob.digest) has \(length) bytes; expected \(blob.size)")
        }
        var rate = transport.options.rateFloor()
        for try await var piece in response.body {
            try rate.add(piece.readableBytes)
            let skipped = min(skip, piece.readableBytes)
            piece.moveReaderIndex(forwardBy: skipped)
            skip -= skipped
            guard download.delivered + piece.readableBytes <= blob.size else {
                throw ImageError(.mismatch, "the blob \(blob.digest) has more than \(blob.size) bytes")
            }
            do {
                try piece.withUnsafeReadableBytes(sink)
            } catch { throw RegistryTransport.SinkFailure(cause: error) }
            download.delivered += piece.readableBytes
        }
        guard download.delivered < blob.size else { return }
        var again = RegistryTransport.Again("the blob \(blob.digest) ends after \(download.delivered) bytes")
        again.final = ImageError(
            .mismatch, "the blob \(blob.digest) ends after \(download.delivered) of \(blob.size) bytes")
        throw again
    }

    // MARK: - Requests

    /// A GET below the repository, with authentication where it is asked for.
    private func get(
        _ path: String, _ reference: ImageReference, _ headers: HTTPHeaders
    ) async throws -> RegistryTransport.Response {
        let host = RegistryHost(reference.registry)
        let scheme = try await scheme(of: host)
        guard let url = RequestURL("\(scheme)://\(host.address)/v2/\(reference.repository)/\(path)") else {
            throw ImageError(.malformed, "'\(reference.registry)' is no address of a registry")
        }
        let repository = Authorization.Repository(host: host, path: reference.repository)
        var request = HTTPClientRequest(url: url.text)
        request.headers = headers
        if let value = authorization.current(repository) { request.headers.add(name: "Authorization", value: value) }
        var response = try await transport.once(request, to: url)
        if response.status == 401, response.url.origin == url.origin {
            let value = try await authorization.answer(response, repository)
            request.headers.replaceOrAdd(name: "Authorization", value: value)
            response = try await transport.once(request, to: url)
        }
        try RegistryTransport.check(response)
        return response
    }

    /// Loopback hosts may speak either; those named as insecure speak HTTP.
    private func scheme(of host: RegistryHost) async throws -> String {
        if transport.options.insecureHosts.contains(host) { return "http" }
        guard host.isLoopback else { return "https" }
        if let isPlain = schemes.withLock({ $0[host] }) { return isPlain ? "http" : "https" }
        var isPlain = false
        if let url = RequestURL("https://\(host.address)/v2/") {
            do { _ = try await transport.once(HTTPClientRequest(url: url.text), to: url) } catch {
                // Whoever speaks TLS at all is not asked to do without.
                isPlain = !"\(error)".contains("CERTIFICATE_VERIFY_FAILED") && !(error is CancellationError)
            }
        }
        schemes.withLock { $0[host] = isPlain }
        return isPlain ? "http" : "https"
    }

    private func checkFound(_ response: RegistryTransport.Response, _ what: String) async throws {
        let host = response.url.host.name
        switch response.status {
        case 200, 206: return
        case 404: throw ImageError(.missing, "'\(host)' does not have \(what)" + (await reason(response)))
        case 401, 403: throw ImageError(.refused, "'\(host)' refuses \(what)" + (await reason(response)))
        default:
            throw ImageError(
                .unreachable, "'\(host)' answers with status \(response.status) for \(what)" + (await reason(response)))
        }
    }

    /// What the registry says of an error, as far as it is fit to be shown.
    private func reason(_ response: RegistryTransport.Response) async -> String {
        guard let bytes = try? await transport.bytes(of: response, limit: 64 << 10),
            let error = (try? JSONParser.parse(bytes))?["errors"]?.array?.first
        else { return "" }
        let text = [error["code"]?.string, error["message"]?.string].compactMap { $0 }.joined(separator: ": ")
        let shown = text.unicodeScalars.filter { (0x20..<0x7F).contains($0.value) }.prefix(200)
        return shown.isEmpty ? "" : " (\(String(String.UnicodeScalarView(shown))))"
    }
}
