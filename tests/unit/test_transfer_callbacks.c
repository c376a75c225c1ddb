/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "input/check_options.h"
#include "probe/transfer_callbacks.h"

/* The callbacks, called as libcurl may call them: with what it has, and nothing around it. */

static curl_opensocket_callback on_socket;
static curl_prereq_callback on_request;
static curl_write_callback on_header, on_body;
static curl_xferinfo_callback on_progress;

CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

/* Only keeps the callbacks. */
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
    va_list arguments;

    (void)easy;
    va_start(arguments, option);
    if (option == CURLOPT_OPENSOCKETFUNCTION)
        on_socket = va_arg(arguments, curl_opensocket_callback);
    else if (option == CURLOPT_PREREQFUNCTION)
        on_request = va_arg(arguments, curl_prereq_callback);
    else if (option == CURLOPT_HEADERFUNCTION)
        on_header = va_arg(arguments, curl_write_callback);
    else if (option == CURLOPT_WRITEFUNCTION)
        on_body = va_arg(arguments, curl_write_callback);
    else if (option == CURLOPT_XFERINFOFUNCTION)
        on_progress = va_arg(arguments, curl_xferinfo_callback);
    va_end(arguments);
    return CURLE_OK;
}

static struct check check;
static atomic_bool cancelled;
static struct ca_store *ca_store;
static struct transfer_state transfer;

/* Another request of the same transfer. */
static void request(void)
{
    char ip[] = "127.0.0.1";

    assert_int_equal(on_request(&transfer, ip, ip, 80, 40000), CURL_PREREQFUNC_OK);
}

static int setup(void **unused)
{
    struct ca_source source;
    struct error error;

    (void)unused;
    check = check_defaults();
    atomic_store(&cancelled, false);
    source = ca_source_of_servers(&check);
    ca_store = ca_store_new(&source, &error);
    if (!ca_store)
        return -1;
    transfer = (struct transfer_state){.ca_stores = {ca_store, ca_store}, .cancelled = &cancelled};
    if (transfer_callbacks_install(&transfer, NULL) != CURLE_OK)
        return -1;
    transfer_callbacks_begin(&transfer);
    transfer.check = &check;
    transfer.deadline_us = CLOCK_NEVER;
    request();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    transfer_callbacks_release(&transfer);
    ca_store_free(ca_store);
    check_release(&check);
    return 0;
}

/* Passes the first length bytes of text, from a block of exactly that size: nothing ends them. */
static size_t pass_bytes(curl_write_callback callback, const char *text, size_t length)
{
    char *bytes = malloc(length);
    size_t taken;

    assert_non_null(bytes);
    memcpy(bytes, text, length);
    taken = callback(bytes, 1, length, &transfer);
    free(bytes);
    return taken;
}

static bool accepts_header(const char *line)
{
    return pass_bytes(on_header, line, strlen(line)) == strlen(line);
}

TEST(content_length_is_read_within_its_line)
{
    static const char line[] = "Content-Length: 123456";

    /* From a longer text, so that what follows the line is visible to every build. */
    for (size_t length = 17; length < sizeof(line); length++) {
        char bytes[sizeof(line)];
        int64_t wanted = 0;

        memcpy(bytes, line, sizeof(line));
        for (size_t i = 16; i < length; i++)
            wanted = wanted * 10 + (line[i] - '0');
        request();
        assert_true(accepts_header("HTTP/1.1 200 OK\r\n"));
        assert_int_equal(on_header(bytes, 1, length, &transfer), length);
        assert_int_equal(transfer.content_length, wanted);
        /* The sanitizers see what is read beyond the end of this one. */
        assert_int_equal(pass_bytes(on_header, line, length), length);
        assert_int_equal(transfer.content_length, wanted);
    }
}

