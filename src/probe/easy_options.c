/* SPDX-License-Identifier: MIT */
#include "easy_options.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "decoder.h"
#include "input/client_cert.h"
#include "proxies.h"

/* Appends a copy of text to one of the lists. */
static void append(struct easy_options *options, struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);

    if (longer)
        *list = longer;
    else
        options->code = CURLE_OUT_OF_MEMORY;
}

static void append_all(struct easy_options *options, struct curl_slist **list,
                       const struct string_list *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        append(options, list, strings->items[i]);
}

/*
 * The entries of --resolve, without their + ("the entry may expire"): urlcheck lets libcurl keep no
 * looked-up name, so such an entry would expire at once.
 */
static void append_resolve(struct easy_options *options, const struct string_list *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        append(options, &options->resolve, entries->items[i] + (*entries->items[i] == '+'));
}

static bool has_header(const struct string_list *headers, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < headers->count; i++) {
        const char *line = headers->items[i];

        if (strncasecmp(line, name, length) == 0 && (line[length] == ':' || line[length] == ';'))
            return true;
    }
    return false;
}

/*
 * Whether any server may get the header: it says what the response may be, or only removes one of
 * libcurl's ("Name:").
 */
static bool is_for_all(const char *line)
{
    static const char *const names[] = {"Accept", "Cache-Control", "Pragma", "Range"};
    size_t name = strcspn(line, ":;");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == name && strncasecmp(line, names[i], name) == 0)
            return true;
    }
    if (strncasecmp(line, "Accept-", 7) == 0 || strncasecmp(line, "If-", 3) == 0)
        return true;
    return line[name] == ':' && !line[name + 1 + strspn(line + name + 1, " \t")];
}

/* As in curl, --json adds two headers unless the user sets them. */
static void append_json_headers(struct easy_options *options, struct curl_slist **list,
                                const struct check *check)
{
    if (check->json.count && !has_header(&check->headers, "Content-Type"))
        append(options, list, "Content-Type: application/json");
    if (check->json.count && !has_header(&check->headers, "Accept"))
        append(options, list, "Accept: application/json");
}

static void append_headers(struct easy_options *options, const struct check *check)
{
    const struct string_list *headers = &check->headers;

    append_all(options, &options->headers, headers);
    append_json_headers(options, &options->headers, check);
    if (!check->follow || check->location_trusted)
        return;
    for (size_t i = 0; i < headers->count; i++) {
        if (is_for_all(headers->items[i]))
            append(options, &options->headers_elsewhere, headers->items[i]);
        else
            options->withholds_headers = true;
    }
    append_json_headers(options, &options->headers_elsewhere, check);
    options->withholds_headers |= options->cookies != NULL;
    options->withholds_body = check->data.count || check->json.count;
}

void easy_options_set_headers(struct easy_options *options, bool is_elsewhere)
{
    is_elsewhere = is_elsewhere && options->withholds_headers;
    EASY_SET(options, CURLOPT_HTTPHEADER,
             is_elsewhere ? options->headers_elsewhere : options->headers);
    EASY_SET(options, CURLOPT_COOKIE, is_elsewhere ? NULL : options->cookies);
}

