/* SPDX-License-Identifier: MIT */
#ifndef BASE_HTTP_STATUS_H
#define BASE_HTTP_STATUS_H

/*
 * The reason phrase of a status as IANA registers it, for instance "Not Found"; NULL if it registers
 * none. Static. https://www.iana.org/assignments/http-status-codes
 */
const char *http_reason(int status);

/* For http_status_text(): the longest status with its phrase, and NUL. */
#define HTTP_STATUS_TEXT_BYTES 40

/*
 * Writes the status as messages name it, "404 Not Found", or "HTTP 799" if there is no phrase. What the
 * server sent as its phrase is left out: it has no meaning (RFC 9110, section 15.1), and HTTP/2 has
 * none. Returns text.
 */
const char *http_status_text(int status, char text[HTTP_STATUS_TEXT_BYTES]);

#endif
