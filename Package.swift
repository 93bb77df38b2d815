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
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
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

        // What a deployment is. Pure values: no I/O, no system library.
        .target(name: "IR"),
        // Hashes and key files through libcrypto, in-run table keys through libxxhash.
        .target(name: "Digests", dependencies: ["CCrypto", "CXXHash"]),
        // From bytes to policies: frontend, passes, lowering, image look-up.
        .target(name: "Compiler", dependencies: ["IR", "Digests", "CYAML"]),
        // From values to artifacts: Rego, initdata, manifest.json, reports.
        .target(name: "Backends", dependencies: ["IR", "Digests", "CZlib"]),
        // What evidence must show: launch digests, ID blocks and measurement registers, computed from files.
        .target(
            name: "Measurement", dependencies: ["IR", "Digests", "CCrypto"], path: "Sources/Runtime/Measurement"),
        // What honest hosts ask of the agent for a pod, by a model of kubelet, containerd and shim.
        .target(name: "Simulation", dependencies: ["IR", "Digests"]),
        // The pipeline of `contrast generate`: bytes in, bytes out.
        .target(
            name: "Driver", dependencies: ["IR", "Digests", "Compiler", "Backends", "Measurement", "Simulation"]),
        // Evidence of confidential VMs: what it says, whether it is genuine, whether it meets a manifest.
        .target(
            name: "Attestation", dependencies: ["IR", "Digests", "Measurement", "CCrypto"],
            path: "Sources/Runtime/Attestation"),
        // Makes evidence of its own roots, for tests and for development without the hardware. No executable has it.
        .target(
            name: "SimulatedPlatform", dependencies: ["IR", "Digests", "Measurement", "Attestation", "CCrypto"],
            path: "Sources/Runtime/SimulatedPlatform"),
        // The subcommands; the only code that touches the disk and the terminal.
        .target(
            name: "ContrastCommands",
            dependencies: [
                "IR", "Digests", "Compiler", "Backends", "Driver", "Measurement", "Attestation", "Simulation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(name: "contrast", dependencies: ["ContrastCommands"]),

        .testTarget(name: "IRTests", dependencies: ["IR"]),
        .testTarget(name: "CompilerTests", dependencies: ["IR", "Compiler", "Digests"]),
        .testTarget(name: "BackendsTests", dependencies: ["IR", "Backends", "Digests"]),
        .testTarget(
            name: "DriverTests",
            dependencies: ["IR", "Compiler", "Backends", "Driver", "Digests", "Measurement"]),
        .testTarget(
            name: "AttestationTests",
            dependencies: ["IR", "Digests", "Measurement", "Attestation", "SimulatedPlatform"]),
        .testTarget(name: "MeasurementTests", dependencies: ["IR", "Digests", "Measurement"]),
        // Policies in real policy engines.
        .testTarget(
            name: "EngineTests", dependencies: ["IR", "Compiler", "Backends", "Driver", "Digests", "Simulation"],
            exclude: ["judge.py"]),
        // Running the built program, for tests that look at what it does to files.
        .target(name: "TestSupport", path: "Tests/Support"),
        .testTarget(
            name: "GoldenTests", dependencies: ["IR", "Digests", "Backends", "Driver", "TestSupport", "contrast"],
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
            name: "Fuzz", dependencies: ["IR", "Compiler", "Backends", "Measurement", "Attestation"],
            path: "Tests/Fuzz", exclude: ["Corpus"],
            swiftSettings: [.unsafeFlags(["-parse-as-library"])]))
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
