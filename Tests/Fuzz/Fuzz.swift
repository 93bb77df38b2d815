// SPDX-License-Identifier: Apache-2.0

internal import Backends
internal import Compiler
internal import Digests
internal import IR
internal import InitDataFormat
internal import OCI

/// What libFuzzer calls with each input. The variable `FUZZ_TARGET` names the target; built by `make fuzz` only.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Chosen once: reading the environment for each input would cost more than most targets.
private let target: @Sendable ([UInt8]) -> Void = {
    let name = FuzzEnvironment.target
    guard let target = targets[name] else {
        FuzzEnvironment.stop("FUZZ_TARGET must be one of \(targets.keys.sorted().joined(separator: " "))")
    }
    return target
}()

private let targets: [String: @Sendable ([UInt8]) -> Void] = [
    "yaml": Targets.yaml, "mesh": Targets.mesh, "json": Targets.json, "manifest": Targets.manifest,
    "statement": Targets.statement,
    "lock": Targets.lock, "initdata": Targets.initData, "policy": Targets.policy, "regex": Targets.regex,
    "firmware": MeasurementTargets.firmware, "kernel": MeasurementTargets.kernel,
    "eventlog": MeasurementTargets.eventLog,
    "tdxquote": TDXTargets.quote, "tdxcollateral": TDXTargets.collateral, "pckextension": TDXTargets.pckExtension,
    "snpreport": SNPTargets.report, "certificate": SNPTargets.certificate, "encodings": SNPTargets.encodings,
    "coordinator": CoordinatorTargets.values,
    "resolution": ResolutionTargets.files, "layer": Targets.layer, "image": Targets.image, "auth": Targets.auth,
    "pem": FileTargets.pem, "keptanswer": FileTargets.keptAnswer, "httpfields": FileTargets.httpFields,
    "clienthello": TLSTargets.clientHello, "serverflight": TLSTargets.serverFlight,
    "luks2": VolumeTargets.header,
]

/// One function per parser of hostile input. They return for every input; a crash is a finding.
private enum Targets {
    /// Frontend, passes, splicer: what comes out parses again and means what the tree said; a tree that was only read
    /// has no edits.
    static func yaml(_ bytes: [UInt8]) {
        let source = SourceFile(path: "fuzz.yaml", bytes: bytes)
        var diagnostics = Diagnostics()
        let documents = YAMLFrontend.parse(source, into: &diagnostics)
        guard !diagnostics.hasErrors else { return }
        var edits: [SourceEdit] = []
        var expected: [YAMLTree] = []
        for document in documents {
            let tree = YAMLTree(document)
            _ = tree.root.value
            precondition(YAMLSplicer.edits(of: tree).isEmpty, "reading made edits")
            for object in KubernetesObject.all(in: tree) {
                guard let pod = PodObject(object) else { continue }
                compile(pod)
            }
            var findings = Diagnostics()
            edits += CheckedEdits.edits(of: tree, into: &findings)
            // What is refused is not written.
            if findings.hasErrors { return }
            expected.append(tree)
        }
        guard !edits.isEmpty else { return }
        var out: [UInt8] = []
        YAMLSplicer.apply(edits, to: bytes, 0..<bytes.count, into: &out)
        var again = Diagnostics()
        let read = YAMLFrontend.parse(SourceFile(path: "fuzz.yaml", bytes: out), into: &again)
        precondition(!again.hasErrors, "the output is not YAML: \(again.all.map(\.message))")
        precondition(read.count == expected.count, "documents were lost or made")
        for (document, tree) in zip(read, expected) {
            precondition(tree.root.says(YAMLTree(document).root), "the output says something else")
        }
    }

    private static func compile(_ pod: PodObject) {
        var context = PassContext(pod)
        guard !context.diagnostics.hasErrors else { return }
        if context.wasCompiled { return RemovePass().run(&context) }
        InitializerPass(image: "init:1", coordinatorNamespace: "default", hasServiceMesh: false).run(&context)
        ServiceMeshPass(image: "mesh:1").run(&context)
        ImagePass { image, _ in image.value + "@sha256:1" }.run(&context)
        RuntimeClassPass(handler: "contrast-cc-x").run(&context)
        ResourcesPass().run(&context)
        context.writeReplaced()
        context.annotate(ContrastName.initData, "DATA")
        _ = WorkloadDecoder.decode(pod, into: &context.diagnostics)
    }

