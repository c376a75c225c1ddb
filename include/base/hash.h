/* SPDX-License-Identifier: MIT */
#ifndef BASE_HASH_H
#define BASE_HASH_H

/*
 * uthash with memory from base/alloc.h, so that adding to a table cannot fail. Include this, never
 * <uthash.h> itself. https://troydhanson.github.io/uthash/
 */

#include <stdlib.h>

#include "base/alloc.h"

#define uthash_malloc(bytes) xmalloc(bytes)
#define uthash_free(memory, bytes) free(memory)
#include <uthash.h>

#endif
