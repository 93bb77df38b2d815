// SPDX-License-Identifier: Apache-2.0

import IR
import Testing

@Suite struct PlatformTests {
    @Test func allPlatformsAreNamed() {
        #expect(
            Platform.all.map(\.displayName) == [
                "Metal-QEMU-SNP", "Metal-QEMU-SNP-GPU", "Metal-QEMU-TDX", "Metal-QEMU-TDX-GPU", "AKS-CLH-SNP",
                "Metal-QEMU-SNP-Insecure", "Metal-QEMU-SNP-GPU-Insecure", "Metal-QEMU-TDX-Insecure",
                "Metal-QEMU-TDX-GPU-Insecure", "AKS-CLH-SNP-Insecure",
            ])
        for platform in Platform.all {
            #expect(Platform(name: platform.displayName) == platform)
            #expect(Platform(name: platform.name) == platform)
            #expect(RuntimeClass("contrast-cc-" + platform.name) == .platform(platform, hash: nil))
            #expect(Platform.isInsecureName(platform.displayName) == platform.isInsecure)
        }
    }

    @Test(arguments: [
        ("K3s-QEMU-SNP", "Metal-QEMU-SNP"), ("k3s-qemu-tdx", "Metal-QEMU-TDX"), ("RKE2-QEMU-TDX", "Metal-QEMU-TDX"),
        ("k3s-qemu-snp-gpu", "Metal-QEMU-SNP-GPU"), ("aks-clh-snp", "AKS-CLH-SNP"),
        ("metal-QEMU-tdx-insecure", "Metal-QEMU-TDX-Insecure"),
    ])
    func olderNames(name: String, expected: String) {
        #expect(Platform(name: name)?.displayName == expected)
    }

    @Test(arguments: ["", "metal", "aks-clh-snp-gpu", "metal-qemu-snp-insecure-gpu", "rke2-qemu-snp", "-gpu"])
    func unknownNames(name: String) { #expect(Platform(name: name) == nil) }

    @Test func runtimeClasses() {
        #expect(RuntimeClass("contrast-cc") == .generic)
        #expect(RuntimeClass("kata-cc-isolation") == .generic)
        #expect(RuntimeClass("runc") == .other)
        #expect(RuntimeClass("contrast-ccx") == .other)
        let gpu = Platform(.metalQEMUSNP, gpu: true)!
        // Release 0.8 knew one platform only.
        #expect(RuntimeClass("contrast-cc-0123abcd") == .generic)
        #expect(RuntimeClass("contrast-cc-metal-qemu-snp-gpu-7173acb5") == .platform(gpu, hash: "7173acb5"))
        let tdx = Platform(.metalQEMUTDX)!
        #expect(RuntimeClass("contrast-cc-k3s-qemu-tdx-69c6b92c") == .platform(tdx, hash: "69c6b92c"))
        for name in [
            "contrast-cc-", "contrast-cc-0123abc", "contrast-cc-0123abcx", "contrast-cc-metal-qemu-snp-gpux",
            "contrast-cc-metal-qemu-snp-",
        ] {
            #expect(RuntimeClass(name) == .unknown)
        }
    }

    @Test func selection() {
        let snp = Platform(.metalQEMUSNP)!
        let aks = Platform(.aksCLHSNP)!
        #expect(RuntimeClass.generic.selectPlatform(default: snp, requestsGPU: false) == snp)
        #expect(RuntimeClass.generic.selectPlatform(default: snp, requestsGPU: true)?.name == "metal-qemu-snp-gpu")
        #expect(RuntimeClass.generic.selectPlatform(default: aks, requestsGPU: true) == nil)
        #expect(RuntimeClass.generic.selectPlatform(default: nil, requestsGPU: false) == nil)
        #expect(RuntimeClass.platform(aks, hash: nil).selectPlatform(default: snp, requestsGPU: true) == aks)
        #expect(RuntimeClass.unknown.selectPlatform(default: snp, requestsGPU: false) == nil)
    }

    @Test func gpuRequests() {
        var spec = PodSpec()
        var container = Container(name: Located("c"))
        spec.containers = [container]
        #expect(!spec.requestsGPU)
        container.limits = [KeyValue("nvidia.com/gpu", "0")]
        spec.containers = [container]
        #expect(!spec.requestsGPU)
        container.limits = [KeyValue("nvidia.com/GH100_H100_PCIE", "1")]
        spec.initContainers = [container]
        #expect(spec.requestsGPU)
    }
}

