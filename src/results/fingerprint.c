/* SPDX-License-Identifier: MIT */
#include "results/fingerprint.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct fingerprinter {
    EVP_MD *digest;
    EVP_MD_CTX *context;
};

struct fingerprinter *fingerprinter_new(void)
{
    struct fingerprinter *fingerprinter = xcalloc(1, sizeof(*fingerprinter));

    fingerprinter->digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    fingerprinter->context = EVP_MD_CTX_new();
    if (!fingerprinter->digest || !fingerprinter->context)
        alloc_end_process(); /* the only reason: without SHA-256 there would be no TLS either */
    return fingerprinter;
}

void fingerprinter_free(struct fingerprinter *fingerprinter)
{
    if (!fingerprinter)
        return;
    EVP_MD_CTX_free(fingerprinter->context);
    EVP_MD_free(fingerprinter->digest);
    free(fingerprinter);
}

struct fingerprint fingerprint_take(struct fingerprinter *fingerprinter, const char *key,
                                    size_t length)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    struct fingerprint fingerprint;

    if (EVP_DigestInit_ex2(fingerprinter->context, fingerprinter->digest, NULL) != 1 ||
        EVP_DigestUpdate(fingerprinter->context, key, length) != 1 ||
        EVP_DigestFinal_ex(fingerprinter->context, digest, NULL) != 1)
        alloc_end_process();
    memcpy(&fingerprint, digest, sizeof(fingerprint));
    fingerprint.low |= fingerprint.low == 0;
    return fingerprint;
}
