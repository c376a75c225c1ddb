/* SPDX-License-Identifier: MIT */
#include "decoder.h"

#define ZLIB_CONST /* for next_in */

#include <brotli/decode.h>
#include <curl/curl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/alloc.h"

/* The largest part that is passed on: it bounds what a bomb can bring before it is stopped. */
#define OUTPUT_BYTES ((size_t)16 * 1024)
/* As in libcurl: several encodings are rare, and each multiplies what a bomb costs. */
#define ENCODINGS_MAX 5
/* RFC 9659, section 3: windows of Content-Encoding zstd have at most 8 MiB. */
#define ZSTD_WINDOW_LOG_MAX 23
/* Of the names in Content-Encoding. */
#define SEPARATORS ", \t\r\n"
/* RFC 8878, section 3.1.1: the magic number, with which a frame begins. */
#define ZSTD_MAGIC_BYTES 4

enum encoding { GZIP, DEFLATE, BROTLI, ZSTD };

struct decoder {
    enum encoding encoding;
    bool is_begun; /* one of stream, brotli and zstd is set up */
    bool is_ended; /* Zstandard: perhaps another frame follows (RFC 8878, section 3.1) */
    size_t bytes_after_end;
    z_stream stream;
    BrotliDecoderState *brotli;
    ZSTD_DStream *zstd;
    uint8_t output[OUTPUT_BYTES];
    struct decoder *next; /* decodes what this one writes; NULL: write() gets it */
    decoder_write *write;
    void *data;
};

static const struct {
    const char *name;
    enum encoding encoding;
} names[] = {{"gzip", GZIP},
             {"x-gzip", GZIP},
             {"deflate", DEFLATE},
             {"br", BROTLI},
             {"zstd", ZSTD}};

const char *decoder_accepts(void)
{
    static const char *const values[] = {"deflate, gzip", "deflate, gzip, br",
                                         "deflate, gzip, zstd", "deflate, gzip, br, zstd"};
    int features = curl_version_info(CURLVERSION_NOW)->features;

    return values[!!(features & CURL_VERSION_BROTLI) + 2 * !!(features & CURL_VERSION_ZSTD)];
}

/* Puts a decoder before `next`, which it owns from then on. NULL: the name is unknown. */
static struct decoder *prepend(const char *name, struct decoder *next)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        struct decoder *decoder;

        if (strcasecmp(name, names[i].name) != 0)
            continue;
        decoder = xcalloc(1, sizeof(*decoder));
        decoder->encoding = names[i].encoding;
        decoder->next = next;
        return decoder;
    }
    return NULL;
}

/* Elements of the list that encode nothing; some servers send "none". */
static bool is_nothing(const char *name)
{
    return !*name || strcasecmp(name, "identity") == 0 || strcasecmp(name, "none") == 0;
}

bool decoder_is_needed(const char *encodings, size_t length)
{
    char *copy = xstrndup(encodings, length);
    char *rest = copy, *name;
    bool is_needed = false;

    while (!is_needed && (name = strsep(&rest, SEPARATORS)))
        is_needed = !is_nothing(name);
    free(copy);
    return is_needed;
}

struct decoder *decoder_new(const char *encodings, decoder_write *write, void *data)
{
    struct decoder *first = NULL, *last = NULL, *longer;
    char *copy = xstrdup(encodings);
    char *rest = copy, *name;
    int count = 0;

    while ((name = strsep(&rest, SEPARATORS))) {
        if (is_nothing(name))
            continue;
        longer = ++count > ENCODINGS_MAX ? NULL : prepend(name, first);
        if (!longer) {
            decoder_free(first);
            first = NULL;
            break;
        }
        first = longer;
        last = last ? last : longer;
    }
    free(copy);
    if (first) {
        last->write = write;
        last->data = data;
    }
    return first;
}

void decoder_free(struct decoder *decoder)
{
    while (decoder) {
        struct decoder *next = decoder->next;

        inflateEnd(&decoder->stream);
        BrotliDecoderDestroyInstance(decoder->brotli);
        ZSTD_freeDStream(decoder->zstd);
        free(decoder);
        decoder = next;
    }
}

/*
 * "deflate" is the zlib format, but some servers send deflate without it, and browsers accept that.
 * Its first byte tells: in zlib's, the lower half is 8 (RFC 1950, section 2.2); in deflate, that
 * begins an uncompressed block, with bits that no program sets (RFC 1951, section 3.2.4).
 */
static int window_bits(const struct decoder *decoder, char first)
{
    if (decoder->encoding == GZIP)
        return MAX_WBITS + 32; /* or zlib's format, as in libcurl */
    return (first & 0x0f) == 8 ? MAX_WBITS : -MAX_WBITS;
}

static bool begin(struct decoder *decoder, char first)
{
    switch (decoder->encoding) {
    case BROTLI:
        decoder->brotli = BrotliDecoderCreateInstance(NULL, NULL, NULL);
        decoder->is_begun = decoder->brotli;
        break;
    case ZSTD:
        decoder->zstd = ZSTD_createDStream();
        decoder->is_begun = decoder->zstd &&
                            !ZSTD_isError(ZSTD_DCtx_setParameter(decoder->zstd, ZSTD_d_windowLogMax,
                                                                 ZSTD_WINDOW_LOG_MAX));
        break;
    default:
        decoder->is_begun = inflateInit2(&decoder->stream, window_bits(decoder, first)) == Z_OK;
    }
    return decoder->is_begun;
}

