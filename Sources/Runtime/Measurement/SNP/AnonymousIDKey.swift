// SPDX-License-Identifier: Apache-2.0

internal import CCrypto
internal import Digests

/// The public key on P-384 for which the constant signature (r, s) = (2, 1) of a message is good: found by recovering
/// the key from signature and message (SEC 1, 4.1.6). Nobody knows its private half.
struct AnonymousIDKey {
    static let r: UInt8 = 2
    static let s: UInt8 = 1

    /// Affine coordinates, 48 bytes each, most significant byte first.
    let x: [UInt8]
    let y: [UInt8]

    /// Two keys verify the signature; this is the one with the smaller coordinates.
    init?(signing message: [UInt8]) {
        let keys = [false, true].compactMap { Self.recover(SHA384.digest(message), hasOddY: $0) }
        guard keys.count == 2, let key = keys.min(by: { ($0.x + $0.y).lexicographicallyPrecedes($1.x + $1.y) }) else {
            return nil
        }
        self = key
    }

    private init(x: [UInt8], y: [UInt8]) {
        self.x = x
        self.y = y
    }

    /// The 1028 bytes by which the firmware takes the key: curve, then both coordinates with 72 bytes each, least
    /// significant byte first.
    var structure: [UInt8] {
        var structure = [UInt8](repeating: 0, count: 0x404)
        structure.store(2 as UInt32, at: 0)  // P-384
        structure.store(x.reversed(), at: 4)
        structure.store(y.reversed(), at: 4 + 72)
        return structure
    }

    /// Q = r⁻¹(sR − zG), R being a point with the abscissa r.
    private static func recover(_ digest: [UInt8], hasOddY: Bool) -> AnonymousIDKey? {
        guard let context = BN_CTX_new(), let group = EC_GROUP_new_by_curve_name(NID_secp384r1) else { return nil }
        defer {
            BN_CTX_free(context)
            EC_GROUP_free(group)
        }
        BN_CTX_start(context)
        defer { BN_CTX_end(context) }
        guard let r = BN_CTX_get(context), let s = BN_CTX_get(context), let z = BN_CTX_get(context),
            let inverse = BN_CTX_get(context), let x = BN_CTX_get(context), let y = BN_CTX_get(context),
            let order = EC_GROUP_get0_order(group),
            let point = EC_POINT_new(group)
        else { return nil }
        defer { EC_POINT_free(point) }
        guard BN_set_word(r, UInt(Self.r)) == 1, BN_set_word(s, UInt(Self.s)) == 1,
            BN_bin2bn(digest, Int32(digest.count), z) != nil,
            BN_mod_inverse(inverse, r, order, context) != nil,
            EC_POINT_set_compressed_coordinates(group, point, r, hasOddY ? 1 : 0, context) == 1,
            // The factor of R is r⁻¹s, that of G −r⁻¹z.
            BN_mod_mul(s, inverse, s, order, context) == 1,
            BN_mod_mul(z, inverse, z, order, context) == 1,
            BN_sub(z, order, z) == 1,
            EC_POINT_mul(group, point, z, point, s, context) == 1,
            EC_POINT_get_affine_coordinates(group, point, x, y, context) == 1
        else { return nil }
        var key = (x: [UInt8](repeating: 0, count: 48), y: [UInt8](repeating: 0, count: 48))
        guard BN_bn2binpad(x, &key.x, 48) == 48, BN_bn2binpad(y, &key.y, 48) == 48 else { return nil }
        return AnonymousIDKey(x: key.x, y: key.y)
    }
}
