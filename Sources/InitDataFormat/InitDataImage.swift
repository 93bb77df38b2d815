// SPDX-License-Identifier: Apache-2.0

/// The block device by which a host hands a guest its initdata: `initdata`, the length of what follows in eight
/// little-endian bytes, the document in gzip, zeros up to a full sector.
package enum InitDataImage {
    package static let magic = Array("initdata".utf8)
    private static let headerSize = 16

    /// The document, exactly as it is measured.
    ///
    /// - Throws: `InitDataError`.
    package static func document(in image: [UInt8]) throws(InitDataError) -> [UInt8] {
        guard image.starts(with: magic), image.count >= headerSize else {
            throw InitDataError("the device holds no initdata")
        }
        let length = image[magic.count..<headerSize].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(image.count - headerSize) else {
            throw InitDataError("the initdata is longer than its device")
        }
        return try Gunzip.decode(Array(image[headerSize..<headerSize + Int(length)]))
    }
}
