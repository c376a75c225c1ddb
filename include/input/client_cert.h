/* SPDX-License-Identifier: MIT */
#ifndef INPUT_CLIENT_CERT_H
#define INPUT_CLIENT_CERT_H

#include "base/error.h"

/*
 * A client certificate as curl's --cert names it: "FILE[:PASSWORD]", the password that of the key;
 * in FILE \: is a colon and \\ a backslash. Both are PEM.
 */
struct client_cert {
    char *file;     /* owned */
    char *password; /* behind file, in the same storage; "": none */
};

/* 0, or -1 with errno ENOMEM. To be released. */
int client_cert_split(struct client_cert *cert, const char *given);
void client_cert_release(struct client_cert *cert);

/*
 * Whether the certificate and its key, which is in its file if key is NULL, can be read and belong
 * together. Where libcurl does not run on OpenSSL nobody knows, and they are taken for right.
 * 0; or -1 with the reason, a phrase without the option's name, and errno.
 */
int client_cert_check(const char *given, const char *key, struct error *error);

#endif
