// SPDX-License-Identifier: Apache-2.0

/// Public keys made by `openssl`; their private halves were thrown away.
enum PublicKeys {
    static let p384 = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEI26gD+6LfxyDLoi2Up39t1x+UZBtAUQZ
        AVjt3WlGp+0azLWsjLsoiBYkW20lxZw39DABvQlcarJo4SDSV9hLfmcYS99DKx45
        5J2N6suUM+2vF/1T38fv4wnBmab/huWF
        -----END PUBLIC KEY-----

        """

    static let p384Compressed = """
        -----BEGIN PUBLIC KEY-----
        MEYwEAYHKoZIzj0CAQYFK4EEACIDMgADI26gD+6LfxyDLoi2Up39t1x+UZBtAUQZ
        AVjt3WlGp+0azLWsjLsoiBYkW20lxZw3
        -----END PUBLIC KEY-----

        """

    static let secp256k1 = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEigZiM3S7K7zPGG0AXywUmDpHbKn2skhI
        db6yuL9r88phV5Um/Skdof8Xb51oDvwoo2QVHIYZ4e8boX/e0IZhng==
        -----END PUBLIC KEY-----

        """

    static let rsaPKIX = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr8hsjXisSKNtWYpibGas
        pkI3I28I2NvNc+pWe11/l6G8Te4gT8eLwuysz9mBWuZS6HLA31CfvdAu2ztoRP/d
        fD0dQx8GLw0FCj2nCluXrXnP+ZuX+PJK4FNpMEBRaa7Q5wFPu6mCinu84A+2hCwy
        hNzQtTF1eBFiT7/mK5s06F27l+miQaXMcoLYGX2q+348FBxUkDpJ0rPe0a4FQybV
        plzfNf+dKpE5CYDt1zTHLtzKeQFufd3IhdpLU0APK0gfF+Iv2l/PNEbrqZDpb2TE
        g6C9Wv+XELpwhbWokDfIl8FH3lgvDEsGEAc/vJkK4HyXoi4s2aSVePl8l1iW+cZO
        FQIDAQAB
        -----END PUBLIC KEY-----

        """

    static let rsaPKCS1 = """
        -----BEGIN RSA PUBLIC KEY-----
        MIIBCgKCAQEAr8hsjXisSKNtWYpibGaspkI3I28I2NvNc+pWe11/l6G8Te4gT8eL
        wuysz9mBWuZS6HLA31CfvdAu2ztoRP/dfD0dQx8GLw0FCj2nCluXrXnP+ZuX+PJK
        4FNpMEBRaa7Q5wFPu6mCinu84A+2hCwyhNzQtTF1eBFiT7/mK5s06F27l+miQaXM
        coLYGX2q+348FBxUkDpJ0rPe0a4FQybVplzfNf+dKpE5CYDt1zTHLtzKeQFufd3I
        hdpLU0APK0gfF+Iv2l/PNEbrqZDpb2TEg6C9Wv+XELpwhbWokDfIl8FH3lgvDEsG
        EAc/vJkK4HyXoi4s2aSVePl8l1iW+cZOFQIDAQAB
        -----END RSA PUBLIC KEY-----

        """

    static let rsa1024 = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDLFNaxfUXjBHVOKxieApK2rsii
        G+CWO2Y1nHWYrWTTZhMku6BYCGhqH4j8L++HEICH1rQv53LUOC33CsCqMymqwAtw
        R9w2PcSu4ZoQFyYA9SA/kG0alx9R7Ib6UN6Q621d0J/9p+gJRRkHAbxJH2FlMG9S
        o3OAvjaekRvWlUiZpQIDAQAB
        -----END PUBLIC KEY-----

        """
}
