// SPDX-License-Identifier: Apache-2.0

internal import Digests
internal import IR
internal import Measurement

/// The measurements of a TDX guest, as far as they are known, and where each comes from.
struct TDXMeasurement: MeasurementResult {
    private struct Value {
        var bytes: [UInt8]
        var origin: String
    }

    private var mrtd: Value?
    private var mrSeam: Value?
    private var rtmrs = [Value?](repeating: nil, count: MeasurementRegister.count)

    init(_ command: MeasureCommand, _ files: inout MeasuredFiles, _ diagnostics: inout Diagnostics) {
        let image = files.read("firmware", command.guest.firmware, &diagnostics)
        let kernel = files.read("kernel", command.guest.kernel, &diagnostics)
        let initrd = files.read("initrd", command.guest.initrd, &diagnostics)
        let commandLine = files.readCommandLine(command.guest, &diagnostics)
        let module = files.read("TDX module", command.tdx.tdxModule, &diagnostics)
        let log = files.read("event log", command.tdx.eventLog, &diagnostics)
        guard !diagnostics.hasErrors else { return }
        if let image { measure(image, command, &diagnostics) }
        if let module { mrSeam = Value(bytes: SHA384.digest(module), origin: "the TDX module") }
        if let given = command.tdx.mrSeam { mrSeam = Value(bytes: given, origin: "the command line") }
        if let log { replay(log, command, &diagnostics) }
        if let kernel { measure(kernel, initrd, commandLine, command, &diagnostics) }
        if kernel != nil, rtmrs[3] == nil, !command.tdx.rtmr.contains(where: { $0.index == 3 }) {
            put(MeasurementRegister().bytes, 3, "the start of a guest, which may extend it", command, &diagnostics)
        }
        for given in command.tdx.rtmr { put(given.value, given.index, "the command line", command, &diagnostics) }
    }

    private mutating func measure(_ image: [UInt8], _ command: MeasureCommand, _ diagnostics: inout Diagnostics) {
        do throws(FirmwareError) {
            let launch = TDXLaunch(firmware: try Firmware(image), order: command.tdx.pageOrder ?? .interleaved)
            mrtd = Value(bytes: try launch.mrtd(), origin: "the firmware")
        } catch {
            diagnostics.error(.notMeasurable, error.description, path: command.guest.firmware)
        }
    }

    private mutating func measure(
        _ kernel: [UInt8], _ initrd: [UInt8]?, _ commandLine: String, _ command: MeasureCommand,
        _ diagnostics: inout Diagnostics
    ) {
        do throws(KernelError) {
            var boot = try TDXBoot(
                kernel: kernel, initrd: initrd, commandLine: commandLine, memory: command.tdx.memory ?? 0)
            boot.hasSeparator = !command.tdx.noSeparator
            put(boot.rtmr1.bytes, 1, "the files", command, &diagnostics)
            put(boot.rtmr2.bytes, 2, "the files", command, &diagnostics)
        } catch {
            diagnostics.error(.notMeasurable, error.description, path: command.guest.kernel)
        }
    }

    private mutating func replay(_ log: [UInt8], _ command: MeasureCommand, _ diagnostics: inout Diagnostics) {
        do throws(EventLogError) {
            for (index, register) in try EventLog(log).registers.enumerated() {
                put(register.bytes, index, "the event log", command, &diagnostics)
            }
        } catch {
            diagnostics.error(.notMeasurable, error.description, path: command.tdx.eventLog)
        }
    }

    /// Takes a value; two sources of one register must agree.
    private mutating func put(
        _ bytes: [UInt8], _ index: Int, _ origin: String, _ command: MeasureCommand, _ diagnostics: inout Diagnostics
    ) {
        if let other = rtmrs[index], other.bytes != bytes {
            return diagnostics.error(
                .notMeasurable,
                "RTMR \(index) is \(Hex.text(bytes)) by \(origin), but \(Hex.text(other.bytes)) by \(other.origin)",
                notes: [.init("the sources are of different guests; leave one of them out")])
        }
        rtmrs[index] = Value(bytes: bytes, origin: origin)
    }

    func fill(_ guest: inout MeasuredGuest) {
        var tdx = MeasuredGuest.TDX()
        tdx.mrtd = mrtd?.bytes
        tdx.mrSeam = mrSeam?.bytes
        tdx.rtmrs = rtmrs.map { $0?.bytes }
        guest.tdx = tdx
    }

    /// Every value by name, with what to do when it is not known.
    private var values: [(name: String, value: Value?, remedy: String)] {
        let log = "take it from an event log ('--event-log')"
        return [
            ("MRTD", mrtd, "give the firmware ('--firmware')"),
            (
                "MRSEAM", mrSeam,
                "it is of the host's TDX module, not of the guest; give the module ('--tdx-module') or '--mr-seam'"
            ),
            (
                "RTMR0", rtmrs[0],
                "no file decides on it, but tables that QEMU makes for the guest's shape; \(log) or give '--rtmr 0=…'"
            ),
            ("RTMR1", rtmrs[1], "give the kernel ('--kernel'), or \(log)"),
            ("RTMR2", rtmrs[2], "give kernel, initrd and command line, or \(log)"),
            ("RTMR3", rtmrs[3], "the guest decides on it; \(log) or give '--rtmr 3=…'"),
        ]
    }

    var lines: [String] {
        values.map { name, value, remedy in
            guard let value else { return "\(name): not known: \(remedy)" }
            return "\(name): \(Hex.text(value.bytes)) (from \(value.origin))"
        }
    }

    var members: [(String, JSONValue)] {
        values.map { name, value, _ in
            (
                name,
                value.map { ["value": .string(Hex.text($0.bytes)), "origin": .string($0.origin)] } ?? .null
            )
        }
    }
}
