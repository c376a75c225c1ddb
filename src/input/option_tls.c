/* SPDX-License-Identifier: MIT */
#include "option_parsers.h"

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

#include "base/alloc.h"
#include "base/escape.h"
#include "base/tls_library.h"
#include "input/arg_file.h"
#include "input/client_cert.h"

/* The options about certificates and keys. */

/*
 * Whether the file is regular (it is read again later) and has a PEM block of that kind (RFC 7468).
 */
static int check_pem(const char *name, const char *kind, const char *what, struct error *error)
{
    struct stat status;
    char line[256];
    bool is_found = false;
    FILE *file;

    /* Before fopen(3), which would wait for the other end of a pipe. */
    if (stat(name, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(error, "'%s' is not a regular file", name);
    file = fopen(name, "re");
    if (!file)
        return error_set_errno(error, "cannot read '%s'", name);
    while (!is_found && fgets(line, sizeof(line), file))
        is_found = strncmp(line, "-----BEGIN ", 11) == 0 && strstr(line, kind);
    fclose(file);
    return is_found ? 0 : error_set(error, "no %s in '%s'", what, name);
}

int validate_ca_file(const char *argument, struct error *error)
{
    return check_pem(argument, "CERTIFICATE-----", "certificate", error);
}

static int check_ca_folder(const char *path, struct error *error)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    if (!folder)
        return error_set_errno(error, "cannot read '%s'", path);
    while ((entry = readdir(folder)) && !tls_library_is_hash_name(entry->d_name))
        ;
    closedir(folder);
    if (entry)
        return 0;
    return error_set(error, "no certificate in '%s' is named by its hash (try openssl rehash)",
                     path);
}

/* As in curl, several folders are separated by colons. */
int validate_ca_path(const char *argument, struct error *error)
{
    char *copy = xstrdup(argument);
    char *rest = copy, *path;
    int status = 0;

    while (status == 0 && (path = strsep(&rest, ":")))
        status = check_ca_folder(path, error);
    free(copy);
    return status;
}

int validate_cert(const char *argument, struct error *error)
{
    struct client_cert cert;
    int status;

    client_cert_split(&cert, argument);
    status = check_pem(cert.file, "CERTIFICATE-----", "certificate", error);
    client_cert_release(&cert);
    return status;
}

int validate_key(const char *argument, struct error *error)
{
    return check_pem(argument, "PRIVATE KEY-----", "private key", error);
}

char *show_cert(const char *value, const char *origin)
{
    struct client_cert cert;
    char *shown, *escaped;

    (void)origin;
    client_cert_split(&cert, value);
    shown = xasprintf("%s%s", cert.file, *cert.password ? ":***" : "");
    escaped = escape_text(shown);
    free(shown);
    client_cert_release(&cert);
    return escaped;
}

/* One or more of "sha256//" and 32 bytes in base64, with semicolons between. */
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

/* "sha256//" and the hash of the key, as CURLOPT_PINNEDPUBLICKEY has it. */
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
static EVP_PKEY *read_public_key(const char *name, enum arg_files files, struct error *error)
{
    size_t length;
    char *text = arg_file_read(name, files, &length, error);
    const unsigned char *der = (const unsigned char *)text;
    BIO *bio = text ? BIO_new_mem_buf(text, (int)length) : NULL;
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL) : NULL;

    if (bio && !key)
        key = d2i_PUBKEY(NULL, &der, (long)length);
    if (text && !bio) {
        errno = ENOMEM;
        error_set(error, "out of memory");
    } else if (bio && !key) {
        errno = EINVAL;
        error_set(error, "no public key in '%s' (try sha256//HASH)", name);
    }
    ERR_clear_error();
    BIO_free(bio);
    free(text);
    return key;
}

bool uses_machine_if_key_file(const char *argument)
{
    return strncmp(argument, "sha256//", 8) != 0;
}

/*
 * A key file is read now. libcurl would read it for each connection, and report an unreadable file
 * as a fault of the server.
 */
int apply_pinned(const struct option_use *use, struct error *error)
{
    struct check *check = use->settings;
    const char *argument = use->argument;
    bool is_file = uses_machine_if_key_file(argument);
    EVP_PKEY *key;
    char pin[64];

    if (!is_file && !are_hashes(argument))
        return error_set(error, "'%s' is not sha256//HASH[;sha256//HASH]...", argument);
    if (is_file) {
        key = read_public_key(argument, use->files, error);
        if (!key)
            return -1;
        hash_key(key, pin);
        EVP_PKEY_free(key);
    }
    string_list_release(&check->pinned);
    string_list_add_from(&check->pinned, is_file ? pin : argument, is_file ? argument : "");
    return 0;
}
