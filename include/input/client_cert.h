/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CLIENT_CERT_H
#define INPUT_CLIENT_CERT_H

#include "base/error.h"

/*
 * A client certificate as in curl's --cert, "FILE[:PASSWORD]" with the password of its key. In FILE,
 * \: is a colon and \\ a backslash. Certificate and key are PEM.
 */
struct client_cert {
    char *file;     /* owned */
    char *password; /* in the same storage; "": none */
};

/* The caller releases *cert. */
void client_cert_split(struct client_cert *cert, const char *given);
void client_cert_release(struct client_cert *cert);

/*
 * Whether the certificate and its key can be read and belong together. key is the file of the key;
 * NULL if it is in the same file as the certificate. If libcurl does not run on the OpenSSL that
 * urlcheck is linked with, this cannot be checked, and is assumed.
 * 0; or -1 with the reason, a phrase without the option's name, and errno.
 */
int client_cert_check(const char *given, const char *key, struct error *error);

#endif
