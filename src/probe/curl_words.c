/* SPDX-License-Identifier: MIT */
#include "curl_words.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* OpenSSL's reason for an alert is this plus its number (SSL_AD_REASON_OFFSET). */
#define ALERT_REASONS 1000

/* What a description contains, and what it means. The first that fits counts. */
static const struct {
    const char *found, *words;
} table[] = {
    /* They contain a name or an address, which may be like any text below. */
    {"Couldn't bind", "this address or interface cannot be used (--interface)"},
    {"Failed to connect to", "no address can be reached (see --interface, -4 and -6)"},
    {"PEM client certificate", "the client certificate cannot be used (--cert)"},
    {"rivate key", "the key of the client certificate cannot be used (--key)"},
    {"connect to host string", "--connect-to has a port that is not a number"},

    /* Alerts of the server (RFC 8446, section 6.2), in OpenSSL's words. */
    {"alert handshake failure",
     "the server refuses the TLS handshake (no common cipher, or it wants a client certificate)"},
    {"alert protocol version", "the server has no TLS version in common with this machine"},
    {"alert insufficient security", "the server requires stronger ciphers than this machine has"},
    {"unrecognized name", "the server does not know this host name (SNI)"},
    {"alert no application protocol", "the server does not speak HTTP/1.1 (try --http2)"},
    {"alert certificate required", "the server requires a client certificate (--cert)"},
    {"alert bad certificate", "the server does not accept the client certificate"},
    {"alert certificate expired", "the server says that the client certificate has expired"},
    {"alert certificate revoked", "the server says that the client certificate is revoked"},
    {"alert unsupported certificate", "the server does not accept this kind of client certificate"},
    {"alert certificate unknown", "the server does not accept the certificate"},
    {"alert unknown ca", "the server does not know the CA of the client certificate"},
    {"alert access denied", "the server does not allow this client certificate"},
    {"alert internal error", "the server reports an internal error in the TLS handshake"},
    {"alert decrypt error", "the server could not verify the TLS handshake"},
    {"alert decode error", "the server could not decode the TLS handshake"},
    {"alert bad record mac", "the server received damaged TLS records"},
    {"alert decryption failed", "the server received damaged TLS records"},
    {"alert illegal parameter", "the server rejects a parameter of the TLS handshake"},
    {"alert unexpected message", "the server rejects the order of the TLS handshake"},

    /* OpenSSL's own reasons. */
    {"wrong version number", "the server does not speak TLS on that port (try http://)"},
    {"unknown protocol", "the server does not speak TLS on that port (try http://)"},
    {"packet length too long", "the server does not speak TLS on that port (try http://)"},
    {"http request", "the server does not speak TLS on that port (try http://)"},
    {"unsupported protocol", "the server's TLS version is too old for this machine"},
    {"no protocols available", "this machine's OpenSSL allows none of the TLS versions"},
    {"legacy sigalg disallowed", "the server signs with an algorithm too old for this machine"},
    {"no suitable signature algorithm", "no signature algorithm in common with the server"},
    {"unsafe legacy renegotiation", "the server has no secure renegotiation (RFC 5746)"},
    {"dh key too small", "the server's Diffie-Hellman key is too short for this machine"},
    {"ee key too small", "the key of a certificate is too short for this machine"},
    {"ca key too small", "the key of a CA certificate is too short for this machine"},
    {"ca md too weak", "a CA certificate is signed with an algorithm too weak for this machine"},
    {"bad signature", "the server's signature in the TLS handshake is wrong"},
    {"bad record mac", "a damaged TLS record was received"},
    {"bad record type", "a broken TLS record was received"},
    {"excessive message size", "a TLS handshake message that is too long"},
    {"unexpected message", "a TLS handshake message out of order"},
    {"length mismatch", "a broken TLS handshake message"},
    {"does not match pinned public key", "the server's public key is not that of --pinnedpubkey"},

    {"SSL Client Certificate required", "the server wants a client certificate (--cert)"},
    {"no shared cipher", "no cipher in common with the server"},
    {"no ciphers available", "this machine's OpenSSL allows none of the ciphers"},
    {"wrong cipher returned", "the server chose a cipher that was not offered"},
    {"wrong ssl version", "the server chose a TLS version that was not offered"},
    {"unsupported elliptic curve", "no key exchange in common with the server"},
    {"wrong curve", "no key exchange in common with the server"},
    {"no suitable key share", "no key exchange in common with the server"},
    {"decryption failed", "a damaged TLS record was received"},
    {"data length too long", "the server does not speak TLS on that port (try http://)"},
    {"couldn't get peer certificate", "the server sent no certificate"},

    /* X509_verify_cert_error_string(), about the certificate that the message names. */
    {"certificate revoked", "it has been revoked"},
    {"certificate rejected", "this machine's CA store rejects it"},
    {"certificate not trusted", "this machine's CA store does not trust it for servers"},
    {"unhandled critical extension", "it has a critical extension that is not known here"},
    {"certificate extension", "it has an invalid extension"},
    {"certificate policy extension", "it has an invalid policy"},
    {"name constraint", "the name constraints of its CA cannot be checked"},
    {"name syntax", "it has a name that cannot be read"},
    {"format error in certificate", "its dates cannot be read"},
    {"public key algorithm mismatch", "its issuer's key does not fit its signature"},
    {"issuer public key", "the public key of its issuer cannot be read"},
    {"doesn't have a public key", "its issuer has no public key"},
    {"decrypt certificate's signature", "its signature cannot be read"},
    {"certificate signature algorithm", "it is signed with an algorithm that is not known here"},
    {"signature algorithm mismatch", "it contradicts itself about how it is signed"},
    {"explicit ECC parameters", "its key has parameters of its own instead of a named curve"},
    {"non-CA cert", "it is marked as a CA in part only"},
    {"certificate signing", "its issuer is not allowed to sign certificates"},
    {"issuer mismatch", "its issuer does not fit"},
    {"key identifier mismatch", "its issuer does not fit"},
    {"serial number mismatch", "its issuer does not fit"},
    {"certificate verification", "OpenSSL gives no reason"},
    {"certificate key too weak", "its key is too short"},
    {"digest algorithm too weak", "it is signed with an algorithm that is too weak"},
    {"certificate signature failure", "its signature is wrong"},
    {"invalid CA certificate", "it is not allowed to sign certificates"},
    {"certificate purpose", "it is not meant for servers"},
    {"chain too long", "the chain is too long"},
    {"path length constraint", "the chain is longer than this CA may have"},
    {"subtree violation", "its CA is not allowed to sign for this name"},

    /* libcurl's, about responses. */
    {"HTTP/0.9", "the response is not HTTP: it does not begin with HTTP/"},
    {"Unsupported HTTP", "the response has an HTTP version that does not exist"},
    {"Unsupported response code", "the response has a status that does not exist"},
    {"Weird server reply", "the response is not HTTP"},
    {"Header without colon", "a response header without a colon"},
    {"Nul byte in header", "a NUL byte in the response headers"},
    {"Content-Length: value", "an invalid Content-Length"},
    {"Maximum file size", "a Content-Length that is too large"},
    /* libcurl does not decode Content-Encoding here (decoder.h). */
    {"chunk", "the chunked encoding of the body is broken (RFC 9112, section 7.1)"},
    {"content unencoding",
     "the body cannot be decompressed: it is not what Transfer-Encoding says"},
    {"Unrecognized content encoding", "a Transfer-Encoding that is not known"},
    {"more than 5 content encodings", "more than five Transfer-Encodings"},
    {"Transfer-Encoding", "a Transfer-Encoding that is not known"},
    {"expected SETTINGS", "the server does not speak HTTP/2"},
    {"HTTP2 framing layer", "the server's HTTP/2 is broken"},
    {"HTTP/2 framing layer", "the server ended the HTTP/2 stream with an error"},
    {"was closed cleanly, but", "the server ended the HTTP/2 stream without a complete response"},
    {"HTTP2 data", "the HTTP/2 connection broke"},
    {"nghttp2", "the server's HTTP/2 is broken"},
    {"QUIC", "no HTTP/3 connection is possible"},
    {"was not closed cleanly", "the server ended the HTTP/2 stream with an error"},
    {"bad/illegal format", "libcurl does not accept its form"},
    {"missing URL", "libcurl does not accept its form"},
    {"Too long host name", "the host name is too long"},
    {"oo large response headers", "response headers of over 300 KiB"},
    {"receiving data from", "the connection broke before the response was complete"},
    {"response reading failed", "the connection broke before the response was complete"},
    {"data to the peer", "the connection broke before the request was sent"},
    {"Failed sending", "the connection broke before the request was sent"},
    {"Connection died", "the server closed each new connection before it answered"},

    /* libcurl's, about this machine. */
    {"Failed binding", "this address or interface cannot be used (--interface)"},
    {"bind failed", "this address or interface cannot be used (--interface)"},
    {"bind(", "this address or interface cannot be used (--interface)"},
    {"connect to server", "no address can be reached (see --interface, -4 and -6)"},
    {"local data from file", "~/.netrc cannot be read or parsed"},
    {"netrc", "~/.netrc cannot be read or parsed"},
    {"Failed initialization", "libcurl cannot be initialized"},
};

