/* SPDX-License-Identifier: MIT */
#include "input/client_cert.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/tls_library.h"
#include "input/arg_file.h"

void client_cert_split(struct client_cert *cert, const char *given)
{
    char *end = xmalloc(strlen(given) + 2);

    cert->file = end;
    for (; *given && *given != ':'; given++) {
        if (*given == '\\' && (given[1] == ':' || given[1] == '\\'))
            given++;
        *end++ = *given;
    }
    *end++ = '\0';
    cert->password = end;
    strcpy(end, *given ? given + 1 : given);
}

void client_cert_release(struct client_cert *cert)
{
    free(cert->file);
    *cert = (struct client_cert){0};
}

/* A pem_password_cb: without one, OpenSSL would prompt for a password on the terminal. */
static int give_password(char *buffer, int size, int writing, void *password)
{
    int length = (int)strlen(password);

    (void)writing;
    if (length == 0 || length > size)
        return -1;
    memcpy(buffer, password, (size_t)length);
    return length;
}

/* Opens a file for OpenSSL; the caller frees *text after the BIO. NULL with the reason. */
static BIO *open_text(const char *name, char **text, struct error *error)
{
    BIO *bio;

    *text = arg_file_read_text(name, ARG_FILES_REGULAR, error);
    bio = *text ? BIO_new_mem_buf(*text, -1) : NULL;
    if (*text && !bio) {
        errno = ENOMEM;
        error_set(error, "out of memory");
    }
    return bio;
}

static X509 *read_certificate(const struct client_cert *cert, struct error *error)
{
    X509 *certificate = NULL;
    char *text;
    BIO *bio = open_text(cert->file, &text, error);

    if (bio) {
        errno = EINVAL;
        certificate = PEM_read_bio_X509(bio, NULL, give_password, cert->password);
        if (!certificate)
            error_set(error, "no certificate in '%s'", cert->file);
    }
    BIO_free(bio);
    free(text);
    return certificate;
}

static EVP_PKEY *read_key(const struct client_cert *cert, const char *file, struct error *error)
{
    EVP_PKEY *key = NULL;
    char *text;
    BIO *bio = open_text(file, &text, error);

    if (bio) {
        errno = EINVAL;
        key = PEM_read_bio_PrivateKey(bio, NULL, give_password, cert->password);
    }
    if (bio && !key)
        error_set(error,
                  strstr(text, "ENCRYPTED")
                      ? "the password of the key in '%s' is missing or wrong (try "
                        "--cert FILE:PASSWORD)"
                      : "no private key in '%s'",
                  file);
    BIO_free(bio);
    free(text);
    return key;
}

static int check_pair(const struct client_cert *cert, const char *key_file, struct error *error)
{
    X509 *certificate = read_certificate(cert, error);
    EVP_PKEY *key = certificate ? read_key(cert, key_file, error) : NULL;
    int status = key ? 0 : -1;

    if (key && X509_check_private_key(certificate, key) != 1) {
        errno = EINVAL;
        status = error_set(error, "the key in '%s' does not belong to the certificate in '%s'",
                           key_file, cert->file);
    }
    EVP_PKEY_free(key);
    X509_free(certificate);
    ERR_clear_error();
    return status;
}

int client_cert_check(const char *given, const char *key, struct error *error)
{
    struct client_cert cert;
    int status;

    if (!tls_library_is_openssl())
        return 0;
    client_cert_split(&cert, given);
    status = check_pair(&cert, key ? key : cert.file, error);
    client_cert_release(&cert);
    return status;
}
