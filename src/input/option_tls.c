/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "input/client_cert.h"
#include "input/arg_file.h"
#include "base/escape.h"

static int out_of_memory(struct error *error)
{
    errno = ENOMEM;
    return error_set(error, "out of memory");
}

/* Whether a file that can be read twice has a block of that kind in it (RFC 7468). */
static bool holds_pem(FILE *file, const char *kind)
{
    struct stat status;
    char line[256];

    if (fstat(fileno(file), &status) || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return true;
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, "-----BEGIN ", 11) == 0 && strstr(line, kind))
            return true;
    }
    return false;
}

static int check_pem(const char *name, const char *kind, const char *what, struct error *error)
{
    struct stat status;
    FILE *file;
    bool is_right;

    /* It will be read again; and a pipe may have to be waited for. */
    if (stat(name, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(error, "'%s' is not a regular file", name);
    file = fopen(name, "re");
    if (!file)
        return error_set_errno(error, "cannot read '%s'", name);
    is_right = holds_pem(file, kind);
    fclose(file);
    return is_right ? 0 : error_set(error, "no %s in '%s'", what, name);
}

static int check_certificate(const char *name, struct error *error)
{
    return check_pem(name, "CERTIFICATE-----", "certificate", error);
}

int apply_ca_file(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    (void)spec;
    ((struct check *)of)->ca_file = argument;
    return check_certificate(argument, error);
}

/* As `openssl rehash` names certificates: "0a1b2c3d.0". */
static bool is_hash_name(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' &&
           isdigit((unsigned char)name[9]);
}

int apply_ca_path(const struct option_spec *spec, void *of, const char *argument,
                  struct error *error)
{
    DIR *folder = opendir(argument);
    const struct dirent *entry;

    (void)spec;
    if (!folder)
        return error_set_errno(error, "cannot read '%s'", argument);
    while ((entry = readdir(folder)) && !is_hash_name(entry->d_name))
        ;
    closedir(folder);
    if (!entry)
        return error_set(error,
                         "no certificate in '%s' has its hash for a name (try "
                         "openssl rehash)",
                         argument);
    ((struct check *)of)->ca_path = argument;
    return 0;
}

int apply_cert(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    struct client_cert cert;
    int status;

    (void)spec;
    if (client_cert_split(&cert, argument))
        return out_of_memory(error);
    status = check_certificate(cert.file, error);
    client_cert_release(&cert);
    ((struct check *)of)->cert = argument;
    return status;
}

char *show_cert(const char *value, const char *origin)
{
    struct client_cert cert;
    char *shown = NULL, *hidden = NULL;

    (void)origin;
    if (client_cert_split(&cert, value))
        return NULL;
    if (asprintf(&shown, "%s%s", cert.file, *cert.password ? ":***" : "") < 0)
        shown = NULL;
    client_cert_release(&cert);
    hidden = shown ? escape_text(shown) : NULL;
    free(shown);
    return hidden;
}

int apply_key(const struct option_spec *spec, void *of, const char *argument, struct error *error)
{
    (void)spec;
    ((struct check *)of)->key = argument;
    return check_pem(argument, "PRIVATE KEY-----", "private key", error);
}

int options_fit(const struct check *check, struct error *error)
{
    struct error what;

    /* curl says nothing, and goes without. */
    if (check->key && !check->cert) {
        errno = EINVAL;
        return error_set(error, "key: the certificate that it belongs to is not given (cert)");
    }
    if (!check->cert || client_cert_check(check->cert, check->key, &what) == 0)
        return 0;
    return error_set(error, "%s: %s", check->key ? "key" : "cert", what.text);
}

/* "sha256//" and 32 bytes in base64, again behind a semicolon. */
static bool are_hashes(const char *text)
{
    static const char base64[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

    while (strncmp(text, "sha256//", 8) == 0) {
        text += 8;
        if (strspn(text, base64) != 43 || text[43] != '=')
            return false;
        text += 44;
        if (!*text)
            return true;
        if (*text++ != ';')
            return false;
    }
    return false;
}

/* The key as libcurl's pins have it. "sha256//" and the hash, in `pin`. */
static void hash_key(EVP_PKEY *key, char pin[64])
{
    unsigned char hash[SHA256_DIGEST_LENGTH];
    unsigned char *der = NULL;
    int length = i2d_PUBKEY(key, &der);

    SHA256(der, length > 0 ? (size_t)length : 0, hash);
    OPENSSL_free(der);
    strcpy(pin, "sha256//");
    EVP_EncodeBlock((unsigned char *)pin + 8, hash, sizeof(hash));
}

/* The public key in a file, PEM or DER. NULL with the reason. */
static EVP_PKEY *read_public_key(const char *name, struct error *error)
{
    size_t length;
    char *text = arg_file_read(name, &length, error);
    const unsigned char *der = (const unsigned char *)text;
    BIO *bio = text ? BIO_new_mem_buf(text, (int)length) : NULL;
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

    if (bio && !key)
        key = d2i_PUBKEY(NULL, &der, (long)length);
    if (bio && !key) {
        errno = EINVAL;
        error_set(error, "no public key in '%s' (try sha256//HASH)", name);
    }
    ERR_clear_error();
    BIO_free(bio);
    free(text);
    return key;
}

/* A file is read now: libcurl would for each connection, and blame the server if it cannot. */
int apply_pinned(const struct option_spec *spec, void *of, const char *argument,
                 struct error *error)
{
    struct check *check = of;
    bool is_file = strncmp(argument, "sha256//", 8) != 0;
    EVP_PKEY *key;
    char pin[64];

    (void)spec;
    if (!is_file && !are_hashes(argument))
        return error_set(error, "'%s' is not sha256//HASH[;sha256//HASH]...", argument);
    if (is_file) {
        key = read_public_key(argument, error);
        if (!key)
            return -1;
        hash_key(key, pin);
        EVP_PKEY_free(key);
    }
    string_list_release(&check->pinned);
    if (string_list_add_from(&check->pinned, is_file ? pin : argument, is_file ? argument : ""))
        return out_of_memory(error);
    return 0;
}
