// SPDX-License-Identifier: Apache-2.0

import Backends
import IR
import Testing

@Suite(.enabled(if: SharedCases.directory != nil, "CONTRAST_TEST_DATA is not set"))
struct SharedCasesTests {
    @Test(arguments: SharedCases.pods.map(\.folder))
    func recordedRequestsAreDecidedAsExpected(folder: String) throws {
        let pod = try #require(SharedCases.pods.first { $0.folder == folder }?.pod)
        let policy = try PolicyReader.read(RegoBackend.emit(pod.policy))
        let report = try PolicyTest.run(policy, cases: SharedCases.text(folder))
        #expect(report.failed == 0, "\(report.lines)")
        #expect(report.passed > 0)
    }
}
