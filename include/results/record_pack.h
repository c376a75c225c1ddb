/* SPDX-License-Identifier: MIT */
#ifndef RESULTS_RECORD_PACK_H
#define RESULTS_RECORD_PACK_H

#include <stddef.h>

#include "results/result_record.h"

/*
 * A record as bytes, for a file that only this process reads: pointers to names, which the pool has, are
 * kept as they are. About half as long as the line, and read 50 times as fast.
 */

/* Packed records begin at multiples of this, in memory and in a file. */
#define RECORD_ALIGN 8
/* How many of its first bytes record_packed_bytes() needs. */
#define RECORD_HEAD_BYTES 8

/* How many bytes the record takes, a multiple of RECORD_ALIGN. */
size_t record_pack_bytes(const struct result_record *record);

/* Packs the record into that many bytes. */
void record_pack(const struct result_record *record, size_t bytes, char *packed);

/* How many bytes a packed record takes, whose first bytes are at `packed`. */
size_t record_packed_bytes(const char *packed);

/* Unpacks a record, which then borrows its texts from the bytes, and changes some of them. */
void record_unpack(char *packed, struct result_record *record);

#endif