void easy_options_set_method(struct easy_options *options, const struct check *check, bool use_get)
{
    bool is_head = check->head && !use_get;

    /* Not as HTTP/0.9 is wanted, but as response_on_body() then gets what else a server says. It
       would not after HEAD, and libcurl would report an empty response. */
    EASY_SET(options, CURLOPT_HTTP09_ALLOWED, is_head ? 0L : 1L);
    if (is_head) {
        EASY_SET(options, CURLOPT_NOBODY, 1L);
    } else if (check->data.count || check->json.count) {
        char *body = check->data.count ? string_list_join(&check->data, "&")
                                       : string_list_join(&check->json, "");

        EASY_SET(options, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
        EASY_SET(options, CURLOPT_COPYPOSTFIELDS, body);
        free(body);
    } else {
        EASY_SET(options, CURLOPT_HTTPGET, 1L);
    }
    EASY_SET(options, CURLOPT_CUSTOMREQUEST, check->request);
}

/* "URL", "URL;auto" or ";auto". */
static void set_referer(struct easy_options *options, const char *referer)
{
    size_t length = strlen(referer);
    bool is_auto = length >= 5 && strcmp(referer + length - 5, ";auto") == 0;
    char *url = xstrndup(referer, is_auto ? length - 5 : length);

    EASY_SET(options, CURLOPT_REFERER, *url ? url : NULL);
    EASY_SET(options, CURLOPT_AUTOREFERER, is_auto ? 1L : 0L);
    free(url);
}

static void set_login(struct easy_options *options, const struct check *check)
{
    unsigned long schemes = 0;

    if (check->user.count)
        EASY_SET(options, CURLOPT_USERPWD, check->user.items[0]);
    if (check->bearer.count) {
        EASY_SET(options, CURLOPT_XOAUTH2_BEARER, check->bearer.items[0]);
        schemes |= CURLAUTH_BEARER;
    }
    if (check->digest)
        schemes |= CURLAUTH_DIGEST;
    if (check->anyauth)
        schemes |= CURLAUTH_ANY;
    if (schemes) /* else Basic */
        EASY_SET(options, CURLOPT_HTTPAUTH, schemes);
    if (check->netrc)
        EASY_SET(options, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
}

static bool is_cookie_file(const char *cookie)
{
    return *string_list_origin(cookie) != '\0';
}

/* Cookies of the command line: "a=b" and "c=d" are sent as "a=b;c=d", as curl does. */
static void set_cookies(struct easy_options *options, const struct check *check)
{
    struct string_list sent = {0};

    for (size_t i = 0; i < check->cookies.count; i++) {
        const char *cookie = check->cookies.items[i];

        if (is_cookie_file(cookie) || !*cookie)
            EASY_SET(options, CURLOPT_COOKIEFILE, ""); /* only makes libcurl handle cookies */
        else
            string_list_add(&sent, cookie);
    }
    if (sent.count)
        options->cookies = string_list_join(&sent, ";");
    string_list_release(&sent);
}

/*
 * Whether CURLOPT_COOKIELIST takes the text as a command:
 * https://curl.se/libcurl/c/CURLOPT_COOKIELIST.html
 */
static bool is_cookie_command(const char *line)
{
    return strcasecmp(line, "ALL") == 0 || strcasecmp(line, "SESS") == 0 ||
           strcasecmp(line, "FLUSH") == 0 || strcasecmp(line, "RELOAD") == 0;
}

/* Adds the cookies of a cookie file, in Netscape's format or as "Set-Cookie: ..." lines. */
static void add_cookie_lines(struct easy_options *options, const char *lines)
{
    char *copy = xstrdup(lines);
    char *rest = copy, *line;

    while ((line = strsep(&rest, "\n"))) {
        line[strcspn(line, "\r")] = '\0';
        if (*line && !is_cookie_command(line))
            EASY_SET(options, CURLOPT_COOKIELIST, line);
    }
    free(copy);
}

void easy_options_restore(struct easy_options *options, const struct check *check)
{
    if (check->cookies.count)
        EASY_SET(options, CURLOPT_COOKIELIST, "ALL"); /* removes all cookies */
    for (size_t i = 0; i < check->cookies.count; i++) {
        if (is_cookie_file(check->cookies.items[i]))
            add_cookie_lines(options, check->cookies.items[i]);
    }
    if (check->referer)
        set_referer(options, check->referer);
    if (options->withholds_headers)
        easy_options_set_headers(options, false);
}

static void set_request(struct easy_options *options, const struct check *check)
{
    static const long http[] = {[HTTP_AUTO] = CURL_HTTP_VERSION_1_1,
                                [HTTP_1_1] = CURL_HTTP_VERSION_1_1,
                                [HTTP_2] = CURL_HTTP_VERSION_2,
                                [HTTP_3] = CURL_HTTP_VERSION_3};

    easy_options_set_method(options, check, false);
    EASY_SET(options, CURLOPT_USERAGENT, check->user_agent);
    if (check->location_trusted)
        EASY_SET(options, CURLOPT_UNRESTRICTED_AUTH, 1L);
    EASY_SET(options, CURLOPT_FOLLOWLOCATION, check->follow ? 1L : 0L);
    EASY_SET(options, CURLOPT_MAXREDIRS, check->max_redirects);
    EASY_SET(options, CURLOPT_HTTP_VERSION, http[check->http_version]);
    if (check->compressed) {
        EASY_SET(options, CURLOPT_ACCEPT_ENCODING, decoder_accepts());
        EASY_SET(options, CURLOPT_HTTP_CONTENT_DECODING, 0L); /* decoder.h says why */
    }
    set_login(options, check);
    easy_options_set_headers(options, false);
}

/* If the CA store is shared, libcurl must not read certificates itself. */
static void set_ca(struct easy_options *options, const struct check *check, bool is_shared)
{
    bool is_chosen = check->ca_file || check->ca_path;
    const char *file = is_chosen ? check->ca_file : check->default_ca_file;
    const char *path = is_chosen ? check->ca_path : check->default_ca_path;

    if (is_shared || is_chosen || file)
        EASY_SET(options, CURLOPT_CAINFO, is_shared ? NULL : file);
    if (is_shared || is_chosen || path)
        EASY_SET(options, CURLOPT_CAPATH, is_shared ? NULL : path);
}

/* For https proxies. */
static void set_proxy_tls(struct easy_options *options, const struct check *check, bool is_shared)
{
    const char *file = is_shared ? NULL : check->proxy_ca_file;

    if (!(curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTPS_PROXY))
        return;
    EASY_SET(options, CURLOPT_PROXY_SSL_VERIFYPEER, check->proxy_insecure ? 0L : 1L);
    EASY_SET(options, CURLOPT_PROXY_SSL_VERIFYHOST, check->proxy_insecure ? 0L : 2L);
    if (is_shared || check->proxy_ca_file) {
        EASY_SET(options, CURLOPT_PROXY_CAINFO, file);
        EASY_SET(options, CURLOPT_PROXY_CAPATH, NULL);
    }
}

static void set_client_cert(struct easy_options *options, const struct check *check)
{
    struct client_cert cert;

    client_cert_split(&cert, check->cert);
    EASY_SET(options, CURLOPT_SSLCERT, cert.file);
    /* Without a password, not even an empty one, OpenSSL would ask for one on the terminal. */
    EASY_SET(options, CURLOPT_KEYPASSWD, cert.password);
    EASY_SET(options, CURLOPT_SSLKEY, check->key);
    client_cert_release(&cert);
}

static void set_tls(struct easy_options *options, const struct check *check, bool is_ca_shared)
{
    static const long versions[] = {[TLS_ANY] = CURL_SSLVERSION_DEFAULT,
                                    [TLS_1_2] = CURL_SSLVERSION_TLSv1_2,
                                    [TLS_1_3] = CURL_SSLVERSION_TLSv1_3};

    /* In a resumed session the server sends no certificate, so its expiry would be unknown. */
    EASY_SET(options, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    EASY_SET(options, CURLOPT_SSL_VERIFYPEER, check->insecure ? 0L : 1L);
    EASY_SET(options, CURLOPT_SSL_VERIFYHOST, check->insecure ? 0L : 2L);
    set_ca(options, check, is_ca_shared);
    set_proxy_tls(options, check, is_ca_shared);
    if (check->tls_version)
        EASY_SET(options, CURLOPT_SSLVERSION, versions[check->tls_version]);
    if (check->pinned.count)
        EASY_SET(options, CURLOPT_PINNEDPUBLICKEY, check->pinned.items[0]);
    if (check->cert)
        set_client_cert(options, check);
}

static void set_proxy(struct easy_options *options, const struct check *check)
{
    if (check->proxy)
        EASY_SET(options, CURLOPT_PROXY, check->proxy);
    if (check->no_proxy)
        EASY_SET(options, CURLOPT_NOPROXY, check->no_proxy);
    if (!proxies_exist(check)) { /* else libcurl would search the environment at each request */
        EASY_SET(options, CURLOPT_PROXY, "");
        EASY_SET(options, CURLOPT_NOPROXY, "*");
    }
}

static void set_network(struct easy_options *options, const struct check *check)
{
    static const long ip[] = {[IP_ANY] = CURL_IPRESOLVE_WHATEVER,
                              [IP_4] = CURL_IPRESOLVE_V4,
                              [IP_6] = CURL_IPRESOLVE_V6};

    EASY_SET(options, CURLOPT_IPRESOLVE, ip[check->ip_version]);
    EASY_SET(options, CURLOPT_RESOLVE, options->resolve);
    EASY_SET(options, CURLOPT_CONNECT_TO, options->connect_to);
    set_proxy(options, check);
    if (check->interface)
        EASY_SET(options, CURLOPT_INTERFACE, check->interface);
    if (check->unix_socket)
        EASY_SET(options, CURLOPT_UNIX_SOCKET_PATH, check->unix_socket);
    if (check->doh_url)
        EASY_SET(options, CURLOPT_DOH_URL, check->doh_url);
}

void easy_options_apply(struct easy_options *options, const struct check *check, bool is_ca_shared)
{
    set_cookies(options, check);
    append_headers(options, check);
    append_resolve(options, &check->resolve);
    append_all(options, &options->connect_to, &check->connect_to);
    set_request(options, check);
    set_tls(options, check, is_ca_shared);
    set_network(options, check);
}

void easy_options_release(struct easy_options *options)
{
    free(options->cookies);
    curl_slist_free_all(options->headers);
    curl_slist_free_all(options->headers_elsewhere);
    curl_slist_free_all(options->resolve);
    curl_slist_free_all(options->connect_to);
    *options = (struct easy_options){0};
}
