// SPDX-License-Identifier: Apache-2.0

import IR
import OCI
import Testing

@Suite struct ManifestDocumentTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)
    static let config = #"{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\#(digest)","size":2}"#

    static func message(_ text: String, contentType: String? = nil) -> String? {
        do throws(ImageError) {
            _ = try ManifestDocument.parse(Array(text.utf8), contentType: contentType)
            return nil
        } catch { return error.message }
    }

    @Test func imagesWithAndWithoutMediaType() {
        for type in ["", #""mediaType":"application/vnd.oci.image.manifest.v1+json","#] {
            #expect(Self.message(#"{"schemaVersion":2,\#(type)"config":\#(Self.config),"layers":[]}"# + "\n") == nil)
        }
    }

    @Test func schema1IsRefusedByName() {
        for text in [
            #"{"schemaVersion":1,"name":"x","fsLayers":[]}"#,
            #"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws"}"#,
        ] { #expect(Self.message(text)?.contains("schema 1") == true) }
    }

    @Test(arguments: [
        "", "[]", "{", #"{"schemaVersion":2}"#, #"{"schemaVersion":2,"config":{},"layers":[]}"#,
        #"{"schemaVersion":2,"manifests":{}}"#, #"{"schemaVersion":2,"manifests":[{}]}"#,
        #"{"schemaVersion":2,"mediaType":"text/plain","manifests":[]}"#,
        #"{"schemaVersion":2,"manifests":[],"config":\#(config),"layers":[]}"#,
        #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":\#(config),"layers":[]}"#,
        #"{"schemaVersion":2,"config":\#(config),"layers":[{"mediaType":"x/y","digest":"\#(digest)","size":1}]}"#,
        #"{"schemaVersion":2,"config":\#(config),"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:1","size":1}]}"#,
        #"{"schemaVersion":2,"config":\#(config),"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"\#(digest)","size":-1}]}"#,
        #"{"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"\#(digest)","size":2},"layers":[]}"#,
    ])
    func malformed(_ text: String) { #expect(Self.message(text) != nil) }

    @Test func theContentTypeCountsWhereThereIsNoOther() {
        let index = #"{"schemaVersion":2,"manifests":[]}"#
        #expect(Self.message(index, contentType: MediaType.ociIndex) == nil)
        #expect(Self.message(index, contentType: "application/json; charset=utf-8") == nil)
        #expect(Self.message(index, contentType: MediaType.dockerManifest) != nil)
    }
}
