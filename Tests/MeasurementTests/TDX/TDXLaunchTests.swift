// SPDX-License-Identifier: Apache-2.0

import IR
import Measurement
import Testing

@Suite struct TDXLaunchTests {
    /// Computed by a Python script from the same description of the firmware.
    @Test(arguments: [
        (
            TDXLaunch.PageOrder.interleaved,
            "9467cc43544cc964d5c0cda25378accf16265e339387fb94230390148ff249fd04b904871e2e0b872d438bc66232fe74"
        ),
        (
            .separate,
            "7095319c7155465f098ed8d91491d287c540f5fd540bbcbb55e6f6fcc020f5efc0db599a435a352781845bb1f13eee16"
        ),
    ])
    func matchesAnotherImplementation(_ order: TDXLaunch.PageOrder, _ expected: String) throws {
        let launch = TDXLaunch(firmware: try TestFirmware().parsed(), order: order)
        #expect(try Hex.text(launch.mrtd()) == expected)
    }

    @Test func sectionsThatAreNotMeasuredStillCount() throws {
        var firmware = TestFirmware()
        let digest = try TDXLaunch(firmware: firmware.parsed()).mrtd()
        firmware.tdx[2].address += 0x1000
        let moved = try TDXLaunch(firmware: firmware.parsed()).mrtd()
        #expect(moved != digest)
        // Pages that the guest adds itself count only when they are measured.
        firmware = TestFirmware()
        firmware.tdx[4].attributes = 0
        #expect(try TDXLaunch(firmware: firmware.parsed()).mrtd() != digest)
        firmware.tdx.removeLast()
        #expect(try TDXLaunch(firmware: firmware.parsed()).mrtd() != digest)
    }
}
