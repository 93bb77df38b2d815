// SPDX-License-Identifier: Apache-2.0

extension TCBInfo {
    /// Reads the value of `tcbInfo`. Its signature is no business of this.
    package init(json: [UInt8]) throws(CollateralError) {
        let document = try CollateralReader(json: json, path: "tcbInfo")
        try document.member("id").require(Self.id)
        try document.member("version").require(Self.version)
        validity = try CollateralValidity(document)
        fmspc = try document.member("fmspc").hex(bytes: 6)
        pceID = try document.member("pceId").hex(bytes: 2)
        // How levels are to be compared; no other type is defined.
        try document.member("tcbType").require(0)
        evaluationDataNumber = try document.member("tcbEvaluationDataNumber").integer()
        module = try ModuleIdentity(document.member("tdxModule"))
        moduleIdentities = []
        if let list = document.optional("tdxModuleIdentities") {
            for item in try list.items() { moduleIdentities.append(try VersionedModule(item)) }
        }
        levels = []
        for item in try document.member("tcbLevels").items() { levels.append(try PlatformLevel(item)) }
    }
}

extension TCBInfo.ModuleIdentity {
    fileprivate init(_ reader: CollateralReader) throws(CollateralError) {
        mrSigner = try reader.member("mrsigner").hex(bytes: 48)
        attributes = try reader.member("attributes").hex(bytes: 8)
        attributesMask = try reader.member("attributesMask").hex(bytes: 8)
    }
}

extension TCBInfo.VersionedModule {
    fileprivate init(_ reader: CollateralReader) throws(CollateralError) {
        id = try reader.member("id").text()
        identity = try TCBInfo.ModuleIdentity(reader)
        levels = try EnclaveLevel.list(reader)
    }
}

extension TCBInfo.PlatformLevel {
    fileprivate init(_ reader: CollateralReader) throws(CollateralError) {
        let tcb = try reader.member("tcb")
        sgxComponents = try Self.components(tcb.member("sgxtcbcomponents"))
        pceSVN = try tcb.member("pcesvn").integer()
        tdxComponents = try Self.components(tcb.member("tdxtcbcomponents"))
        assessment = try TCBAssessment(reader)
    }

    private static func components(_ reader: CollateralReader) throws(CollateralError) -> [UInt8] {
        let items = try reader.items()
        guard items.count == 16 else { throw reader.wrongValue("16 components") }
        var numbers: [UInt8] = []
        for item in items { numbers.append(try item.member("svn").integer()) }
        return numbers
    }
}

extension QEIdentity {
    /// Reads the value of `enclaveIdentity`. Its signature is no business of this.
    package init(json: [UInt8]) throws(CollateralError) {
        let document = try CollateralReader(json: json, path: "enclaveIdentity")
        try document.member("id").require(Self.id)
        try document.member("version").require(Self.version)
        validity = try CollateralValidity(document)
        evaluationDataNumber = try document.member("tcbEvaluationDataNumber").integer()
        miscSelect = try Self.bigEndian(document.member("miscselect"))
        miscSelectMask = try Self.bigEndian(document.member("miscselectMask"))
        attributes = try document.member("attributes").hex(bytes: 16)
        attributesMask = try document.member("attributesMask").hex(bytes: 16)
        mrSigner = try document.member("mrsigner").hex(bytes: 32)
        isvProdID = try document.member("isvprodid").integer()
        levels = try EnclaveLevel.list(document)
    }

    /// `miscselect` alone is written as a number, the highest digit first; other fields as their bytes.
    private static func bigEndian(_ reader: CollateralReader) throws(CollateralError) -> UInt32 {
        try reader.hex(bytes: 4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension EnclaveLevel {
    fileprivate static func list(_ reader: CollateralReader) throws(CollateralError) -> [EnclaveLevel] {
        var levels: [EnclaveLevel] = []
        for item in try reader.member("tcbLevels").items() {
            let svn: UInt16 = try item.member("tcb").member("isvsvn").integer()
            levels.append(EnclaveLevel(isvSVN: svn, assessment: try TCBAssessment(item)))
        }
        return levels
    }
}

extension TCBAssessment {
    fileprivate init(_ reader: CollateralReader) throws(CollateralError) {
        let statusReader = try reader.member("tcbStatus")
        guard let status = TCBStatus(rawValue: try statusReader.text()) else {
            throw statusReader.wrongValue("a TCB status")
        }
        self.status = status
        let dateReader = try reader.member("tcbDate")
        _ = try dateReader.time()
        date = try dateReader.text()
        advisoryIDs = []
        if let list = reader.optional("advisoryIDs") {
            for item in try list.items() { advisoryIDs.append(try item.text()) }
        }
    }
}

extension CollateralValidity {
    fileprivate init(_ reader: CollateralReader) throws(CollateralError) {
        issueDate = try reader.member("issueDate").time()
        nextUpdate = try reader.member("nextUpdate").time()
    }
}