    static func mesh(_ bytes: [UInt8]) {
        let value = JSONPrinter.text(.string(String(decoding: bytes, as: UTF8.self)))
        let keys = ["ingress", "egress", "admin-interface-port"]
        let annotations = keys.map { "\"contrast.edgeless.systems/servicemesh-\($0)\": \(value)" }
        let text =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: w, annotations: {\(annotations.joined(separator: ", "))}}\n"
            + "spec: {containers: []}\n"
        yaml(Array(text.utf8))
    }

    static func json(_ bytes: [UInt8]) {
        guard let value = try? JSONParser.parse(bytes) else { return }
        let printed = JSONPrinter.print(value)
        guard let again = try? JSONParser.parse(printed) else { preconditionFailure("printed text is not JSON") }
        precondition(JSONPrinter.print(again) == printed, "printed text says something else")
    }

    static func manifest(_ bytes: [UInt8]) {
        var diagnostics = Diagnostics()
        _ = Manifest.read(SourceFile(path: "manifest.json", bytes: bytes), diagnostics: &diagnostics)
    }

    static func statement(_ bytes: [UInt8]) {
        if let json = try? JSONParser.parse(bytes), let envelope = try? SignedEnvelope(json) {
            let again = (try? JSONParser.parse(envelope.text)).flatMap { try? SignedEnvelope($0) }
            precondition(again == envelope, "an envelope is not read back")
        }
        guard let statement = try? BuildStatement(bytes) else { return }
        precondition((try? BuildStatement(statement.text)) == statement, "a statement is not read back")
    }

    /// Tar, gzip and zstd: the same is found whatever the pieces are that the bytes come in.
    static func layer(_ bytes: [UInt8]) {
        checkLayer(bytes)
        checkLayer(withChecksums(bytes))
    }

    /// With a right checksum in every block, which no fuzzer finds.
    private static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for start in stride(from: 0, through: bytes.count - 512, by: 512) where bytes[start] != 0 {
            bytes.replaceSubrange(start + 148..<start + 156, with: repeatElement(0x20, count: 8))
            let sum = String(bytes[start..<start + 512].reduce(0) { $0 + Int($1) }, radix: 8)
            bytes.replaceSubrange(start + 148..<start + 148 + sum.utf8.count, with: sum.utf8)
        }
        return bytes
    }

    private static func checkLayer(_ bytes: [UInt8]) {
        let whole = scan(bytes, piece: max(1, bytes.count))
        let pieces = scan(bytes, piece: 1 + Int(bytes.first ?? 0) * 3)
        precondition(whole == pieces, "what is found depends on the pieces")
        guard let whole else { return }
        precondition(LayerFindings(whole.json) == whole, "findings are kept as something else")
        var tar = TarStream()
        var index = TarIndex()
        try? bytes.withUnsafeBytes { try tar.feed($0, to: &index) }
    }

    private static func scan(_ bytes: [UInt8], piece: Int) -> LayerFindings? {
        let layer = Descriptor(
            mediaType: "", digest: ImageDigest(sha256: SHA256.digest(bytes)), size: bytes.count)
        var scan = LayerScan(layer, paths: [LayerPath("/etc/passwd"), LayerPath("/a")])
        return try? bytes.withUnsafeBytes { buffer in
            for start in stride(from: 0, to: buffer.count, by: piece) {
                try scan.feed(UnsafeRawBufferPointer(rebasing: buffer[start..<min(start + piece, buffer.count)]))
            }
            return try scan.finish()
        }
    }

    static func image(_ bytes: [UInt8]) {
        if case .index(let index) = try? ManifestDocument.parse(bytes) { _ = try? index.manifest(for: .standard) }
        _ = try? ImageConfiguration.parse(bytes)
        if let value = try? JSONParser.parse(bytes), let findings = LayerFindings(value) {
            precondition(LayerFindings(findings.json) == findings, "findings are kept as something else")
        }
    }

    static func auth(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        _ = AuthChallenge.parse([text])
        _ = try? HelperAnswer.parse(bytes)
        _ = try? AuthFile.parse(bytes).lookUp(RegistryHost(text), repository: "team/app")
        _ = try? ImageReference(text)
    }

    static func lock(_ bytes: [UInt8]) {
        var diagnostics = Diagnostics()
        _ = LockReader.read(SourceFile(path: "contrast.lock", bytes: bytes), into: &diagnostics)
    }

    static func initData(_ bytes: [UInt8]) {
        if let document = try? InitData(document: bytes) {
            let again = try? InitData(document: document.document)
            precondition(again == document, "the printed document says something else")
        }
        _ = try? Gunzip.decode(bytes)
        _ = try? AnnotationContent(annotationValue: bytes)
    }

    static func policy(_ bytes: [UInt8]) {
        _ = try? PolicyReader.read(bytes)
        _ = try? PolicyReader.read(RegoBackend.rules(.compat, .all) + bytes)
    }

    /// The first line is the pattern, the rest the text.
    static func regex(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        guard var regex = try? RustRegex(String(decoding: parts[0], as: UTF8.self)) else { return }
        let text = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        let matches = regex.matches(text)
        precondition(matches == (regex.firstMatch(in: text) != nil), "the two matchers disagree")
    }
}
