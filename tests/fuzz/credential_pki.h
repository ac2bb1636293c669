/* SPDX-License-Identifier: BSD-2-Clause */
/* credential_pki.h - the root of seeds/credential, and its CRL; written by make-seeds.sh. */
#ifndef TESTS_FUZZ_CREDENTIAL_PKI_H
#define TESTS_FUZZ_CREDENTIAL_PKI_H

#define CREDENTIAL_TIME INT64_C(1795348544)

static const char credential_root[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBbTCCARKgAwIBAgIUBSWHHWRP0vaCsFWVaN7ywRxtGo0wCgYIKoZIzj0EAwIw\n"
    "FDESMBAGA1UEAwwJRnV6eiBSb290MB4XDTI2MTEyMTExNTU0MloXDTM1MDIwNzEx\n"
    "NTU0MlowFDESMBAGA1UEAwwJRnV6eiBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0D\n"
    "AQcDQgAEVbhBPmph/0DegUS18PodrSBOfn1diO/gzACf96OKC594psXg52s9StX1\n"
    "7i5Wt6dL4Tq005GZ8H+UA1Bc/h2mfaNCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNV\n"
    "HQ8BAf8EBAMCAQYwHQYDVR0OBBYEFPNSdzarIAyfPiGLAM3tpFIAW66DMAoGCCqG\n"
    "SM49BAMCA0kAMEYCIQCDmjFWNxNrnLhzIUAizOH/sCwFXnJXi6npsCjcgXzzGQIh\n"
    "AKLdHO0LoEyCLhp9lZcZcBFK3Hk+FMXbiQ8+AtAgLC92\n"
    "-----END CERTIFICATE-----\n";

static const char credential_crl[] =
    "-----BEGIN X509 CRL-----\n"
    "MIGsMFMCAQEwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJRnV6eiBSb290Fw0yNjEx\n"
    "MjExMTU1NDNaFw0zNTAyMDcxMTU1NDNaoA4wDDAKBgNVHRQEAwIBATAKBggqhkjO\n"
    "PQQDAgNJADBGAiEAgoJg8cz1ucTXHFqXjB89+EJWUgw0Kd0Nyxo//4hf6dICIQDw\n"
    "vpd59Q5l0jydY8l7fNP7OhOHkbyyzbgnvDt4IEdP3w==\n"
    "-----END X509 CRL-----\n";

#endif
