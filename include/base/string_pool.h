/* SPDX-License-Identifier: MIT */
#ifndef BASE_STRING_POOL_H
#define BASE_STRING_POOL_H

/* Texts of which each is kept once: names that many records share. Any thread may get one. */
struct string_pool;

struct string_pool *string_pool_new(void);

/* Frees all texts. NULL is fine. */
void string_pool_free(struct string_pool *pool);

/* The pool's copy of a text, always the same for equal texts; valid until the pool is freed. */
const char *string_pool_get(struct string_pool *pool, const char *text);

#endif