TEST(content_lengths)
{
    static const struct {
        const char *line;
        bool is_accepted;
    } cases[] = {
        {"Content-Length: 0\r\n", true},
        {"content-length:\t 12 \r\n", true},
        {"Content-Length: 9223372036854775807\r\n", true},
        {"Content-Length: 9223372036854775808\r\n", false},
        {"Content-Length: 99999999999999999999\r\n", false},
        {"Content-Length: -1\r\n", false},
        {"Content-Length: x\r\n", false},
        {"Content-Length: \r\n", false},
        {"Content-Length:", false},
        {"Content-Length: 3, 3\r\n", true},
        {"Content-Length: 3 ,\t3,03\r\n", true},
        {"Content-Length: 3, 4\r\n", false},
        {"Content-Length: 3,\r\n", false},
        {"Content-Length: ,3\r\n", false},
        {"Content-Length: 3 3\r\n", false},
        {"Content-Length: 0x3\r\n", false},
        {"Content-Length: 3aa\r\n", false},
        {"Content-Length: 3.0\r\n", false},
        {"Content-Length: 3;\r\n", false},
        {"Content-Length: +3\r\n", false},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        transfer_callbacks_begin(&transfer);
        transfer.check = &check;
        request();
        assert_true(accepts_header("HTTP/1.1 200 OK\r\n"));
        if (accepts_header(cases[i].line) != cases[i].is_accepted)
            fail_msg("case %zu: %s", i, cases[i].line);
        assert_int_equal(transfer.abort_reason == NULL, cases[i].is_accepted);
    }
}

TEST(two_content_lengths_must_be_equal)
{
    assert_true(accepts_header("HTTP/1.1 200 OK\r\n"));
    assert_true(accepts_header("Content-Length: 5\r\n"));
    assert_true(accepts_header("Content-Length: 05\r\n"));
    assert_false(accepts_header("Content-Length: 6\r\n"));
    assert_non_null(transfer.abort_reason);
}

TEST(status_lines)
{
    static const struct {
        const char *line;
        int status; /* 0: not accepted */
    } cases[] = {
        {"HTTP/1.1 404 Not Found\r\n", 404},
        {"HTTP/1.0 200\r\n", 200},
        {"HTTP/2 503 \r\n", 503},
        {"HTTP/1.1   301  \n", 301},
        {"HTTP/1.1 204", 204},
        {"HTTP/1.1 20", 0},
        {"HTTP/1.1 ", 0},
        {"HTTP/1.1", 0},
        {"HTTP/", 0},
        {"HTTP/.1 404 No\r\n", 0},
        {"http/1.1 500 No\r\n", 0},
        {"Http/1.1 200 OK\r\n", 0},
        {"HTTP/1.1 \t404 No\r\n", 0},
        {"HTTP/1.1\t404 No\r\n", 0},
        {"HTTP/1.1 -200 OK\r\n", 0},
        {"HTTP/1.1 OK\r\n", 0},
        {"ICY 200 OK\r\n", 0},
        {"HTTP 404 No\r\n", 0},
        {"Location: /\r\n", 0},
        {"\r\n", 0},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        transfer_callbacks_begin(&transfer);
        transfer.check = &check;
        request();
        if (accepts_header(cases[i].line) != (cases[i].status != 0) ||
            transfer.status != cases[i].status)
            fail_msg("case %zu: %s", i, cases[i].line);
        assert_int_equal(transfer.abort_reason == NULL, cases[i].status != 0);
    }
}

/* Only the first line of a response is a status line. */
TEST(a_header_is_no_status_line)
{
    assert_true(accepts_header("HTTP/1.1 500 No\r\n"));
    assert_true(accepts_header("HTTP/1.1 200: x\r\n"));
    assert_true(accepts_header("\r\n"));
    assert_int_equal(transfer.complete_head_status, 500);
    assert_true(accepts_header("HTTP/1.1 200: a trailer\r\n"));
    assert_true(accepts_header("Content-Length: of no importance\r\n"));
    assert_int_equal(transfer.complete_head_status, 500);
    assert_int_equal(transfer.phase, PHASE_BODY);
}

TEST(a_request_forgets_the_response_before)
{
    transfer.follow_redirects = true;
    assert_true(accepts_header("HTTP/1.1 302 Found\r\n"));
    assert_true(accepts_header("Content-Length: 5\r\n"));
    assert_true(accepts_header("Location: /next\r\n"));
    assert_true(accepts_header("CF-Mitigated: challenge\r\n"));
    assert_true(accepts_header("\r\n"));
    assert_true(transfer.is_followed);
    assert_int_equal(transfer.complete_head_status, 302);
    assert_string_equal(transfer.location, "/next");
    request();
    assert_int_equal(transfer.status, 0);
    assert_int_equal(transfer.complete_head_status, 0);
    assert_int_equal(transfer.content_length, -1);
    assert_null(transfer.location);
    assert_false(transfer.is_followed || transfer.bot_wall);
}

