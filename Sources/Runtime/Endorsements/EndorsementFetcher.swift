// SPDX-License-Identifier: Apache-2.0

package import Attestation

/// Gets what a verification of evidence needs and neither the evidence nor files bring along.
package struct EndorsementFetcher: Sendable {
    /// What went wrong with one endorsement; a verification may hold all the same.
    package struct Problem: Sendable, Equatable {
        package var url: String
        package var error: EndorsementFetchError
        /// A stored answer was taken instead.
        package var isStored: Bool
    }

    package var client: EndorsementClient
    package var services: EndorsementServices
    /// Judges what is fetched, by its time and roots.
    package var verifier: EvidenceVerifier
    /// For all of it together.
    package var timeLimit: Duration

    package init(
        client: EndorsementClient, services: EndorsementServices = EndorsementServices(), verifier: EvidenceVerifier,
        timeLimit: Duration = .seconds(60)
    ) {
        self.client = client
        self.services = services
        self.verifier = verifier
        self.timeLimit = timeLimit
    }

    /// Adds to the files what they lack. Evidence that cannot be read needs nothing.
    package func complete(
        _ files: inout EndorsementFiles, for evidence: Evidence
    ) async -> [Problem] {
        let run = FetchRun(client: client, end: client.clock.now + timeLimit)
        switch evidence {
        case .snp(let attestation): await complete(&files, for: attestation, run)
        case .tdx(let quote): await complete(&files, for: quote, run)
        }
        return await run.problems
    }
}

/// The requests for one piece of evidence.
actor FetchRun {
    private let client: EndorsementClient
    private let end: Duration
    private(set) var problems: [EndorsementFetcher.Problem] = []

    init(client: EndorsementClient, end: Duration) {
        self.client = client
        self.end = end
    }

    /// The answer; `nil` with a problem kept when there is none.
    ///
    /// - Parameter others: other requests, of which only one can have an answer; the problem is that of the last.
    func get(
        _ request: EndorsementRequest, or others: [EndorsementRequest] = [],
        judge: @escaping @Sendable (EndorsementAnswer) -> EndorsementClient.Verdict
    ) async -> EndorsementAnswer? {
        var requests = [request] + others
        while !requests.isEmpty, !Task.isCancelled {
            let request = requests.removeFirst()
            do throws(EndorsementFetchError) {
                let fetched = try await client.get(request, until: end, judge: judge)
                if let failure = fetched.failure {
                    problems.append(.init(url: request.url, error: failure, isStored: true))
                }
                return fetched.answer
            } catch {
                if requests.isEmpty { problems.append(.init(url: request.url, error: error, isStored: false)) }
            }
        }
        return nil
    }
}
