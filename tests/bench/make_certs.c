/* SPDX-License-Identifier: MIT */
/*
 * make_certs DIRECTORY < ADDRESSES
 *
 * Makes certificates for many servers. ADDRESSES has one IP address per line. DIRECTORY/ca.pem is
 * the root certificate, DIRECTORY/ADDRESS.pem a certificate that it signed, and DIRECTORY/leaf.key
 * the key of all of these. Keys are P-256. (The openssl command needs a process per certificate.)
 */
#include <errno.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALID_S = 30 * 24 * 3600, NAME_BYTES = 4096 };

_Noreturn static void fail(const char *what)
{
    fprintf(stderr, "make_certs: %s\n", what);
    exit(1);
}

static FILE *create(const char *directory, const char *name, const char *suffix)
{
    char path[NAME_BYTES];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s%s", directory, name, suffix);
    file = fopen(path, "w");
    if (!file)
        fail(strerror(errno));
    return file;
}

static void add_extension(X509 *certificate, int kind, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, kind, value);

    if (!extension || !X509_add_ext(certificate, extension, -1))
        fail(value);
    X509_EXTENSION_free(extension);
}

static void set_name(X509_NAME *of, const char *name)
{
    const unsigned char *text = (const unsigned char *)name;

    if (!X509_NAME_add_entry_by_txt(of, "CN", MBSTRING_UTF8, text, -1, -1, 0))
        fail(name);
}

/* The caller adds extensions, signs and frees the certificate. */
static X509 *unsigned_certificate(long serial, const char *name, const char *issuer, EVP_PKEY *key)
{
    X509 *certificate = X509_new();

    if (!certificate || !X509_set_version(certificate, X509_VERSION_3) ||
        !ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) ||
        !X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) ||
        !X509_gmtime_adj(X509_getm_notAfter(certificate), VALID_S) ||
        !X509_set_pubkey(certificate, key))
        fail("no certificate");
    set_name(X509_get_subject_name(certificate), name);
    set_name(X509_get_issuer_name(certificate), issuer);
    return certificate;
}

/* Signs and writes the certificate and frees it. */
static void finish(X509 *certificate, EVP_PKEY *signer, FILE *file)
{
    if (!X509_sign(certificate, signer, EVP_sha256()) || !PEM_write_X509(file, certificate) ||
        fclose(file))
        fail("cannot sign or write a certificate");
    X509_free(certificate);
}

static void write_root(const char *directory, EVP_PKEY *key)
{
    X509 *root = unsigned_certificate(1, "urlcheck bench root", "urlcheck bench root", key);

    add_extension(root, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(root, NID_key_usage, "critical,keyCertSign,cRLSign");
    finish(root, key, create(directory, "ca", ".pem"));
}

static void write_leaf(const char *directory, const char *address, long serial, EVP_PKEY *key,
                       EVP_PKEY *root_key)
{
    char names[NAME_BYTES];
    X509 *leaf = unsigned_certificate(serial, address, "urlcheck bench root", key);

    snprintf(names, sizeof(names), "IP:%s", address);
    add_extension(leaf, NID_basic_constraints, "CA:FALSE");
    add_extension(leaf, NID_ext_key_usage, "serverAuth");
    add_extension(leaf, NID_subject_alt_name, names);
    finish(leaf, root_key, create(directory, address, ".pem"));
}

int main(int argc, char **argv)
{
    EVP_PKEY *root_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
    char address[64];
    long serial = 2;
    FILE *file;

    if (argc != 2)
        fail("usage: make_certs DIRECTORY < ADDRESSES");
    if (!root_key || !key)
        fail("no P-256 keys");
    file = create(argv[1], "leaf", ".key");
    if (!PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) || fclose(file))
        fail("cannot write a key");
    write_root(argv[1], root_key);
    while (fgets(address, sizeof(address), stdin)) {
        address[strcspn(address, "\n")] = '\0';
        write_leaf(argv[1], address, serial++, key, root_key);
    }
    EVP_PKEY_free(key);
    EVP_PKEY_free(root_key);
    return 0;
}
