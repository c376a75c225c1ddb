/* SPDX-License-Identifier: MIT */
#ifndef PROBE_DECODER_H
#define PROBE_DECODER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Decodes a compressed body (RFC 9110, section 8.4.1). libcurl can do so too, but does not tell
 * whether the compressed data ended before the body did. Used by one thread at a time.
 */
struct decoder;

/*
 * The value of Accept-Encoding: what is decoded here and by this libcurl, in the same order, so that
 * the request is the same as curl's. Static.
 */
const char *decoder_accepts(void);

enum decoder_status {
    DECODER_MORE,    /* all bytes are decoded, and others have to follow */
    DECODER_ENDED,   /* the compressed data has ended; what came after its end was ignored */
    DECODER_SURPLUS, /* it had ended before, and these bytes do not belong to it */
    DECODER_INVALID, /* the bytes are not in that encoding */
    DECODER_STOPPED, /* write() returned false */
    DECODER_NO_MEMORY
};

/* Receives decoded bytes. False: no more are wanted. */
typedef bool decoder_write(void *data, const char *bytes, size_t count);

/* Whether a value of Content-Encoding names any encoding: "identity" and "none" are none. */
bool decoder_is_needed(const char *encodings, size_t length);

/*
 * A decoder for the value of Content-Encoding: one encoding, or several in the order in which they
 * were applied. NULL: one of them is unknown, or there is none.
 */
struct decoder *decoder_new(const char *encodings, decoder_write *write, void *data);

/* Frees a decoder. NULL is fine. */
void decoder_free(struct decoder *decoder);

/* Decodes the next bytes, and calls write() with the result, in parts. */
enum decoder_status decoder_feed(struct decoder *decoder, const char *bytes, size_t count);

#endif