/* An address that is shorter than an IPv6 address should be: only its own bytes are copied. */
TEST(address_is_copied_within_its_length)
{
    const unsigned length = sizeof(sa_family_t) + 2;
    struct sockaddr_in6 full = {.sin6_family = AF_INET6, .sin6_port = 0x1234};
    size_t head = offsetof(struct curl_sockaddr, addr);
    struct curl_sockaddr *address = malloc(head + sizeof(full));
    int fd;

    assert_non_null(address);
    memset(address, 0xff, head + sizeof(full));
    memset((char *)&full + length, 0xff, sizeof(full) - length);
    address->family = AF_INET6;
    address->socktype = SOCK_STREAM;
    address->protocol = 0;
    address->addrlen = length;
    memcpy(&address->addr, &full, length);
    fd = on_socket(&transfer, CURLSOCKTYPE_IPCXN, address);
    free(address);
    if (fd >= 0)
        close(fd);
    assert_int_equal(transfer.ipv6_address.sin6_family, AF_INET6);
    assert_int_equal(transfer.ipv6_address.sin6_port, 0x1234);
    for (size_t i = 0; i < sizeof(transfer.ipv6_address.sin6_addr); i++)
        assert_int_equal(transfer.ipv6_address.sin6_addr.s6_addr[i], 0);
    assert_int_equal(transfer.ipv6_address.sin6_scope_id, 0);
}

TEST(phases_of_a_response)
{
    assert_true(accepts_header("HTTP/1.1 100 Continue\r\n"));
    assert_true(accepts_header("\r\n"));
    assert_int_equal(transfer.phase, PHASE_RESPONSE);
    assert_true(accepts_header("HTTP/1.1 404 Not Found\r\n"));
    assert_int_equal(transfer.complete_head_status, 0);
    assert_true(accepts_header("\r\n"));
    assert_int_equal(transfer.phase, PHASE_BODY);
    assert_int_equal(transfer.complete_head_status, 404);
    assert_int_equal(pass_bytes(on_body, "abc", 3), 3);
    assert_int_equal(transfer.body_bytes, 3);
}

/* Sends a response with headers of about that many KiB; how many of them were accepted. */
static int send_headers(int kib)
{
    char line[1024 + 1];
    int accepted = 0;

    memset(line, 'x', 1024);
    memcpy(line, "X-Filler: ", 10);
    line[1024] = '\0';
    request();
    assert_true(accepts_header("HTTP/1.1 302 Found\r\n"));
    while (accepted < kib && accepts_header(line))
        accepted++;
    return accepted;
}

TEST(headers_are_limited_in_each_response_and_over_all)
{
    assert_int_equal(send_headers(400), 299);
    assert_string_equal(transfer.abort_reason, "response headers of over 300 KiB");
    transfer_callbacks_begin(&transfer);
    transfer.check = &check;
    for (int i = 0; i < 5; i++)
        assert_int_equal(send_headers(200), 200);
    assert_in_range(send_headers(200), 20, 24);
    assert_string_equal(transfer.abort_reason, "redirects with headers of over 1 MiB in all");
}

/* 10,000 bytes in each call, so that the limit of what comes without headers or body is not met. */
TEST(redirect_bodies_are_limited)
{
    curl_off_t bytes = 0;

    transfer.follow_redirects = true;
    assert_true(accepts_header("HTTP/1.1 302 Found\r\n"));
    assert_true(accepts_header("Location: /next\r\n"));
    assert_true(accepts_header("\r\n"));
    while (on_progress(&transfer, 0, bytes, 0, 0) == 0)
        bytes += 10000;
    assert_in_range(bytes, (1 << 20) + 1, (1 << 20) + 10000);
    assert_string_equal(transfer.abort_reason, "a redirect with a body of over 1 MiB");
}

TEST(progress_aborts_at_the_deadline_and_when_cancelled)
{
    assert_int_equal(on_progress(&transfer, 0, 0, 0, 0), 0);
    atomic_store(&cancelled, true);
    assert_int_not_equal(on_progress(&transfer, 0, 0, 0, 0), 0);
    assert_false(transfer.is_overdue);
    atomic_store(&cancelled, false);
    transfer.deadline_us = clock_recent_us();
    assert_int_not_equal(on_progress(&transfer, 0, 0, 0, 0), 0);
    assert_true(transfer.is_overdue);
    assert_null(transfer.abort_reason);
}

