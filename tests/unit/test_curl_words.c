/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "probe/curl_words.h"

/* Descriptions as libcurl 7.88 and OpenSSL 3 write them. */
TEST(descriptions_become_words)
{
    static const struct {
        const char *detail, *words;
    } cases[] = {
        {"OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number",
         "the server does not speak TLS on that port (try http://)"},
        {"OpenSSL/3.0.19: error:0A000410:SSL routines::sslv3 alert handshake failure",
         "the server refuses the TLS handshake (no common cipher, or it wants a client "
         "certificate)"},
        {"OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::tlsv13 alert certificate "
         "required, errno 0",
         "the server requires a client certificate (--cert)"},
        {"OpenSSL/3.0.19: error:0A00042E:SSL routines::tlsv1 alert protocol version",
         "the server has no TLS version in common with this machine"},
        {"OpenSSL/3.0.19: error:0A000460:SSL routines::tlsv1 alert no application protocol",
         "the server does not speak HTTP/1.1 (try --http2)"},
        {"SSL: public key does not match pinned public key!",
         "the server's public key is not that of --pinnedpubkey"},
        {"Received HTTP/0.9 when not allowed",
         "the response is not HTTP: it does not begin with HTTP/"},
        {"Unsupported HTTP version (3.7) in response",
         "the response has an HTTP version that does not exist"},
        {"Illegal or missing hexadecimal sequence in chunked-encoding",
         "the chunked encoding of the body is broken (RFC 9112, section 7.1)"},
        {"Malformed encoding found in chunked-encoding",
         "the chunked encoding of the body is broken (RFC 9112, section 7.1)"},
        {"Error while processing content unencoding: incorrect header check",
         "the body cannot be decompressed: it is not what Content-Encoding says"},
        {"Failed to connect to ::1 port 9 after 0 ms: Couldn't connect to server",
         "no address can be reached (see --interface, -4 and -6)"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(curl_words(cases[i].detail), cases[i].words);
}

TEST(reasons_of_openssl_stay_without_numbers)
{
    assert_string_equal(curl_words("OpenSSL/3.0.19: error:0A000999:SSL routines::odd reason"),
                        "odd reason");
    assert_string_equal(curl_words("error:1:2"), "error:1:2");
    assert_string_equal(curl_words("error::::"), "error::::");
    assert_string_equal(curl_words("something else"), "something else");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_become_words),
        cmocka_unit_test(reasons_of_openssl_stay_without_numbers),
    };

    return RUN_TESTS(tests);
}
