/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include <openssl/x509_vfy.h>
#include <string.h>

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
         "the body cannot be decompressed: it is not what Transfer-Encoding says"},
        {"Failed to connect to ::1 port 9 after 0 ms: Couldn't connect to server",
         "no address can be reached (see --interface, -4 and -6)"},
        {"Failed to connect to chunk.netrc.QUIC.test port 9 after 0 ms: Couldn't connect to server",
         "no address can be reached (see --interface, -4 and -6)"},
        {"could not load PEM client certificate from netrc/chunk.pem, OpenSSL error "
         "error:80000002:system library::No such file or directory, (no key found, wrong pass "
         "phrase, or wrong file format?)",
         "the client certificate cannot be used (--cert)"},
        {"unable to set private key file: 'http request' type PEM",
         "the key of the client certificate cannot be used (--key)"},
        {"Couldn't bind to 'nghttp2'", "this address or interface cannot be used (--interface)"},
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(curl_words(cases[i].detail).text, cases[i].words);
}

TEST(unknown_ones_are_quoted)
{
    assert_string_equal(curl_words("OpenSSL/3.0.19: error:0A000999:SSL routines::odd reason").text,
                        "TLS failed, OpenSSL says \"odd reason\"");
    assert_string_equal(curl_words("OpenSSL SSL_read: OpenSSL/3.0.19: error:0A000442:SSL "
                                   "routines::tlsv1 alert user cancelled, errno 0")
                            .text,
                        "the server ended the TLS connection with the alert \"user cancelled\"");
    assert_string_equal(
        curl_words("error:0A000456:SSL routines::tlsv1 unsupported extension").text,
        "the server ended the TLS connection with the alert \"unsupported extension\"");
    assert_string_equal(curl_words("error:0A000465:SSL routines::reason(1121)").text,
                        "the server ended the TLS connection with the alert 121");
    assert_string_equal(curl_words("error:0A000465:SSL routines::reason(999)").text,
                        "TLS failed, OpenSSL says \"reason(999)\"");
    assert_string_equal(curl_words("error:1:2").text, "libcurl says \"error:1:2\"");
    assert_string_equal(curl_words("error::::").text, "libcurl says \"error::::\"");
    assert_string_equal(curl_words("something else").text, "libcurl says \"something else\"");
}

/*
 * What libcurl 7.88 can say about http and https where no class has words of its own for it
 * (failure.c). Strings about other protocols, uploads, resuming, FAILONERROR and other options that
 * urlcheck does not set are left out.
 */
static const char *const reachable[] = {
    "Failed to connect to a.test port 80 after 1 ms: Couldn't connect to server",
    "Couldn't connect to server",
    "Couldn't bind to interface 'x'",
    "Couldn't bind to 'x'",
    "bind failed with errno 99: Cannot assign requested address",
    "bind() failed, we ran out of ports",
    "bind(port=1) on non-local address failed: Invalid argument",
    "Failed binding local connection end",
    "No valid port number in connect to host string (x)",
    "URL using bad/illegal format or missing URL",
    "Too long host name (maximum is 65535)",
    "Received HTTP/0.9 when not allowed",
    "Unsupported HTTP version (3.7) in response",
    "Unsupported HTTP version in response",
    "Unsupported response code in HTTP response",
    "Weird server reply",
    "Header without colon",
    "Nul byte in header",
    "Invalid Content-Length: value",
    "Overflow Content-Length: value",
    "Maximum file size exceeded",
    "Too large response headers: 307201 > 307200",
    "Illegal or missing hexadecimal sequence in chunked-encoding",
    "Too long hexadecimal number in chunked-encoding",
    "Malformed encoding found in chunked-encoding",
    "Failed reading the chunked-encoded stream",
    "Unrecognized content encoding type. libcurl understands deflate, gzip content encodings.",
    "Unrecognized or bad HTTP Content or Transfer-Encoding",
    "Reject response due to more than 5 content encodings",
    "Error while processing content unencoding: Unknown failure within decompression software.",
    "Failure when receiving data from the peer",
    "Failed sending data to the peer",
    "Failed sending HTTP request",
    "Failed sending HTTP POST request",
    "Failed receiving HTTP2 data",
    "Failed sending HTTP2 data",
    "response reading failed (errno: 5)",
    "Connection died, tried 5 times before giving up",
    "Error in the HTTP2 framing layer",
    "Stream error in the HTTP/2 framing layer",
    "HTTP/2 stream 1 was closed cleanly, but before getting  all response header fields, treated "
    "as error",
    "HTTP/2 stream 1 was not closed cleanly: PROTOCOL_ERROR (err 1)",
    "HTTP/2 stream 1 was not closed cleanly before end of the underlying stream",
    "h2_process_pending_input: nghttp2_session_mem_recv() returned -1:x",
    "nghttp2 recv error -902: The user callback function failed",
    "Couldn't initialize nghttp2",
    "QUIC connection error",
    "SSL: public key does not match pinned public key",
    "SSL public key does not match pinned public key",
    "SSL: couldn't get peer certificate!",
    "SSL Client Certificate required",
    "could not load PEM client certificate from x, OpenSSL error error:0:x:y:z, (no key found, "
    "wrong pass phrase, or wrong file format?)",
    "unable to set private key file: 'x' type PEM",
    "Private key does not match the certificate public key",
    ".netrc parser error",
    "control code detected in .netrc credentials",
    "Failed to open/read local data from file/application",
    "Failed initialization",
};

TEST(libcurl_is_not_quoted)
{
    for (size_t i = 0; i < COUNT_OF(reachable); i++) {
        const struct words words = curl_words(reachable[i]);

        if (strstr(words.text, " says \""))
            fail_msg("%s", words.text);
    }
}

/*
 * Whether OpenSSL has this error without options that urlcheck does not set: CRLs, policies, proxy
 * certificates, Suite B, DANE, Certificate Transparency, OCSP, X509_V_FLAG_X509_STRICT (from 80 on),
 * names of its own; or failure.c has words of its own for it.
 */
static bool is_reachable(long error)
{
    static const struct {
        long first, last;
    } others[] = {{0, 3},   {5, 5},   {8, 12},  {15, 21}, {33, 33}, {35, 36}, {38, 40},
                  {42, 46}, {50, 50}, {54, 65}, {69, 75}, {80, 93}, {95, 200}};

    for (size_t i = 0; i < COUNT_OF(others); i++) {
        if (error >= others[i].first && error <= others[i].last)
            return false;
    }
    return true;
}

TEST(certificate_errors_are_not_quoted)
{
    for (long error = 0; error <= 200; error++) {
        const struct words words = curl_words(X509_verify_cert_error_string(error));

        if (is_reachable(error) && strstr(words.text, " says \""))
            fail_msg("%ld: %s", error, words.text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_become_words),
        cmocka_unit_test(unknown_ones_are_quoted),
        cmocka_unit_test(libcurl_is_not_quoted),
        cmocka_unit_test(certificate_errors_are_not_quoted),
    };

    return RUN_TESTS(tests);
}
