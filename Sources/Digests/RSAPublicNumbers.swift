// SPDX-License-Identifier: Apache-2.0

internal import CCrypto

/// The modulus and the public exponent of an RSA key.
///
/// libcrypto's own check of them (SP 800-56B, section 6.4.2) draws random bases, so that it takes a damaged modulus in
/// one run and refuses it in the next. This one says the same each time.
struct RSAPublicNumbers: ~Copyable {
    /// A larger exponent is refused by libcrypto where the key is used.
    private static let exponentBits = 64
    /// The modulus has no factor below this.
    private static let smallFactors: UInt = 1 << 13

    private let modulus: OpaquePointer
    private let exponent: OpaquePointer

    /// `nil` when the key is not of RSA, or there is no memory.
    init?(_ key: OpaquePointer) {
        var numbers: [OpaquePointer] = []
        for name in ["n", "e"] {
            var number: OpaquePointer?
            guard EVP_PKEY_get_bn_param(key, name, &number) == 1, let number else {
                numbers.forEach { BN_free($0) }
                return nil
            }
            numbers.append(number)
        }
        (modulus, exponent) = (numbers[0], numbers[1])
    }

    deinit {
        BN_free(modulus)
        BN_free(exponent)
    }

    /// Whether the numbers can be those of a key: both are odd, the exponent is above one, and the modulus has no small
    /// factor, is no prime and no power of one.
    var areSound: Bool {
        defer { ERR_clear_error() }
        guard BN_is_odd(exponent) == 1, BN_is_one(exponent) == 0, BN_num_bits(exponent) <= Self.exponentBits,
            BN_is_odd(modulus) == 1, BN_is_negative(modulus) == 0
        else { return false }
        for divisor in stride(from: 3, to: Self.smallFactors, by: 2) where BN_mod_word(modulus, divisor) == 0 {
            return false
        }
        return sharesNoFactorWithFermat
    }

    /// Whether 2^(n-1) - 1 has no factor in common with n. It has for a prime and for its powers, by Fermat's little
    /// theorem; for a product of primes p and q it has where the order of 2 modulo p divides q - 1, which a random pair
    /// does not meet.
    private var sharesNoFactorWithFermat: Bool {
        guard let context = BN_CTX_new() else { return false }
        BN_CTX_start(context)
        defer {
            BN_CTX_end(context)
            BN_CTX_free(context)
        }
        guard let base = BN_CTX_get(context), let power = BN_CTX_get(context), let residue = BN_CTX_get(context),
            let divisor = BN_CTX_get(context)
        else { return false }
        guard BN_set_word(base, 2) == 1, BN_copy(power, modulus) != nil, BN_sub_word(power, 1) == 1,
            BN_mod_exp(residue, base, power, modulus, context) == 1, BN_sub_word(residue, 1) == 1,
            BN_gcd(divisor, residue, modulus, context) == 1
        else { return false }
        return BN_is_one(divisor) == 1
    }
}
