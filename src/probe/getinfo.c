/* SPDX-License-Identifier: MIT */
#include "getinfo.h"

#include <stddef.h>

#include "base/alloc.h"

static const struct {
    CURLINFO info;
    size_t field;
} infos[] = {
    {CURLINFO_NAMELOOKUP_TIME_T, offsetof(struct transfer_facts, namelookup_us)},
    {CURLINFO_CONNECT_TIME_T, offsetof(struct transfer_facts, connect_us)},
    {CURLINFO_APPCONNECT_TIME_T, offsetof(struct transfer_facts, appconnect_us)},
    {CURLINFO_PRETRANSFER_TIME_T, offsetof(struct transfer_facts, pretransfer_us)},
    {CURLINFO_STARTTRANSFER_TIME_T, offsetof(struct transfer_facts, starttransfer_us)},
    {CURLINFO_REDIRECT_TIME_T, offsetof(struct transfer_facts, redirect_us)},
    {CURLINFO_NUM_CONNECTS, offsetof(struct transfer_facts, connects)},
    {CURLINFO_LOCAL_PORT, offsetof(struct transfer_facts, local_port)},
    {CURLINFO_PROXY_SSL_VERIFYRESULT, offsetof(struct transfer_facts, proxy_verify_result)},
    {CURLINFO_HEADER_SIZE, offsetof(struct transfer_facts, header_bytes)},
    {CURLINFO_REQUEST_SIZE, offsetof(struct transfer_facts, request_bytes)},
    {CURLINFO_SIZE_DOWNLOAD_T, offsetof(struct transfer_facts, download_bytes)},
    {CURLINFO_SIZE_UPLOAD_T, offsetof(struct transfer_facts, upload_bytes)},
    {CURLINFO_SPEED_DOWNLOAD_T, offsetof(struct transfer_facts, download_bytes_per_s)},
    {CURLINFO_SPEED_UPLOAD_T, offsetof(struct transfer_facts, upload_bytes_per_s)},
    {CURLINFO_EFFECTIVE_URL, offsetof(struct transfer_facts, effective_url)},
    {CURLINFO_REDIRECT_URL, offsetof(struct transfer_facts, redirect_url)},
    {CURLINFO_EFFECTIVE_METHOD, offsetof(struct transfer_facts, method)},
    {CURLINFO_SCHEME, offsetof(struct transfer_facts, scheme)},
    {CURLINFO_REFERER, offsetof(struct transfer_facts, referer)},
    {CURLINFO_LOCAL_IP, offsetof(struct transfer_facts, local_ip)},
};

static void copy_text(CURL *easy, CURLINFO info, char **field)
{
    const char *text = NULL;

    curl_easy_getinfo(easy, info, &text);
    if (text && *text)
        *field = xstrdup(text);
}

static void copy_number(CURL *easy, CURLINFO info, int64_t *field)
{
    long number = 0;
    curl_off_t long_number = 0;

    if ((info & CURLINFO_TYPEMASK) == CURLINFO_LONG)
        curl_easy_getinfo(easy, info, &number);
    else
        curl_easy_getinfo(easy, info, &long_number);
    *field = number + long_number;
}

/*
 * With redirects on one connection, libcurl adds up to a microsecond to some times for each, so that a
 * later one can be less. A time that was reached is at least the one before.
 */
static void order_times(struct transfer_facts *facts)
{
    int64_t *const times[] = {&facts->namelookup_us, &facts->connect_us, &facts->appconnect_us,
                              &facts->pretransfer_us, &facts->starttransfer_us};
    int64_t latest_us = 0;

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        if (*times[i] && *times[i] < latest_us)
            *times[i] = latest_us;
        if (*times[i])
            latest_us = *times[i];
    }
}

struct transfer_facts *getinfo_facts(CURL *easy)
{
    struct transfer_facts *facts = xcalloc(1, sizeof(*facts));

    for (size_t i = 0; i < sizeof(infos) / sizeof(infos[0]); i++) {
        void *field = (char *)facts + infos[i].field;

        if ((infos[i].info & CURLINFO_TYPEMASK) == CURLINFO_STRING)
            copy_text(easy, infos[i].info, field);
        else
            copy_number(easy, infos[i].info, field);
    }
    order_times(facts);
    return facts;
}
