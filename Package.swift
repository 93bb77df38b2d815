// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "contrast-swift",
    products: [
        .executable(name: "contrast", targets: ["contrast"]),
        .executable(name: "coordinator", targets: ["coordinator"]),
        .executable(name: "initializer", targets: ["initializer"]),
    ],
    dependencies: [
        // Command line parsing; no dependencies of its own and no full Foundation.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // HTTP, for the targets Registry and EndorsementsHTTP alone.
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        // gRPC over attested TLS, for the targets ATLS and CoordinatorAPI and what stands on them.
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0", traits: []),
        .package(url: "https://github.com/apple/swift-nio-http2", exact: "1.46.0"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // System libraries, each behind one thin Swift file.
        .systemLibrary(
            name: "CYAML", path: "Sources/System/CYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CCrypto", path: "Sources/System/CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/System/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CZstd", path: "Sources/System/CZstd", pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

        // What a deployment is. Pure values: no I/O, no system library.
        .target(name: "IR"),
        // Hashes and key files through libcrypto.
        .target(name: "Digests", dependencies: ["CCrypto"]),
        // From bytes to policies: frontend, passes, lowering, image look-up.
        .target(name: "Compiler", dependencies: ["IR", "Digests", "CYAML"]),
        // The measured configuration of a pod VM, as the compiler writes it and as the guest recognises it.
        .target(name: "InitDataFormat", dependencies: ["IR", "Digests", "CZlib"]),
        // From values to artifacts: Rego, initdata, manifest.json, reports.
        .target(name: "Backends", dependencies: ["IR", "Digests", "InitDataFormat", "CZlib"]),
        // What evidence must show: launch digests, ID blocks and measurement registers, computed from files.
        .target(
            name: "Measurement", dependencies: ["IR", "Digests", "CCrypto"], path: "Sources/Runtime/Measurement"),
        // What honest hosts ask of the agent for a pod, by a model of kubelet, containerd and shim.
        .target(name: "Simulation", dependencies: ["IR", "Digests"]),
        // The pipeline of `contrast generate`: bytes in, bytes out.
        .target(
            name: "Driver",
            dependencies: [
                "IR", "Digests", "Compiler", "InitDataFormat", "Backends", "Measurement", "Simulation",
            ]),
        // Evidence of confidential VMs: what it says, whether it is genuine, whether it meets a manifest.
        .target(
            name: "Attestation", dependencies: ["IR", "Digests", "Measurement", "CCrypto"],
            path: "Sources/Runtime/Attestation"),
        // What a Coordinator is made of, without transport: secrets and certificates out of a seed,
        .target(name: "Identity", dependencies: ["IR", "Digests", "Attestation"], path: "Sources/Runtime/Identity"),
        // manifests and how one followed another, in a store that needs no trust,
        .target(name: "History", dependencies: ["IR", "Digests", "CZlib"], path: "Sources/Runtime/History"),
        // and who may do what, as functions from requests to responses.
        .target(
            name: "Coordinator",
            dependencies: ["IR", "Digests", "InitDataFormat", "Attestation", "Identity", "History"],
            path: "Sources/Runtime/Coordinator"),
        // What is asked of AMD and Intel for evidence, through a proxy or out of a cache, and what an answer is worth.
        .target(
            name: "Endorsements", dependencies: ["IR", "Digests", "Attestation"], path: "Sources/Runtime/Endorsements"),
        // Asks it over the network.
        .target(
            name: "EndorsementsHTTP",
            dependencies: [
                "Endorsements", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/Runtime/EndorsementsHTTP"),
        // Makes evidence of its own roots, for tests and for development without the hardware. No release has it.
        .target(
            name: "SimulatedPlatform", dependencies: ["IR", "Digests", "Measurement", "Attestation", "CCrypto"],
            path: "Sources/Runtime/SimulatedPlatform"),
        // What users of a Coordinator check and keep.
        .target(
            name: "Client", dependencies: ["IR", "Digests", "InitDataFormat", "Identity", "History"],
            path: "Sources/Runtime/Client"),
        // Evidence of the guest that a program runs in, from the kernel.
        .target(
            name: "PlatformEvidence", dependencies: ["Attestation"], path: "Sources/Runtime/PlatformEvidence"),
        // What attested TLS reads of handshakes, as bytes. No I/O.
        .target(
            name: "TLSMessages", dependencies: ["IR", "Digests", "Attestation"],
            path: "Sources/Runtime/Transport/TLSMessages"),
        // What clients may have of a server together.
        .target(name: "Admission", path: "Sources/Runtime/Transport/Admission"),
        // gRPC over TLS whose certificates carry evidence: servers and clients.
        .target(
            name: "ATLS",
            dependencies: [
                "IR", "Digests", "Attestation", "TLSMessages", "Admission",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "Sources/Runtime/Transport/ATLS"),
        // The messages of the Coordinator's services; `make protos` generates them.
        .target(
            name: "CoordinatorAPI",
            dependencies: [
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ],
            path: "Sources/Runtime/Transport/CoordinatorAPI", exclude: ["Protos"]),
        // Calls of a Coordinator.
        .target(
            name: "ClientConnection",
            dependencies: [
                "Digests", "Attestation", "Identity", "History", "Client", "ATLS", "CoordinatorAPI",
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
            ],
            path: "Sources/Runtime/Transport/ClientConnection"),
        // What the initializer does in the pod, but for the network: the files it leaves there, by what it knows its
        // Coordinator, encrypted volumes. No network, no transport.
        .target(
            name: "Workload", dependencies: ["IR", "Digests"], path: "Sources/Runtime/Workload"),
        // Gets a workload its identity from the Coordinator that it was made for.
        .target(
            name: "Enrollment",
            dependencies: [
                "IR", "Digests", "InitDataFormat", "Attestation", "Identity", "Workload", "Client", "ClientConnection",
                "ATLS",
            ],
            path: "Sources/Runtime/Transport/Enrollment"),
        // The listeners of a Coordinator.
        .target(
            name: "Server",
            dependencies: [
                "IR", "Digests", "Attestation", "Identity", "History", "Coordinator", "ATLS", "ClientConnection",
                "CoordinatorAPI", "Admission",
                .product(name: "GRPCCore", package: "grpc-swift-2"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Sources/Runtime/Server"),
        .executableTarget(
            name: "coordinator",
            dependencies: [
                "IR", "Attestation", "Endorsements", "EndorsementsHTTP", "Identity", "History", "Coordinator",
                "ClientConnection", "PlatformEvidence", "Server", "Workload", "ATLS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .executableTarget(
            name: "initializer",
            dependencies: [
                "IR", "Digests", "Attestation", "Endorsements", "EndorsementsHTTP", "ATLS", "ClientConnection",
                "Enrollment", "PlatformEvidence", "Workload",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // Images as registries and archives hold them: manifests, layers, credentials. No I/O.
        .target(name: "OCI", dependencies: ["IR", "Digests", "CZlib", "CZstd"]),
        // The client of registries.
        .target(
            name: "Registry",
            dependencies: [
                "IR", "Digests", "OCI", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        // The subcommands; the only code that touches the disk and the terminal.
        .target(
            name: "ContrastCommands",
            dependencies: [
                "IR", "Digests", "Compiler", "InitDataFormat", "Backends", "Driver", "Measurement", "Attestation",
                "Endorsements",
                "EndorsementsHTTP", "OCI", "Registry", "Simulation", "Identity", "History", "Client",
                "ClientConnection",
                "ATLS",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "contrast", dependencies: ["ContrastCommands"]),

        .testTarget(name: "IRTests", dependencies: ["IR"]),
        .testTarget(name: "CompilerTests", dependencies: ["IR", "Compiler", "Digests"]),
        .testTarget(
            name: "BackendsTests", dependencies: ["IR", "InitDataFormat", "Backends", "Digests", "TestSupport"]),
        // Images made by hand.
        .target(
            name: "ImageFixtures", dependencies: ["IR", "Digests", "OCI", "CZlib", "CZstd"], path: "Tests/ImageFixtures"
        ),
        .testTarget(name: "OCITests", dependencies: ["IR", "OCI", "Digests", "ImageFixtures"]),
        // The client and the command against a real registry, and one that fails.
        .testTarget(
            name: "RegistryTests",
            dependencies: [
                "IR", "OCI", "Registry", "Digests", "ImageFixtures", "contrast",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            exclude: ["faulty-proxy.py", "forward-proxy.py", "token-server.py"]),
        .testTarget(
            name: "DriverTests",
            dependencies: ["IR", "Compiler", "Backends", "Driver", "Digests", "InitDataFormat", "Measurement"]),
        .testTarget(
            name: "AttestationTests",
            dependencies: ["IR", "Digests", "Measurement", "Attestation", "SimulatedPlatform"]),
        .testTarget(
            name: "IdentityTests", dependencies: ["IR", "Digests", "Attestation", "SimulatedPlatform", "Identity"]),
        // Disks that fail.
        .target(name: "HistoryFixtures", dependencies: ["History"], path: "Tests/HistoryFixtures"),
        .testTarget(name: "HistoryTests", dependencies: ["IR", "Digests", "History", "HistoryFixtures"]),
        .testTarget(
            name: "CoordinatorTests",
            dependencies: [
                "IR", "Digests", "InitDataFormat", "Backends", "Attestation", "Identity", "History", "HistoryFixtures",
                "Coordinator",
            ]),
        // The clients of AMD and Intel against answers that are replayed, outages and rate limits.
        .testTarget(
            name: "EndorsementsTests",
            dependencies: [
                "IR", "Digests", "Backends", "Attestation", "Endorsements", "EndorsementsHTTP", "SimulatedPlatform",
                "TestSupport", "contrast", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        // Attested TLS and gRPC over it on loopback, also against OpenSSL.
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "IR", "Digests", "InitDataFormat", "Attestation", "SimulatedPlatform", "TLSMessages", "Admission",
                "ATLS", "CoordinatorAPI", "Backends", "Identity", "History", "Coordinator", "Client",
                "ClientConnection", "Enrollment", "Server", "Workload", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "SwiftProtobuf", package: "swift-protobuf"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        // A deployment from the YAML to its end, with all programs.
        .testTarget(
            name: "DeploymentTests",
            dependencies: ["Digests", "Identity", "Client", "TestSupport", "contrast", "coordinator", "initializer"]),
        .testTarget(name: "ClientTests", dependencies: ["IR", "Digests", "Identity", "History", "Client"]),
        .testTarget(
            name: "WorkloadTests", dependencies: ["IR", "Digests", "Workload", "TestSupport"]),
        .testTarget(
            name: "PlatformEvidenceTests",
            dependencies: ["IR", "Attestation", "PlatformEvidence", "SimulatedPlatform", "TestSupport"]),
        .testTarget(name: "MeasurementTests", dependencies: ["IR", "Digests", "Measurement"]),
        // What hostile hosts may ask, over the lives of pods.
        .target(
            name: "Attacks", dependencies: ["IR", "Compiler", "Backends", "Driver", "Simulation"],
            path: "Tests/Attacks"
        ),
        // Real policy engines, each in a process of its own.
        .target(name: "Engines", dependencies: ["IR", "Attacks"], path: "Tests/Engines", exclude: ["judge.py"]),
        // Policies in real policy engines.
        .testTarget(
            name: "EngineTests",
            dependencies: [
                "IR", "InitDataFormat", "Compiler", "Backends", "Driver", "Digests", "Simulation", "Attacks", "Engines",
            ]),
        // Running the built program, for tests that look at what it does to files.
        .target(
            name: "TestSupport", dependencies: ["IR"], path: "Tests/Support", exclude: ["check-schema.py"]),
        .testTarget(
            name: "GoldenTests",
            dependencies: [
                "IR", "Digests", "InitDataFormat", "Compiler", "Backends", "Driver", "Attacks", "TestSupport",
                "contrast",
            ],
            path: "Tests/Golden", exclude: ["Cases", "Denials", "Fixtures"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "IR", "Digests", "Backends", "Driver", "Measurement", "ContrastCommands", "TestSupport", "contrast",
            ]),
        .testTarget(
            name: "CorpusTests",
            dependencies: [
                "IR", "Compiler", "Backends", "Driver", "Digests", "Simulation", "Attacks", "Engines",
                "TestSupport",
            ],
            exclude: ["all_fields.py", "compare.py", "render-charts.py", "secret-findings.txt"]),
    ],
    swiftLanguageModes: [.v6]
)

// Fuzz targets need libFuzzer's own `main`, so that no other build may know of them; see `make fuzz`.
if Context.environment["CONTRAST_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "IR", "Compiler", "Backends", "Digests", "Measurement", "Attestation", "Endorsements", "OCI",
                "TLSMessages", "Workload", "Identity", "History", "Coordinator", "ImageFixtures",
            ],
            path: "Tests/Fuzz", exclude: ["Corpus"],
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
    // It needs nothing of other packages, so that none is fetched.
    func closure(of name: String) -> Set<String> {
        let dependencies = package.targets.first { $0.name == name }?.dependencies ?? []
        return dependencies.reduce(into: [name]) { names, dependency in
            if case .byNameItem(let name, _) = dependency { names.formUnion(closure(of: name)) }
        }
    }
    let needed = closure(of: "Fuzz")
    package.targets.removeAll { !needed.contains($0.name) }
    (package.products, package.dependencies) = ([], [])
}

// What makes evidence is in no release: only in executables for development, which ask for it by these variables.
if Context.environment["CONTRAST_SIMULATION"] != nil {
    package.targets.append(
        .executableTarget(
            name: "simulated-platform",
            dependencies: [
                "IR", "Digests", "Attestation", "SimulatedPlatform",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]))
}

// The initializer's work on volumes, for a VM to run; see Tests/SecureVolume/run.sh.
if Context.environment["CONTRAST_VM_TEST"] != nil {
    package.targets.append(
        .executableTarget(name: "volume-check", dependencies: ["Workload"], path: "Tests/SecureVolume/Check"))
}

// What makes evidence is in no other executable; see Benchmarks/README.md.
if Context.environment["CONTRAST_BENCHMARKS"] != nil {
    package.targets += [
        .executableTarget(
            name: "evidence-bench", dependencies: ["IR", "Attestation", "SimulatedPlatform"],
            path: "Benchmarks/evidence"),
        .executableTarget(name: "yaml-bench", dependencies: ["IR", "Compiler"], path: "Benchmarks/yaml"),
        .executableTarget(
            name: "coordinator-bench",
            dependencies: [
                "IR", "Digests", "InitDataFormat", "Backends", "Attestation", "SimulatedPlatform", "Identity",
                "History",
                "Coordinator", "ATLS", "CoordinatorAPI", "ClientConnection", "Server",
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Benchmarks/coordinator"),
    ]
}

for target in package.targets where target.type != .system {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .treatAllWarnings(as: .error),
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
