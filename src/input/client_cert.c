/* SPDX-License-Identifier: MIT */
#include "input/client_cert.h"

#include <curl/curl.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "input/arg_file.h"

int client_cert_split(struct client_cert *cert, const char *given)
{
    char *end = malloc(strlen(given) + 2);

    *cert = (struct client_cert){.file = end};
    if (!end)
        return -1;
    for (; *given && *given != ':'; given++) {
        if (*given == '\\' && (given[1] == ':' || given[1] == '\\'))
            given++;
        *end++ = *given;
    }
    *end++ = '\0';
    cert->password = end;
    strcpy(end, *given ? given + 1 : given);
    return 0;
}

void client_cert_release(struct client_cert *cert)
{
    free(cert->file);
    *cert = (struct client_cert){0};
}

/* OpenSSL's own way is to ask for it on the terminal. */
static int give_password(char *buffer, int size, int writing, void *password)
{
    int length = (int)strlen(password);

    (void)writing;
    if (length == 0 || length > size)
        return -1;
    memcpy(buffer, password, (size_t)length);
    return length;
}

/* What is in a file, for OpenSSL to read; *text keeps it. NULL with the reason. */
static BIO *open_text(const char *name, char **text, struct error *error)
{
    BIO *bio;

    *text = arg_file_read_text(name, error);
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
                  strstr(text, "ENCRYPTED") ? "the key in '%s' needs its right password (try "
                                              "--cert FILE:PASSWORD)"
                                            : "no private key in '%s'",
                  file);
    BIO_free(bio);
    free(text);
    return key;
}

static bool is_on_openssl(void)
{
    const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;

    return library && strncmp(library, "OpenSSL/", 8) == 0;
}

static int check_pair(const struct client_cert *cert, const char *key_file, struct error *error)
{
    X509 *certificate = read_certificate(cert, error);
    EVP_PKEY *key = certificate ? read_key(cert, key_file, error) : NULL;
    int status = key ? 0 : -1;

    if (key && X509_check_private_key(certificate, key) != 1) {
        errno = EINVAL;
        status = error_set(error, "the key in '%s' is not that of the certificate in '%s'",
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

    if (!is_on_openssl())
        return 0;
    if (client_cert_split(&cert, given))
        return error_set(error, "out of memory");
    status = check_pair(&cert, key ? key : cert.file, error);
    client_cert_release(&cert);
    return status;
}
