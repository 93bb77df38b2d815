// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR
internal import Measurement

/// The files that a guest is started with.
struct GuestOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Firmware image (OVMF).", valueName: "file"))
    var firmware: String?

    @Option(help: ArgumentHelp("Kernel that the hypervisor hands to the firmware.", valueName: "file"))
    var kernel: String?

    @Option(help: ArgumentHelp("Initial RAM disk.", valueName: "file"))
    var initrd: String?

    @Option(help: ArgumentHelp("Command line of the kernel.", valueName: "text"))
    var cmdline: String?

    @Option(help: ArgumentHelp("File with it; a final newline does not count.", valueName: "file"))
    var cmdlineFile: String?

    var givesCommandLine: Bool { cmdline != nil || cmdlineFile != nil }

    func validate() throws {
        if cmdline != nil, cmdlineFile != nil {
            throw ValidationError("'--cmdline' and '--cmdline-file' exclude each other")
        }
    }
}

/// What decides on the launch digest of a SEV-SNP guest beside its files.
struct SNPOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Milan, Genoa, Turin or a model of QEMU, e.g. EPYC-v4. (default: all of the platform)", valueName: "name"))
    var cpu: [String] = []

    @Option(help: ArgumentHelp("Family of a processor without such a name, by CPUID.", valueName: "n"))
    var cpuFamily: Int?

    @Option(help: ArgumentHelp("Its model.", valueName: "n"))
    var cpuModel: Int?

    @Option(help: ArgumentHelp("Its stepping.", valueName: "n"))
    var cpuStepping: Int?

    @Option(help: ArgumentHelp("Also show the digest for this number of vCPUs, 1 to 220.", valueName: "n"))
    var vcpus: Int?

    @Option(
        help: ArgumentHelp("SEV_FEATURES in hexadecimal. (default: 0x1)", valueName: "bits"),
        transform: { text in
            let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
            guard digits.first?.isHexDigit == true, let value = UInt64(digits, radix: 16) else {
                throw ValidationError("'\(text)' is not a hexadecimal number of 64 bits")
            }
            return GuestFeatures(rawValue: value)
        })
    var guestFeatures: GuestFeatures?

    @Option(help: "Who starts the guest.")
    var hypervisor: Hypervisor?

    var isGiven: Bool {
        !cpu.isEmpty || cpuFamily != nil || cpuModel != nil || cpuStepping != nil || vcpus != nil
            || guestFeatures != nil || hypervisor != nil
    }

    func validate() throws {
        if let vcpus, !VCPULaunchDigests.counts.contains(vcpus) {
            throw ValidationError("'--vcpus' takes a number from 1 to \(VCPULaunchDigests.counts.upperBound)")
        }
        _ = try processors(default: [])
    }

    /// A processor and what it is called.
    struct Processor {
        var name: String
        var signature: CPUSignature
    }

    func processors(default names: [String]) throws -> [Processor] {
        var processors: [Processor] = []
        if cpuFamily != nil || cpuModel != nil || cpuStepping != nil {
            guard let family = cpuFamily, let model = cpuModel, let stepping = cpuStepping,
                let signature = CPUSignature(family: family, model: model, stepping: stepping)
            else {
                throw ValidationError(
                    "'--cpu-family', '--cpu-model' and '--cpu-stepping' go together: 0 to 270, 0 to 255, 0 to 15")
            }
            processors.append(
                Processor(name: "family \(family), model \(model), stepping \(stepping)", signature: signature))
        }
        for name in cpu.isEmpty && processors.isEmpty ? names : cpu {
            let product = ["Milan", "Genoa", "Turin"].first { $0.asciiLowercased == name.asciiLowercased }
            let signature = product.flatMap { CPUSignature(product: $0) } ?? CPUSignature(model: name)
            guard let signature else {
                throw ValidationError(
                    "the processor '\(name)' is not known; give '--cpu-family', '--cpu-model' and '--cpu-stepping'")
            }
            processors.append(Processor(name: product ?? name, signature: signature))
        }
        return processors
    }
}

extension Hypervisor: ExpressibleByArgument {}
extension TDXLaunch.PageOrder: ExpressibleByArgument {}

/// What decides on the measurements of a TDX guest beside its files, and where those come from that no file decides.
struct TDXOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Memory of the guest, e.g. 2Gi.", valueName: "quantity"),
        transform: { text in
            guard let bytes = Quantity(text)?.integer else { throw ValidationError("'\(text)' is not a quantity") }
            return UInt64(bytes)
        })
    var memory: UInt64?

    @Option(help: ArgumentHelp("Event log (CCEL) of a guest with the same shape.", valueName: "file"))
    var eventLog: String?

    @Option(help: ArgumentHelp("The TDX module of the host.", valueName: "file"))
    var tdxModule: String?

    @Option(
        help: ArgumentHelp("MRSEAM, if the module is not at hand.", valueName: "hex"),
        transform: { try Self.register($0) })
    var mrSeam: [UInt8]?

    @Option(
        help: ArgumentHelp("A register that is known, e.g. 0=<96 digits>.", valueName: "n=hex"),
        transform: { text in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let index = Int(parts[0]), 0..<MeasurementRegister.count ~= index else {
                throw ValidationError("expected a number from 0 to 3, '=' and 96 hexadecimal digits")
            }
            return GivenRegister(index: index, value: try Self.register(String(parts[1])))
        })
    var rtmr: [GivenRegister] = []

    @Option(help: "How the hypervisor adds and measures pages: interleaved, or as older ones did, separate.")
    var pageOrder: TDXLaunch.PageOrder?

    @Flag(help: "The firmware is of an older kind that writes no separator to RTMR 1.")
    var noSeparator = false

    /// A register that was given.
    struct GivenRegister: Sendable {
        var index: Int
        var value: [UInt8]
    }

    var isGiven: Bool {
        memory != nil || eventLog != nil || tdxModule != nil || mrSeam != nil || !rtmr.isEmpty || pageOrder != nil
            || noSeparator
    }

    /// Whether something is given that has a value by itself.
    var givesValues: Bool { eventLog != nil || tdxModule != nil || mrSeam != nil || !rtmr.isEmpty }

    func validate() throws {
        if mrSeam != nil, tdxModule != nil {
            throw ValidationError("'--mr-seam' and '--tdx-module' exclude each other")
        }
        if Set(rtmr.map(\.index)).count < rtmr.count { throw ValidationError("'--rtmr' gives a register twice") }
    }

    private static func register(_ text: String) throws -> [UInt8] {
        guard let bytes = Hex.decode(text), bytes.count == MeasurementRegister.size else {
            throw ValidationError("expected 96 hexadecimal digits")
        }
        return bytes
    }
}

/// Where the measurements go.
struct MeasureOutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    @Option(name: .shortAndLong, help: ArgumentHelp("Bundle to write or update, '-' for stdout.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp("Day from which on the bundle shall not be used, e.g. 2030-01-31.", valueName: "day"),
        transform: { text in
            guard let day = CalendarDay(text) else {
                throw ValidationError("'\(text)' is not a day such as 2030-01-31")
            }
            return day
        })
    var expires: CalendarDay?

    @Option(help: "Form of the values on stdout.")
    var format = Format.text

    func validate() throws {
        if expires != nil, output == nil { throw ValidationError("'--expires' needs '--output'") }
    }
}
