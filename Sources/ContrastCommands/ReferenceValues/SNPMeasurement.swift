// SPDX-License-Identifier: Apache-2.0

internal import IR
internal import Measurement

/// The launch digests of a SEV-SNP guest.
struct SNPMeasurement: MeasurementResult {
    private var launches: [Launch] = []
    private var apResetEIP: UInt32 = 0

    /// On one processor.
    private struct Launch {
        var processor: SNPOptions.Processor
        /// By number of vCPUs: for one, and for what was asked for.
        var digests: [(vCPUs: Int, digest: LaunchDigest)]
    }

    init(_ command: MeasureCommand, _ files: inout MeasuredFiles, _ diagnostics: inout Diagnostics) {
        let image = files.read("firmware", command.guest.firmware, &diagnostics)
        let kernel = files.read("kernel", command.guest.kernel, &diagnostics)
        let initrd = files.read("initrd", command.guest.initrd, &diagnostics)
        let commandLine = files.readCommandLine(command.guest, &diagnostics)
        guard let image, !diagnostics.hasErrors else { return }
        do throws(FirmwareError) {
            let firmware = try Firmware(image)
            apResetEIP = firmware.apResetEIP ?? 0
            let hashes = kernel.map { KernelHashes(kernel: $0, initrd: initrd, commandLine: commandLine) }
            for processor in (try? command.snp.processors(default: ["Milan", "Genoa"])) ?? [] {
                let digests = try SNPLaunch(
                    firmware: firmware, kernel: hashes, signature: processor.signature,
                    features: command.snp.guestFeatures ?? .snpActive, hypervisor: command.snp.hypervisor ?? .qemu
                ).digests()
                let counts = Set([1, command.snp.vcpus ?? 1]).sorted()
                launches.append(
                    Launch(
                        processor: processor,
                        digests: counts.compactMap { count in digests[vCPUs: count].map { (count, $0) } }))
            }
        } catch {
            diagnostics.error(.notMeasurable, error.description, path: command.guest.firmware)
        }
        if command.outputs.output != nil { checkForBundle(command, &diagnostics) }
    }

    /// A bundle knows processors by product, and guests as QEMU starts them with nothing but SNP.
    private func checkForBundle(_ command: MeasureCommand, _ diagnostics: inout Diagnostics) {
        for launch in launches where Self.product(launch.processor) == nil {
            diagnostics.error(
                .notMeasurable,
                "the processor '\(launch.processor.name)' is of no product line that a bundle can name: Milan or Genoa")
        }
        if command.snp.guestFeatures ?? .snpActive != .snpActive || command.snp.hypervisor ?? .qemu != .qemu {
            diagnostics.error(
                .notMeasurable,
                "a bundle is for guests that QEMU starts with SEV_FEATURES 0x1; leave out '--output' or the options")
        }
    }

    private static func product(_ processor: SNPOptions.Processor) -> String? {
        ["Milan", "Genoa"].first { CPUSignature(product: $0) == processor.signature }
    }

    func fill(_ guest: inout MeasuredGuest) {
        guest.snp = launches.compactMap { launch in
            guard let product = Self.product(launch.processor), let one = launch.digests.first else { return nil }
            return .init(product: product, digest: one.digest, apResetEIP: apResetEIP)
        }
    }

    var lines: [String] {
        var lines = ["AP reset EIP: \(Self.digits(apResetEIP))"]
        for launch in launches {
            lines += ["", "\(launch.processor.name), CPU signature 0x\(Self.digits(launch.processor.signature.value))"]
            for (count, digest) in launch.digests {
                lines.append("  launch digest with \(count) vCPU\(count == 1 ? "" : "s"): \(Hex.text(digest.bytes))")
            }
        }
        return lines
    }

    var members: [(String, JSONValue)] {
        let digests = launches.flatMap { launch in
            launch.digests.map { count, digest -> JSONValue in
                [
                    "cpu": .string(launch.processor.name),
                    "cpuSignature": .string("0x" + Self.digits(launch.processor.signature.value)),
                    "vcpus": .integer(Int128(count)), "launchDigest": .string(Hex.text(digest.bytes)),
                ]
            }
        }
        return [("apResetEIP", .string(Self.digits(apResetEIP))), ("launchDigests", .array(digests))]
    }

    private static func digits(_ number: UInt32) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }
}