@Suite struct BundleTests {
    private func read(_ text: String) -> (bundle: Bundle?, diagnostics: [Diagnostic]) {
        var diagnostics = Diagnostics()
        let bundle = Bundle.read(
            SourceFile(path: "bundle.json", bytes: Array(text.utf8)),
            sha256: { [UInt8($0.count % 256)] + [1, 2, 3, 4] },
            diagnostics: &diagnostics)
        return (bundle, diagnostics.all)
    }

    @Test(arguments: Platform.all)
    func shippedBundlesAreSound(platform: Platform) throws {
        var diagnostics = Diagnostics()
        let shipped = Bundle.shipped(for: platform, sha256: { _ in [0xAB, 0xCD, 0, 1, 2] }, diagnostics: &diagnostics)
        #expect(diagnostics.all.map(\.message) == [])
        let bundle = try #require(shipped)
        #expect(bundle.platform == platform)
        #expect(bundle.handler == "contrast-cc-\(platform.name)-abcd0001")
        let names = bundle.referenceValues.snp.map(\.platform) + bundle.referenceValues.tdx.map(\.platform)
        #expect(Set(names) == [platform.displayName])
        let problems = Manifest(referenceValues: bundle.referenceValues).problems
        #expect(!problems.isEmpty && problems.allSatisfy { $0.kind == .stillToBeFilledIn })
        let pause = try #require(bundle.images["mcr.microsoft.com/oss/kubernetes/pause:3.6"])
        #expect(pause["config"]?["User"] == "65535:65535")
        #expect(pause["config"]?["Entrypoint"] == ["/pause"])
        for image in ["initializer", "service-mesh-proxy", "coordinator"] {
            let entry = try #require(bundle.images["ghcr.io/edgelesssys/contrast/\(image):latest"])
            #expect(entry["digest"] == "")
            #expect(entry["config"]?["Entrypoint"]?.strings?.count == 1)
        }
    }

    @Test func originAndExpiryAreRead() throws {
        let digest = String(repeating: "0f", count: 32)
        let (bundle, diagnostics) = read(
            """
            {"version": 1, "platform": "metal-qemu-snp", "runtime": {}, "expires": "2027-01-31",
             "provenance": {"tool": "t 1", "inputs": [{"role": "kernel", "name": "k", "sha256": "\(digest)"}]},
             "referenceValues": {"snp": [{"ProductName": "Milan"}]}}
            """)
        #expect(diagnostics.map(\.message) == [])
        var expected = BundleProvenance(tool: "t 1")
        expected.inputs = [.init(role: "kernel", name: "k", sha256: digest)]
        #expect(bundle?.provenance == expected)
        #expect(bundle?.expires == CalendarDay("2027-01-31"))
        #expect(JSONPrinter.text(expected.json).contains(digest))
    }

