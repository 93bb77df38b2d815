// SPDX-License-Identifier: Apache-2.0

internal import Measurement

/// The parsers of what is measured. They return for every input; a crash is a finding.
enum MeasurementTargets {
    /// The end of a firmware image, which is filled up to whole pages in front. More pages would only be more hashing.
    static func firmware(_ bytes: [UInt8]) {
        let missing = (4096 - bytes.count % 4096) % 4096
        guard let firmware = try? Firmware([UInt8](repeating: 0, count: missing) + bytes, pageLimit: 8) else { return }
        let kernel = KernelHashes(kernel: [], initrd: nil, commandLine: "")
        for kernel in [nil, kernel] {
            guard let digests = try? SNPLaunch(firmware: firmware, kernel: kernel, signature: .milan).digests() else {
                continue
            }
            precondition(digests[vCPUs: 1] != digests[vCPUs: 2], "a vCPU changes nothing")
        }
        for order in TDXLaunch.PageOrder.allCases {
            precondition((try? TDXLaunch(firmware: firmware, order: order).mrtd().count) ?? 48 == 48)
        }
    }

    static func kernel(_ bytes: [UInt8]) {
        guard let boot = try? TDXBoot(kernel: bytes, initrd: [1], commandLine: "quiet", memory: 1 << 30) else { return }
        precondition(boot.rtmr1 != boot.rtmr2)
    }

    static func eventLog(_ bytes: [UInt8]) {
        guard let log = try? EventLog(bytes) else { return }
        precondition(log.registers.count == MeasurementRegister.count)
        precondition(log.events.reduce(0) { $0 + $1.data.count } <= bytes.count, "an event is longer than the log")
    }
}
