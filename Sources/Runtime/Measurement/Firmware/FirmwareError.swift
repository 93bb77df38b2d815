// SPDX-License-Identifier: Apache-2.0

internal import IR

/// Why a firmware image cannot be measured.
package enum FirmwareError: Error, Sendable, Equatable {
    /// In bytes.
    case size(Int)
    /// There is no table of entries at the end of the file.
    case noFooter
    /// An entry of that table, by the offset of its end, has a size that cannot be.
    case footerEntry(offset: Int)
    case duplicateEntry(String)
    case noMetadata(Metadata)
    /// Offset from the end of the file.
    case metadataOutsideFile(Metadata, offset: UInt32)
    case metadataHeader(Metadata)
    case metadataSize(Metadata, declared: UInt32, sections: UInt32)
    case unknownSection(Metadata, type: UInt32)
    /// A section, by its index, that is not a whole number of pages or of another length than its type asks for.
    case sectionSize(Metadata, index: Int)
    /// A section, by its index, whose content is not within the file.
    case sectionOutsideFile(Metadata, index: Int)
    case tooManyPages(Metadata, limit: Int)
    case noKernelHashes
    case noResetVector

    /// The tables that say what is measured beside the file itself.
    package enum Metadata: String, Sendable {
        case sev = "SEV"
        case tdx = "TDX"
    }
}

extension FirmwareError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .size(let size):
            "the firmware has \(size) bytes, expected a multiple of 4096 from 4096 to \(Firmware.sizes.upperBound)"
        case .noFooter: "the firmware has no table of GUIDs at its end; is it an OVMF image without variables?"
        case .footerEntry(let offset):
            "the entry of the firmware's table that ends at offset \(offset) has a wrong size"
        case .duplicateEntry(let guid): "the firmware's table has two entries \(guid)"
        case .noMetadata(let kind): "the firmware has no \(kind.rawValue) metadata; is it built for this technology?"
        case .metadataOutsideFile(let kind, let offset):
            "the \(kind.rawValue) metadata, \(offset) bytes before the end, are not within the firmware"
        case .metadataHeader(let kind): "the \(kind.rawValue) metadata have an unknown signature or version"
        case .metadataSize(let kind, let declared, let sections):
            "the \(kind.rawValue) metadata cannot have \(sections) sections in \(declared) bytes"
        case .unknownSection(let kind, let type):
            "the \(kind.rawValue) metadata have a section of unknown type \(type), so the digest is not known"
        case .sectionSize(let kind, let index): "section \(index) of the \(kind.rawValue) metadata has a wrong size"
        case .sectionOutsideFile(let kind, let index):
            "the content of section \(index) of the \(kind.rawValue) metadata is not within the firmware"
        case .tooManyPages(let kind, let limit):
            "the \(kind.rawValue) metadata describe more than \(limit) pages"
        case .noKernelHashes:
            "the firmware has no place for the hashes of a kernel, so it would start any; use one that has, or give "
                + "no kernel"
        case .noResetVector: "the firmware does not say where further vCPUs start"
        }
    }
}
