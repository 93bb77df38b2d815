// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import IR
internal import Measurement

/// `contrast reference-values measure`.
struct MeasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure",
        abstract: "Compute launch measurements from the files that a guest is started with.",
        discussion: """
            On SEV-SNP: the launch digest for each processor line, and what extends it to any number of vCPUs. On TDX: \
            MRTD from the firmware, RTMR 1 and 2 from kernel, initrd and command line; RTMR 0 depends on tables that \
            QEMU makes for the guest, so it comes from an event log (/sys/firmware/acpi/tables/data/CCEL) or is given.

            With '-o' the values go into a bundle for 'contrast generate --reference-values', with the name and SHA-256 \
            of every input. An existing bundle is updated.

            Examples:
              contrast reference-values measure --platform metal-qemu-snp --firmware OVMF.fd --kernel vmlinuz \
            --initrd initrd.img --cmdline 'console=hvc0' -o bundle.json
              contrast reference-values measure --platform metal-qemu-snp --firmware OVMF.fd --cpu EPYC-v4 --vcpus 4
              contrast reference-values measure --platform metal-qemu-tdx --firmware OVMF.fd --event-log ccel.bin \
            --tdx-module tdx_module.so -o bundle.json
            """)

    @Option(
        help: ArgumentHelp("Platform of the guest.", valueName: "platform"),
        transform: { text in
            guard let platform = Platform(name: text) else {
                throw ValidationError("there is no platform '\(text)'")
            }
            return platform
        })
    var platform: Platform

    @OptionGroup(title: "The guest") var guest: GuestOptions
    @OptionGroup(title: "SEV-SNP") var snp: SNPOptions
    @OptionGroup(title: "TDX") var tdx: TDXOptions
    @OptionGroup(title: "Output") var outputs: MeasureOutputOptions
    @OptionGroup(title: "Findings") var findings: DiagnosticsOptions

    func validate() throws {
        if platform.family == .aksCLHSNP {
            throw ValidationError("guests of '\(platform.name)' are started from IGVM images, which are not supported")
        }
        if guest.kernel == nil, guest.initrd != nil || guest.givesCommandLine {
            throw ValidationError("'--initrd' and '--cmdline' need '--kernel'")
        }
        if platform.technology == .snp {
            guard guest.firmware != nil else { throw ValidationError("give the firmware ('--firmware')") }
            if tdx.isGiven { throw ValidationError("'\(platform.name)' takes no options for TDX") }
        } else {
            if guest.firmware == nil, guest.kernel == nil, !tdx.givesValues {
                throw ValidationError("give the firmware ('--firmware'), a kernel or an event log")
            }
            if snp.isGiven { throw ValidationError("'\(platform.name)' takes no options for SEV-SNP") }
            if guest.kernel != nil, guest.initrd != nil, tdx.memory == nil {
                throw ValidationError("give the memory of the guest ('--memory'); it decides on where the initrd goes")
            }
        }
    }

    func run() throws {
        var diagnostics = Diagnostics()
        var files = MeasuredFiles()
        let measured: any MeasurementResult
        switch platform.technology {
        case .snp: measured = SNPMeasurement(self, &files, &diagnostics)
        case .tdx: measured = TDXMeasurement(self, &files, &diagnostics)
        }
        guard !diagnostics.hasErrors else { return try findings.report(diagnostics) }
        do throws(FileError) {
            if let path = outputs.output {
                try BundleFile(path: path, platform: platform).update(guest(measured, files), &diagnostics)
            }
            if !diagnostics.hasErrors, outputs.output != "-" {
                try FileSystem.writeOutput(outputs.format == .json ? json(measured, files) : text(measured))
            }
        } catch {
            diagnostics.error(.unwritableOutput, "the output cannot be written: \(error.reason)", path: error.path)
        }
        try findings.report(diagnostics)
    }

    private func guest(_ measured: any MeasurementResult, _ files: MeasuredFiles) -> MeasuredGuest {
        var guest = MeasuredGuest(provenance: files.provenance)
        guest.expires = outputs.expires
        guest.commandLine = files.commandLine
        measured.fill(&guest)
        return guest
    }

    private func text(_ measured: any MeasurementResult) -> [UInt8] {
        Array(([platform.displayName] + measured.lines).map { $0 + "\n" }.joined().utf8)
    }

    private func json(_ measured: any MeasurementResult, _ files: MeasuredFiles) -> [UInt8] {
        let document = JSONObject(
            [("platform", .string(platform.displayName))] + measured.members
                + [("provenance", files.provenance.json)])
        return JSONPrinter.print(.object(document), JSONPrinter.Style(indent: 2)) + [0x0A]
    }
}

/// What came of measuring a guest on one technology.
protocol MeasurementResult {
    /// For people.
    var lines: [String] { get }
    /// For programs.
    var members: [(String, JSONValue)] { get }
    /// Puts what a bundle holds into it.
    func fill(_ guest: inout MeasuredGuest)
}
