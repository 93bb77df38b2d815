// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@Suite struct OptionsTests {
    @Test(arguments: [
        (["--certificate-lifetime", "5m"], "certificate-lifetime"), (["--certificate-lifetime", "1y"], "lifetime"),
        (["--certificate-lifetime", "9999999d"], "certificate-lifetime"),
        (["--certificate-lifetime", "-90d"], "certificate-lifetime"), (["--peer", "a:b"], "peer"),
        (["--peer", ""], "peer"), (["--log-level", "loud"], "'loud' is no level"),
    ])
    func whatTheCoordinatorDoesNotTake(_ arguments: [String], _ word: String) throws {
        let result = try Subprocess(
            executable: Locations.executable("coordinator"), arguments: arguments, directory: "/"
        ).run()
        #expect(result.status == 64)
        #expect(result.errorText.contains(word), "\(result.errorText)")
    }

    @Test func theHelpNamesTheDefaults() throws {
        let result = try Subprocess(
            executable: Locations.executable("coordinator"), arguments: ["--help"], directory: "/"
        ).run()
        let help = String(decoding: result.stdout, as: UTF8.self)
        for text in [
            "--peer <host[:port]>", "--certificate-lifetime <n(m|h|d)>", "365d", "--peer coordinator-ready.shop",
        ] {
            #expect(help.contains(text), "\(text)")
        }
    }
}
