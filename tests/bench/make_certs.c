/* SPDX-License-Identifier: MIT */
/*
 * make_certs DIRECTORY < ADDRESSES
 *
 * Makes certificates for many servers. ADDRESSES has one IP address per line. DIRECTORY/ca.pem is
 * the root certificate. DIRECTORY/ADDRESS.pem is what a server needs: its certificate, that of the
 * intermediate CA, which the root signed, and its key. The chains are of the kinds that most sites
 * have, in turn (see kinds). (The openssl command needs a process per certificate.)
 */
#include <errno.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT "urlcheck bench root"

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

static void sign(X509 *certificate, EVP_PKEY *signer)
{
    if (!X509_sign(certificate, signer, EVP_sha256()))
        fail("cannot sign a certificate");
}

static void write_certificate(FILE *file, X509 *certificate)
{
    if (!PEM_write_X509(file, certificate))
        fail("cannot write a certificate");
}

static void close_file(FILE *file)
{
    if (fclose(file))
        fail(strerror(errno));
}

static EVP_PKEY *make_key(const char *type)
{
    EVP_PKEY *key = strcmp(type, "RSA") == 0 ? EVP_RSA_gen(2048) : EVP_EC_gen(type);

    if (!key)
        fail(type);
    return key;
}

static X509 *make_ca(long serial, const char *name, EVP_PKEY *key, EVP_PKEY *root_key)
{
    X509 *ca = unsigned_certificate(serial, name, ROOT, key);

    add_extension(ca, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(ca, NID_key_usage, "critical,keyCertSign,cRLSign");
    sign(ca, root_key);
    return ca;
}

/* A kind of chain: the types of its keys, and what its servers share. */
struct kind {
    const char *leaf_type, *ca_type, *ca_name;
    EVP_PKEY *leaf_key, *ca_key;
    X509 *ca;
};

static struct kind kinds[] = {
    {.leaf_type = "P-256", .ca_type = "RSA", .ca_name = "urlcheck bench R1"},
    {.leaf_type = "P-256", .ca_type = "P-384", .ca_name = "urlcheck bench E1"},
    {.leaf_type = "RSA", .ca_type = "RSA", .ca_name = "urlcheck bench R2"},
};
enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static void make_kinds(EVP_PKEY *root_key)
{
    for (long i = 0; i < KINDS; i++) {
        kinds[i].leaf_key = make_key(kinds[i].leaf_type);
        kinds[i].ca_key = make_key(kinds[i].ca_type);
        kinds[i].ca = make_ca(2 + i, kinds[i].ca_name, kinds[i].ca_key, root_key);
    }
}

static void free_kinds(void)
{
    for (int i = 0; i < KINDS; i++) {
        EVP_PKEY_free(kinds[i].leaf_key);
        EVP_PKEY_free(kinds[i].ca_key);
        X509_free(kinds[i].ca);
    }
}

static void write_root(const char *directory, EVP_PKEY *key)
{
    X509 *root = make_ca(1, ROOT, key, key);
    FILE *file = create(directory, "ca", ".pem");

    write_certificate(file, root);
    close_file(file);
    X509_free(root);
}

static void write_server(const char *directory, const char *address, long serial,
                         const struct kind *kind)
{
    char names[NAME_BYTES];
    X509 *leaf = unsigned_certificate(serial, address, kind->ca_name, kind->leaf_key);
    FILE *file = create(directory, address, ".pem");

    snprintf(names, sizeof(names), "IP:%s", address);
    add_extension(leaf, NID_basic_constraints, "CA:FALSE");
    add_extension(leaf, NID_ext_key_usage, "serverAuth");
    add_extension(leaf, NID_subject_alt_name, names);
    sign(leaf, kind->ca_key);
    write_certificate(file, leaf);
    write_certificate(file, kind->ca);
    if (!PEM_write_PrivateKey(file, kind->leaf_key, NULL, NULL, 0, NULL, NULL))
        fail("cannot write a key");
    close_file(file);
    X509_free(leaf);
}

int main(int argc, char **argv)
{
    EVP_PKEY *root_key = make_key("RSA");
    char address[64];

    if (argc != 2)
        fail("usage: make_certs DIRECTORY < ADDRESSES");
    write_root(argv[1], root_key);
    make_kinds(root_key);
    for (long i = 0; fgets(address, sizeof(address), stdin); i++) {
        address[strcspn(address, "\n")] = '\0';
        write_server(argv[1], address, 100 + i, &kinds[i % KINDS]);
    }
    free_kinds();
    EVP_PKEY_free(root_key);
    return 0;
}
