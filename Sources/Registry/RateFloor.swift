// SPDX-License-Identifier: Apache-2.0

/// Ends a download that is not worth waiting for.
struct RateFloor {
    private let start = ContinuousClock.now
    private let patience: Double
    private let leastRate: Int
    private var received = 0

    /// - Parameters:
    ///   - patience: seconds in which any rate is good.
    ///   - leastRate: bytes a second, on average, after that.
    init(patience: Int64, leastRate: Int) {
        self.patience = Double(patience)
        self.leastRate = leastRate
    }

    mutating func add(_ bytes: Int) throws(RegistryTransport.Again) {
        received += bytes
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard seconds > patience, Double(received) / seconds < Double(leastRate) else { return }
        throw RegistryTransport.Again("fewer than \(leastRate) bytes come in a second")
    }
}

extension RegistryOptions {
    func rateFloor() -> RateFloor { RateFloor(patience: idleSeconds, leastRate: leastRate) }
}
