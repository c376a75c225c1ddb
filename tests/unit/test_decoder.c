/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <zlib.h>

#include "probe/decoder.h"

#define TEXT_BYTES ((size_t)50000)

/* What the decoder wrote. */
static char written[TEXT_BYTES + 1];
static size_t written_bytes, wanted_bytes;

static bool take(void *data, const char *bytes, size_t count)
{
    (void)data;
    assert_true(written_bytes + count <= sizeof(written));
    memcpy(written + written_bytes, bytes, count);
    written_bytes += count;
    return written_bytes <= wanted_bytes;
}

/* Compressed data, and what it is when decoded. */
struct sample {
    const char *encodings;
    char bytes[4096];
    size_t count;
    const char *text;
    size_t text_bytes;
};

static char text[TEXT_BYTES];

static void compress_with(int window_bits, struct sample *sample, const char *from, size_t length)
{
    z_stream stream = {.next_in = (unsigned char *)(uintptr_t)from,
                       .avail_in = (unsigned)length,
                       .next_out = (unsigned char *)sample->bytes,
                       .avail_out = sizeof(sample->bytes)};

    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    sample->count = sizeof(sample->bytes) - stream.avail_out;
    deflateEnd(&stream);
    sample->text = text;
    sample->text_bytes = TEXT_BYTES;
}

static size_t make_samples(struct sample *samples)
{
    /* RFC 7932, section 9.2: an uncompressed block of two bytes, and the last, empty block. */
    static const char brotli[] = {(char)0x8b, 0, (char)0x80, 'o', 'k', 3};
    /* RFC 8878, section 3.1.1: a frame without a size, with two raw blocks. */
    static const char zstd[] = {0x28, (char)0xb5, 0x2f, (char)0xfd, 0, 64, 0x10, 0,
                                0,    'o',        'k',  0x11,       0, 0,  'a',  'y'};

    for (size_t i = 0; i < TEXT_BYTES; i++)
        text[i] = "all work and no play\n"[i % 21];
    samples[0] = (struct sample){.encodings = "gzip"};
    compress_with(MAX_WBITS + 16, &samples[0], text, TEXT_BYTES);
    samples[1] = (struct sample){.encodings = "Deflate"};
    compress_with(MAX_WBITS, &samples[1], text, TEXT_BYTES);
    samples[2] = (struct sample){.encodings = "deflate"};
    compress_with(-MAX_WBITS, &samples[2], text, TEXT_BYTES);
    samples[3] = (struct sample){.encodings = "deflate,\tx-gzip"};
    compress_with(MAX_WBITS + 16, &samples[3], samples[1].bytes, samples[1].count);
    samples[4] =
        (struct sample){.encodings = "br", .count = sizeof(brotli), .text = "ok", .text_bytes = 2};
    memcpy(samples[4].bytes, brotli, sizeof(brotli));
    samples[5] = (struct sample){.encodings = "zstd",
                                 .count = sizeof(zstd),
                                 .text = "okay",
                                 .text_bytes = 4};
    memcpy(samples[5].bytes, zstd, sizeof(zstd));
    return 6;
}

/* Feeds the first bytes of a sample, in pieces. */
static enum decoder_status feed(const struct sample *sample, size_t count, size_t piece)
{
    struct decoder *decoder = decoder_new(sample->encodings, take, NULL);
    enum decoder_status status = DECODER_MORE;

    assert_non_null(decoder);
    written_bytes = 0;
    wanted_bytes = TEXT_BYTES;
    for (size_t at = 0; at < count; at += piece)
        status = decoder_feed(decoder, sample->bytes + at, at + piece > count ? count - at : piece);
    decoder_free(decoder);
    return status;
}

static struct sample samples[8];

TEST(data_ends_with_its_last_byte)
{
    size_t count = make_samples(samples);

    for (size_t i = 0; i < count; i++) {
        const struct sample *sample = &samples[i];

        for (size_t piece = 1; piece <= sample->count; piece += piece < 5 ? 1 : 97) {
            assert_int_equal(feed(sample, sample->count, piece), DECODER_ENDED);
            assert_int_equal(written_bytes, sample->text_bytes);
            assert_memory_equal(written, sample->text, sample->text_bytes);
        }
        for (size_t cut = 0; cut < sample->count; cut++)
            assert_int_equal(feed(sample, cut, 64), DECODER_MORE);
    }
}

TEST(bytes_after_the_end_are_ignored)
{
    size_t count = make_samples(samples);

    for (size_t i = 0; i < count; i++) {
        struct sample longer = samples[i];

        memcpy(longer.bytes + longer.count, "more", 4);
        for (size_t piece = 1; piece < 9; piece++) {
            assert_in_range(feed(&longer, longer.count + 4, piece), DECODER_ENDED, DECODER_SURPLUS);
            assert_int_equal(written_bytes, longer.text_bytes);
        }
    }
}

/* RFC 8878, section 3.1: as many frames as there are. */
TEST(frames_of_zstd_are_complete)
{
    size_t count = make_samples(samples);

    for (size_t i = 0; i < count; i++) {
        struct sample twice = samples[i];

        if (strcmp(twice.encodings, "zstd") != 0)
            continue;
        memcpy(twice.bytes + twice.count, samples[i].bytes, twice.count);
        for (size_t piece = 1; piece < 9; piece++) {
            for (size_t cut = 4; cut < twice.count; cut++)
                assert_int_equal(feed(&twice, twice.count + cut, piece), DECODER_MORE);
            assert_int_equal(feed(&twice, 2 * twice.count, piece), DECODER_ENDED);
            assert_int_equal(written_bytes, 2 * twice.text_bytes);
        }
    }
}

TEST(other_data_is_invalid)
{
    static const char *const encodings[] = {"gzip", "br"};
    struct sample sample = {.bytes = "<html>no compression at all</html>", .count = 34};

    for (size_t i = 0; i < COUNT_OF(encodings); i++) {
        sample.encodings = encodings[i];
        assert_int_equal(feed(&sample, sample.count, sample.count), DECODER_INVALID);
    }
}

TEST(writing_can_be_stopped)
{
    struct decoder *decoder;

    make_samples(samples);
    decoder = decoder_new("gzip", take, NULL);
    written_bytes = 0;
    wanted_bytes = 100;
    assert_int_equal(decoder_feed(decoder, samples[0].bytes, samples[0].count), DECODER_STOPPED);
    assert_in_range(written_bytes, 101, TEXT_BYTES - 1);
    decoder_free(decoder);
}

TEST(unknown_encodings)
{
    static const char *const encodings[] = {"", "compress", "gzip, banana", "br;q=1",
                                            "br,br,br,br,br,br"};

    for (size_t i = 0; i < COUNT_OF(encodings); i++)
        assert_null(decoder_new(encodings[i], take, NULL));
    decoder_free(NULL);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_ends_with_its_last_byte),
        cmocka_unit_test(bytes_after_the_end_are_ignored),
        cmocka_unit_test(frames_of_zstd_are_complete),
        cmocka_unit_test(other_data_is_invalid),
        cmocka_unit_test(writing_can_be_stopped),
        cmocka_unit_test(unknown_encodings),
    };

    return RUN_TESTS(tests);
}
