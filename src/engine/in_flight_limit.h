/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_IN_FLIGHT_LIMIT_H
#define ENGINE_IN_FLIGHT_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many checks may be in flight on a machine that runs out of descriptors, threads or ports:
 * multiplicative decrease at a shortage, additive increase by one after enough successes. Each
 * shortage doubles what is enough. While more checks are in flight than a lowered limit allows,
 * another shortage is still the old one and lowers nothing.
 */
struct in_flight_limit {
    size_t maximum; /* --parallel-max, or what the descriptors allow */
    size_t current;
    size_t successes;        /* since the limit changed */
    size_t successes_wanted; /* before it is raised by one; 0: it was never lowered */
    bool is_draining;        /* more are in flight than the lowered limit */
};

/* Successes wanted after the first shortage. */
#define IN_FLIGHT_SUCCESSES 64

void in_flight_limit_init(struct in_flight_limit *limit, size_t maximum);

/* A check had all that it needed. True: the limit was raised. */
bool in_flight_limit_succeed(struct in_flight_limit *limit);

/* The limit to set if a check met a shortage: three quarters of those in flight. */
size_t in_flight_limit_decreased(const struct in_flight_limit *limit, size_t in_flight);

/*
 * A shortage occurred while in_flight checks were in flight: the limit becomes target, at least 1.
 * True if that is lower than before. False if it is not, or if checks above an earlier limit still
 * drain.
 */
bool in_flight_limit_lower(struct in_flight_limit *limit, size_t target, size_t in_flight);

/* Sets how many checks are in flight: ends the draining once they are few enough. */
void in_flight_limit_update(struct in_flight_limit *limit, size_t in_flight);

#endif