/* Where the reason begins in "error:HEX:library:function:reason"; NULL: it is no such text. */
static const char *find_reason(const char *detail)
{
    const char *reason = strstr(detail, "error:");

    for (int colons = 0; reason && colons < 4; colons++) {
        reason = strchr(reason, ':');
        reason = reason ? reason + 1 : NULL;
    }
    return reason && *reason ? reason : NULL;
}

/* The alert in "tlsv1 alert user cancelled", "tlsv1 unsupported extension"; NULL: it is none. */
static const char *find_alert(const char *reason)
{
    static const char *const versions[] = {"sslv3 ", "tlsv1 ", "tlsv13 "};

    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        size_t length = strlen(versions[i]);

        if (strncmp(reason, versions[i], length) == 0)
            return reason + length + (strncmp(reason + length, "alert ", 6) == 0 ? 6 : 0);
    }
    return NULL;
}

static struct words quote(const char *detail)
{
    const char *reason = find_reason(detail);
    const char *alert = reason ? find_alert(reason) : NULL;
    struct words words;
    int number;

    /* OpenSSL has no name for an alert that no RFC defines. */
    if (reason && sscanf(reason, "reason(%d)", &number) == 1 && number >= ALERT_REASONS)
        snprintf(words.text, sizeof(words.text),
                 "the server ended the TLS connection with the alert %d", number - ALERT_REASONS);
    else if (alert)
        snprintf(words.text, sizeof(words.text),
                 "the server ended the TLS connection with the alert \"%.*s\"",
                 (int)strcspn(alert, ","), alert);
    else if (reason)
        snprintf(words.text, sizeof(words.text), "TLS failed, OpenSSL says \"%.*s\"",
                 (int)strcspn(reason, ","), reason);
    else
        snprintf(words.text, sizeof(words.text), "libcurl says \"%.200s\"", detail);
    return words;
}

struct words curl_words(const char *detail)
{
    struct words words;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (strstr(detail, table[i].found)) {
            snprintf(words.text, sizeof(words.text), "%s", table[i].words);
            return words;
        }
    }
    return quote(detail);
}
