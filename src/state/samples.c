/* SPDX-License-Identifier: MIT */
#include "samples.h"

#include "base/clock.h"

/*
 * A result in a blob:
 *
 *     1 to 3 bytes   seconds since the result before it, or since the day began: 7 bits in each byte,
 *                    the lowest first; the highest bit is set in all bytes but the last (LEB128)
 *     2 bytes        vvmeeeee ffffffff: the verdict, whether it came in maintenance hours, and the
 *                    latency in microseconds as a floating-point number of 13 bits: f if e is 0, else
 *                    (256 + f) * 2^(e - 1); 0: there is none
 */

#define DAY_S ((int64_t)86400)
#define SECONDS_BYTES_MAX 3
#define FRACTION_BITS 8
#define MAINTENANCE_BIT 0x2000u
#define VERDICT_SHIFT 14
#define LATENCY_MASK 0x1fffu
#define LATENCY_MAX_US (INT64_C(511) << 30)

int64_t samples_day(int64_t time_us)
{
    int64_t day_us = DAY_S * CLOCK_S;

    return time_us / day_us - (time_us % day_us < 0);
}

int64_t samples_day_begin_us(int64_t day)
{
    return day * DAY_S * CLOCK_S;
}

/* Rounded to the nearest; a latency is never 0 when it is there. */
static unsigned pack_latency(int64_t latency_us)
{
    unsigned exponent = 1;
    int64_t fraction = latency_us;

    if (latency_us < 1 << FRACTION_BITS)
        return (unsigned)(latency_us > 0 ? latency_us : 0);
    if (latency_us >= LATENCY_MAX_US)
        return LATENCY_MASK;
    while (fraction >= 2 << FRACTION_BITS) {
        exponent++;
        fraction = ((latency_us >> (exponent - 2)) + 1) >> 1;
    }
    return exponent << FRACTION_BITS | ((unsigned)fraction & 0xff);
}

static int64_t unpack_latency(unsigned packed)
{
    unsigned exponent = packed >> FRACTION_BITS;
    int64_t fraction = packed & 0xff;

    return exponent ? (fraction + (1 << FRACTION_BITS)) << (exponent - 1) : fraction;
}

void sample_reader_init(struct sample_reader *reader, int64_t day, const unsigned char *blob,
                        size_t length)
{
    *reader = (struct sample_reader){
        .next = blob,
        .end = length ? blob + length : blob,
        .day_begin_s = day * DAY_S,
    };
}

/* Reads the seconds since the result before. Returns the byte after them, or NULL. */
static const unsigned char *read_seconds(const struct sample_reader *reader, int64_t *seconds)
{
    *seconds = 0;
    for (int i = 0; i < SECONDS_BYTES_MAX && reader->next + i < reader->end; i++) {
        *seconds |= (int64_t)(reader->next[i] & 0x7f) << 7 * i;
        if (!(reader->next[i] & 0x80))
            return reader->next + i + 1;
    }
    return NULL;
}

bool sample_reader_next(struct sample_reader *reader, struct sample *sample)
{
    int64_t seconds;
    const unsigned char *bytes = read_seconds(reader, &seconds);
    unsigned packed;

    if (!bytes || reader->end - bytes < 2 || reader->second + seconds >= DAY_S)
        return false;
    packed = (unsigned)bytes[0] << 8 | bytes[1];
    reader->next = bytes + 2;
    reader->second += seconds;
    *sample = (struct sample){
        .time_us = (reader->day_begin_s + reader->second) * CLOCK_S,
        .latency_us = unpack_latency(packed & LATENCY_MASK),
        .verdict = (enum verdict)(packed >> VERDICT_SHIFT),
        .is_maintenance = packed & MAINTENANCE_BIT,
    };
    return true;
}

size_t samples_append(unsigned char *blob, size_t length, const struct sample *sample)
{
    int64_t day = samples_day(sample->time_us);
    int64_t second = (sample->time_us - samples_day_begin_us(day)) / CLOCK_S;
    unsigned packed = (unsigned)sample->verdict << VERDICT_SHIFT |
                      (sample->is_maintenance ? MAINTENANCE_BIT : 0) |
                      pack_latency(sample->latency_us);
    struct sample_reader reader;
    struct sample last;
    unsigned char *next;

    sample_reader_init(&reader, day, blob, length);
    while (sample_reader_next(&reader, &last))
        continue;
    next = blob + (reader.next - blob);
    second = second > reader.second ? second - reader.second : 0;
    for (; second > 0x7f; second >>= 7)
        *next++ = (unsigned char)(second | 0x80);
    *next++ = (unsigned char)second;
    *next++ = (unsigned char)(packed >> 8);
    *next++ = (unsigned char)packed;
    return (size_t)(next - blob);
}