/* How many bytes of a body are accepted after these headers, in pieces. */
static int64_t bytes_read_after(const char *status_line, const char *header)
{
    static char piece[8192];
    int64_t bytes = 0;

    transfer_callbacks_begin(&transfer);
    transfer.check = &check;
    transfer.deadline_us = CLOCK_NEVER;
    transfer.keeps_connection = true;
    request();
    assert_true(accepts_header(status_line));
    assert_true(accepts_header(header));
    assert_true(accepts_header("\r\n"));
    while (bytes < 4 << 20 && on_body(piece, 1, sizeof(piece), &transfer) == sizeof(piece))
        bytes += (int64_t)sizeof(piece);
    assert_true(transfer.has_enough);
    return bytes;
}

TEST(a_body_is_read_on_only_if_that_keeps_the_connection)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\n";

    assert_int_equal(bytes_read_after(ok, "Content-Length: 1048576\r\n"), 1 << 20);
    assert_int_equal(bytes_read_after(ok, "Transfer-Encoding: chunked\r\n"), 1 << 20);
    assert_int_equal(bytes_read_after("HTTP/2 200\r\n", "a: b\r\n"), 1 << 20);
    assert_int_equal(bytes_read_after(ok, "Content-Length: 1048577\r\n"), 1 << 16);
    assert_int_equal(bytes_read_after(ok, "a: b\r\n"), 1 << 16);
    assert_int_equal(bytes_read_after(ok, "Connection: Keep-Alive, Close\r\n"), 1 << 16);
    assert_int_equal(bytes_read_after("HTTP/1.0 200 OK\r\n", "Content-Length: 99999\r\n"), 1 << 16);
    check.max_filesize = 1 << 17;
    assert_int_equal(bytes_read_after(ok, "Content-Length: 999999\r\n"), 1 << 17);
}

TEST(reading_on_ends_soon)
{
    assert_int_equal(bytes_read_after("HTTP/1.1 200 OK\r\n", "Content-Length: 200000\r\n"),
                     1 << 20);
    assert_int_not_equal(transfer.enough_us, 0);
    transfer.enough_us = clock_now_us() + 1000 * CLOCK_S;
    assert_int_equal(on_progress(&transfer, 0, 0, 0, 0), 0);
    transfer.enough_us = clock_now_us() - CLOCK_S;
    assert_int_not_equal(on_progress(&transfer, 0, 0, 0, 0), 0);
}

TEST(a_chain_belongs_to_one_connection_and_one_transfer)
{
    struct handshakes handshakes = {.server.expiry.not_after = 1};
    struct curl_sockaddr address = {.family = AF_INET,
                                    .socktype = SOCK_STREAM,
                                    .addrlen = sizeof(address.addr)};

    transfer.handshakes = &handshakes;
    close(on_socket(&transfer, CURLSOCKTYPE_IPCXN, &address));
    assert_int_equal(handshakes.server.expiry.not_after, 0);
    transfer.had_handshake = true;
    handshakes.server.expiry.not_after = handshakes.proxy.expiry.not_after = 1;
    transfer_callbacks_begin(&transfer);
    assert_int_equal(handshakes.server.expiry.not_after, 0);
    assert_int_equal(handshakes.proxy.expiry.not_after, 0);
    transfer.handshakes = NULL;
}

#define CALLBACK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CALLBACK_TEST(content_length_is_read_within_its_line),
        CALLBACK_TEST(content_lengths),
        CALLBACK_TEST(two_content_lengths_must_be_equal),
        CALLBACK_TEST(status_lines),
        CALLBACK_TEST(a_header_is_no_status_line),
        CALLBACK_TEST(a_request_forgets_the_response_before),
        CALLBACK_TEST(address_is_copied_within_its_length),
        CALLBACK_TEST(phases_of_a_response),
        CALLBACK_TEST(headers_are_limited_in_each_response_and_over_all),
        CALLBACK_TEST(redirect_bodies_are_limited),
        CALLBACK_TEST(progress_aborts_at_the_deadline_and_when_cancelled),
        CALLBACK_TEST(a_body_is_read_on_only_if_that_keeps_the_connection),
        CALLBACK_TEST(reading_on_ends_soon),
        CALLBACK_TEST(a_chain_belongs_to_one_connection_and_one_transfer),
    };

    return RUN_TESTS(tests);
}