/* Decodes a part of *bytes, and moves *bytes and *count past it. Sets *written. */
static enum decoder_status inflate_part(struct decoder *decoder, const uint8_t **bytes,
                                        size_t *count, size_t *written)
{
    z_stream *stream = &decoder->stream;
    int status;

    stream->next_in = *bytes;
    stream->avail_in = (uInt)*count;
    stream->next_out = decoder->output;
    stream->avail_out = (uInt)OUTPUT_BYTES;
    status = inflate(stream, Z_NO_FLUSH);
    *bytes = stream->next_in;
    *count = stream->avail_in;
    *written = OUTPUT_BYTES - stream->avail_out;
    switch (status) {
    case Z_OK:
    case Z_BUF_ERROR: return DECODER_MORE; /* it needs more input */
    case Z_STREAM_END: return DECODER_ENDED;
    case Z_MEM_ERROR: return DECODER_NO_MEMORY;
    default: return DECODER_INVALID;
    }
}

static enum decoder_status brotli_part(struct decoder *decoder, const uint8_t **bytes,
                                       size_t *count, size_t *written)
{
    uint8_t *output = decoder->output;
    size_t left = OUTPUT_BYTES;
    BrotliDecoderResult result =
        BrotliDecoderDecompressStream(decoder->brotli, count, bytes, &left, &output, NULL);
    BrotliDecoderErrorCode error;

    *written = OUTPUT_BYTES - left;
    if (result == BROTLI_DECODER_RESULT_SUCCESS)
        return DECODER_ENDED;
    if (result != BROTLI_DECODER_RESULT_ERROR)
        return DECODER_MORE;
    error = BrotliDecoderGetErrorCode(decoder->brotli);
    return error <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
                   error >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES
               ? DECODER_NO_MEMORY
               : DECODER_INVALID;
}

static enum decoder_status zstd_part(struct decoder *decoder, const uint8_t **bytes, size_t *count,
                                     size_t *written)
{
    ZSTD_inBuffer input = {.src = *bytes, .size = *count};
    ZSTD_outBuffer output = {.dst = decoder->output, .size = OUTPUT_BYTES};
    size_t result = ZSTD_decompressStream(decoder->zstd, &output, &input);

    *bytes += input.pos;
    *count -= input.pos;
    *written = output.pos;
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        return DECODER_NO_MEMORY;
    if (ZSTD_isError(result))
        return decoder->is_ended ? DECODER_SURPLUS : DECODER_INVALID;
    return result == 0 ? DECODER_ENDED : DECODER_MORE;
}

static enum decoder_status decode_part(struct decoder *decoder, const uint8_t **bytes,
                                       size_t *count, size_t *written)
{
    switch (decoder->encoding) {
    case BROTLI: return brotli_part(decoder, bytes, count, written);
    case ZSTD: return zstd_part(decoder, bytes, count, written);
    default: return inflate_part(decoder, bytes, count, written);
    }
}

static bool are_all_ended(const struct decoder *decoder)
{
    while (decoder && decoder->is_ended)
        decoder = decoder->next;
    return !decoder;
}

static enum decoder_status pass_on(const struct decoder *decoder, size_t count)
{
    const char *bytes = (const char *)decoder->output;

    if (decoder->next)
        return decoder_feed(decoder->next, bytes, count);
    return decoder->write(decoder->data, bytes, count) ? DECODER_MORE : DECODER_STOPPED;
}

/* Whether a status ends the decoding. */
static bool is_final(enum decoder_status status)
{
    return status == DECODER_INVALID || status == DECODER_STOPPED || status == DECODER_NO_MEMORY;
}

/* Notes that a part of this many bytes was decoded. */
static void note_part(struct decoder *decoder, enum decoder_status status, size_t count,
                      size_t written)
{
    decoder->bytes_after_end += count;
    if (status == DECODER_ENDED) {
        decoder->is_ended = true;
        decoder->bytes_after_end = 0;
    } else if (written || decoder->bytes_after_end >= ZSTD_MAGIC_BYTES) {
        decoder->is_ended = false; /* another frame */
    }
}

enum decoder_status decoder_feed(struct decoder *decoder, const char *bytes, size_t count)
{
    const uint8_t *input = (const uint8_t *)bytes;
    enum decoder_status status = DECODER_MORE, passed = DECODER_MORE;
    size_t written = 0;

    if (decoder->is_ended && decoder->encoding != ZSTD && count)
        return DECODER_SURPLUS;
    if (count && !decoder->is_begun && !begin(decoder, *bytes))
        return DECODER_NO_MEMORY;
    /* If the output is full, there may be more of it without any input. */
    while (count || written == OUTPUT_BYTES) {
        size_t before = count;

        status = decode_part(decoder, &input, &count, &written);
        if (written)
            passed = pass_on(decoder, written);
        if (is_final(passed))
            return passed;
        if (is_final(status) || status == DECODER_SURPLUS)
            return status;
        note_part(decoder, status, before - count, written);
        if (decoder->is_ended && decoder->encoding != ZSTD)
            break;
    }
    return are_all_ended(decoder) ? DECODER_ENDED : DECODER_MORE;
}