    @Test func shippedProducts() throws {
        var diagnostics = Diagnostics()
        let metal = try #require(
            Bundle.shipped(for: Platform(.metalQEMUSNP)!, sha256: { $0 }, diagnostics: &diagnostics))
        #expect(metal.referenceValues.snp.map(\.productName) == ["Milan", "Genoa"])
        let aks = try #require(Bundle.shipped(for: Platform(.aksCLHSNP)!, sha256: { $0 }, diagnostics: &diagnostics))
        #expect(aks.referenceValues.snp.map(\.minimumTCB.microcodeVersion) == [115])
        #expect(aks.referenceValues.snp.map(\.guestPolicy.abiMinor) == [31])
    }

    @Test func handlerHashesTheRuntimeOnlyInCanonicalForm() {
        let values = #""referenceValues": {"snp": [{"ProductName": "Milan"}]}"#
        var hashed: [[UInt8]] = []
        var diagnostics = Diagnostics()
        for runtime in [#"{"b": [1, 2], "a": "x"}"#, #"{ "a":"x","b":[1,2] }"#] {
            let text = #"{"version": 1, "platform": "k3s-qemu-snp", "runtime": \#(runtime), \#(values)}"#
            let bundle = Bundle.read(
                SourceFile(path: "b", bytes: Array(text.utf8)),
                sha256: {
                    hashed.append($0)
                    return [1, 2, 3, 4]
                }, diagnostics: &diagnostics)
            #expect(bundle?.handler == "contrast-cc-metal-qemu-snp-01020304")
        }
        #expect(hashed == [Array(#"{"a":"x","b":[1,2]}"#.utf8), Array(#"{"a":"x","b":[1,2]}"#.utf8)])
    }

    @Test func handlerMayBeStated() {
        let rest =
            #""platform": "metal-qemu-snp", "runtime": {}, "referenceValues": {"snp": [{"ProductName": "Milan"}]}"#
        #expect(read(#"{"version": 1, "handler": "contrast-cc-x", \#(rest)}"#).bundle?.handler == "contrast-cc-x")
        #expect(
            read(#"{"version": 1, "handler": "Contrast CC", \#(rest)}"#).diagnostics.map(\.message) == [
                "handler: 'Contrast CC' cannot be the name of a runtime class"
            ])
    }

    @Test(arguments: [
        ("[]", "expected an object, found an array"),
        (#"{"platform": "metal-qemu-snp", "runtime": {}, V}"#, "version: field is missing"),
        (#"{"version": 2, "platform": "metal-qemu-snp", "runtime": {}, V}"#, "version: unknown version, expected 1"),
        (#"{"version": 1, "platform": "x", "runtime": {}, V}"#, "platform: unknown platform 'x'"),
        (
            #"{"version": 1, "platform": "metal-qemu-snp", V}"#,
            "runtime: expected an object that describes the measured stack"
        ),
        (#"{"version": 1, "platform": "metal-qemu-snp", "runtime": {}, "odd": 1, V}"#, "odd: unknown field"),
        (
            #"{"version": 1, "platform": "metal-qemu-tdx", "runtime": {}, V}"#,
            "referenceValues: expected entries under 'tdx' only"
        ),
        (
            #"{"version": 1, "platform": "metal-qemu-snp", "runtime": {}, "images": {"a": 1}, V}"#,
            "images.a: expected an object, found a number"
        ),
        (
            #"{"version": 1, "platform": "metal-qemu-snp-gpu", "runtime": {}, W}"#,
            "referenceValues.snp[0].Platform: 'Metal-QEMU-SNP' is not the bundle's platform 'Metal-QEMU-SNP-GPU'"
        ),
        (
            #"{"version": 1, "platform": "metal-qemu-snp", "runtime": {}, "expires": "soon", V}"#,
            "expires: expected a day such as 2027-01-31"
        ),
        (
            #"""
            {"version": 1, "platform": "metal-qemu-snp", "runtime": {},
             "provenance": {"tool": "t", "inputs": [{"role": "firmware", "sha256": "00"}]}, V}
            """#,
            "provenance.inputs[0].sha256: expected 64 hexadecimal digits"
        ),
        (
            #"{"version": 1, "platform": "metal-qemu-snp", "runtime": {}, X}"#,
            "ReferenceValues.snp[0].TrustedMeasurement: invalid length: 1 bytes (expected 48)"
        ),
    ])
    func malformedBundles(text: String, message: String) {
        let values = [
            "V": #""referenceValues": {"snp": [{"ProductName": "Milan"}]}"#,
            "W": #""referenceValues": {"snp": [{"ProductName": "Milan", "Platform": "Metal-QEMU-SNP"}]}"#,
            "X": #""referenceValues": {"snp": [{"ProductName": "Milan", "TrustedMeasurement": "00"}]}"#,
        ]
        var filled = text
        if let mark = filled.last(where: { "VWX".contains($0) }), filled.hasSuffix("\(mark)}") {
            filled.removeLast(2)
            filled += (values[String(mark)] ?? "") + "}"
        }
        let (bundle, diagnostics) = read(filled)
        #expect(bundle == nil)
        #expect(diagnostics.map(\.message) == [message])
        #expect(diagnostics.first?.code == .malformedBundle)
    }
}
