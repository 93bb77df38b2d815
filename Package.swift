// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "contrast-swift",
    products: [
        .executable(name: "contrast", targets: ["contrast"])
    ],
    dependencies: [
        // Command line parsing; no dependencies of its own and no full Foundation.
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        // HTTP, for the targets Registry and Endorsements alone.
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    ],
    targets: [
        // System libraries, each behind one thin Swift file.
        .systemLibrary(
            name: "CYAML", path: "Sources/System/CYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .systemLibrary(
            name: "CXXHash", path: "Sources/System/CXXHash", pkgConfig: "libxxhash",
            providers: [.apt(["libxxhash-dev"]), .brew(["xxhash"])]),
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
        // Hashes and key files through libcrypto, in-run table keys through libxxhash.
        .target(name: "Digests", dependencies: ["CCrypto", "CXXHash"]),
        // From bytes to policies: frontend, passes, lowering, image look-up.
        .target(name: "Compiler", dependencies: ["IR", "Digests", "CYAML"]),
        // The measured configuration of a pod VM, as the compiler writes it and as the guest finds it.
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
        // Gets the endorsements of evidence: from AMD and Intel, through a proxy, out of a cache.
        .target(
            name: "Endorsements",
            dependencies: [
                "IR", "Digests", "Attestation", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/Runtime/Endorsements"),
        // Makes evidence of its own roots, for tests and for development without the hardware. No executable has it.
        .target(
            name: "SimulatedPlatform", dependencies: ["IR", "Digests", "Measurement", "Attestation", "CCrypto"],
            path: "Sources/Runtime/SimulatedPlatform"),
        // What the initializer does in the pod, but for the network: the files it leaves there, by what it knows its
        // Coordinator, encrypted volumes. No network, no transport.
        .target(
            name: "Workload", dependencies: ["IR", "Digests", "InitDataFormat"], path: "Sources/Runtime/Workload"),
        // Images as registries and archives hold them: manifests, layers, credentials. No I/O.
        .target(name: "OCI", dependencies: ["IR", "Digests", "CZlib", "CZstd"]),
        // The client of registries; the only code that needs the network.
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
                "Endorsements", "OCI", "Registry", "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "contrast", dependencies: ["ContrastCommands"]),

        .testTarget(name: "IRTests", dependencies: ["IR"]),
        .testTarget(name: "CompilerTests", dependencies: ["IR", "Compiler", "Digests"]),
        .testTarget(name: "BackendsTests", dependencies: ["IR", "InitDataFormat", "Backends", "Digests"]),
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
            exclude: ["faulty-proxy.py"]),
        .testTarget(
            name: "DriverTests",
            dependencies: ["IR", "Compiler", "InitDataFormat", "Backends", "Driver", "Digests", "Measurement"]),
        .testTarget(
            name: "AttestationTests",
            dependencies: ["IR", "Digests", "Measurement", "Attestation", "SimulatedPlatform"]),
        // The clients of AMD and Intel against answers that are replayed, outages and rate limits.
        .testTarget(
            name: "EndorsementsTests",
            dependencies: [
                "IR", "Digests", "Attestation", "Endorsements", "SimulatedPlatform",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(
            name: "WorkloadTests", dependencies: ["IR", "Digests", "InitDataFormat", "Workload", "TestSupport"]),
        .testTarget(name: "MeasurementTests", dependencies: ["IR", "Digests", "Measurement"]),
        // Policies in real policy engines.
        .testTarget(
            name: "EngineTests",
            dependencies: ["IR", "Compiler", "InitDataFormat", "Backends", "Driver", "Digests", "Simulation"],
            exclude: ["judge.py"]),
        // Running the built program, for tests that look at what it does to files.
        .target(name: "TestSupport", path: "Tests/Support"),
        .testTarget(
            name: "GoldenTests",
            dependencies: ["IR", "Digests", "InitDataFormat", "Backends", "Driver", "TestSupport", "contrast"],
            path: "Tests/Golden", exclude: ["Cases", "Fixtures"]),
        .testTarget(
            name: "CommandTests",
            dependencies: ["IR", "Digests", "Driver", "Measurement", "ContrastCommands", "TestSupport", "contrast"]),
        .testTarget(
            name: "CorpusTests",
            dependencies: ["IR", "Compiler", "Backends", "Driver", "Digests", "Simulation", "TestSupport"],
            exclude: ["all_fields.py", "compare.py"]),
    ],
    swiftLanguageModes: [.v6]
)

// Fuzz targets need libFuzzer's own `main`, so that no other build may know of them; see `make fuzz`.
if Context.environment["CONTRAST_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "IR", "Compiler", "InitDataFormat", "Backends", "Digests", "Measurement", "Attestation", "OCI",
                "Workload",
            ],
            path: "Tests/Fuzz", exclude: ["Corpus"],
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
}

// The initializer's work on volumes, for a VM to run; see Tests/SecureVolume/run.sh.
if Context.environment["CONTRAST_VM_TEST"] != nil {
    package.targets.append(
        .executableTarget(name: "volume-check", dependencies: ["Workload"], path: "Tests/SecureVolume/Check"))
}

// What makes evidence is in no other executable; see Benchmarks/README.md.
if Context.environment["CONTRAST_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "evidence-bench", dependencies: ["IR", "Attestation", "SimulatedPlatform"],
            path: "Benchmarks/evidence"))
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
