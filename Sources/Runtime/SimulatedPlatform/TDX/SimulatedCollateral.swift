// SPDX-License-Identifier: Apache-2.0

package import Attestation
package import IR

/// The documents that Intel would sign, as JSON values so that wrong ones can be made as well.
package enum SimulatedCollateral {
    /// A level of a platform.
    ///
    /// - Parameters:
    ///   - sgx: the first numbers of the 16 that the PCK certificate must reach; zeros follow.
    ///   - tdx: likewise of the quote.
    package static func platformLevel(
        _ status: TCBStatus, sgx: [UInt8], pceSVN: UInt16, tdx: [UInt8], date: String = "2024-03-13T00:00:00Z",
        advisories: [String] = []
    ) -> JSONValue {
        let tcb: JSONValue = [
            "sgxtcbcomponents": components(sgx), "pcesvn": .integer(Int128(pceSVN)),
            "tdxtcbcomponents": components(tdx),
        ]
        return level(tcb, status, date, advisories)
    }

    /// A level of an enclave or of a TDX module.
    package static func enclaveLevel(
        _ status: TCBStatus, isvSVN: UInt16, date: String = "2024-03-13T00:00:00Z", advisories: [String] = []
    ) -> JSONValue {
        level(["isvsvn": .integer(Int128(isvSVN))], status, date, advisories)
    }

    /// An entry of `tdxModuleIdentities`.
    package static func module(_ id: String, levels: [JSONValue]) -> JSONValue {
        var members = identity
        members["id"] = .string(id)
        members["tcbLevels"] = .array(levels)
        return .object(members)
    }

    package static func tcbInfo(
        issued: Timestamp, nextUpdate: Timestamp, fmspc: [UInt8], pceID: [UInt8], modules: [JSONValue],
        levels: [JSONValue]
    ) -> JSONValue {
        [
            "id": "TDX", "version": 3, "issueDate": .string("\(issued)"), "nextUpdate": .string("\(nextUpdate)"),
            "fmspc": .string(Hex.text(fmspc)), "pceId": .string(Hex.text(pceID)), "tcbType": 0,
            "tcbEvaluationDataNumber": 17, "tdxModule": .object(identity), "tdxModuleIdentities": .array(modules),
            "tcbLevels": .array(levels),
        ]
    }

    package static func qeIdentity(
        issued: Timestamp, nextUpdate: Timestamp, enclave: SimulatedQuotingEnclave, levels: [JSONValue]
    ) -> JSONValue {
        [
            "id": "TD_QE", "version": 2, "issueDate": .string("\(issued)"), "nextUpdate": .string("\(nextUpdate)"),
            "tcbEvaluationDataNumber": 17, "miscselect": "00000000", "miscselectMask": "FFFFFFFF",
            "attributes": "11000000000000000000000000000000", "attributesMask": "FBFFFFFFFFFFFFFF0000000000000000",
            "mrsigner": .string(Hex.text(enclave.mrSigner)), "isvprodid": .integer(Int128(enclave.isvProdID)),
            "tcbLevels": .array(levels),
        ]
    }

    private static let identity = JSONObject([
        ("mrsigner", .string(String(repeating: "0", count: 96))), ("attributes", "0000000000000000"),
        ("attributesMask", "FFFFFFFFFFFFFFFF"),
    ])

    private static func components(_ numbers: [UInt8]) -> JSONValue {
        .array((0..<16).map { ["svn": .integer($0 < numbers.count ? Int128(numbers[$0]) : 0)] })
    }

    private static func level(
        _ tcb: JSONValue, _ status: TCBStatus, _ date: String, _ advisories: [String]
    ) -> JSONValue {
        var members = JSONObject([
            ("tcb", tcb), ("tcbDate", .string(date)), ("tcbStatus", .string(status.rawValue)),
        ])
        if !advisories.isEmpty { members["advisoryIDs"] = .array(advisories.map { .string($0) }) }
        return .object(members)
    }
}
