/* SPDX-License-Identifier: MIT */
#include "easy_options.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "input/client_cert.h"

/* Sets an option, unless one before has failed. */
#define SET(code, easy, option, value)                                                             \
    do {                                                                                           \
        if ((code) == CURLE_OK)                                                                    \
            (code) = curl_easy_setopt(easy, option, value);                                        \
    } while (0)

/* Appends; false if memory is short. */
static bool append(struct curl_slist **list, const char *text)
{
    struct curl_slist *longer = curl_slist_append(*list, text);

    if (longer)
        *list = longer;
    return longer;
}

static bool append_all(struct curl_slist **list, const struct string_list *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        if (!append(list, strings->items[i]))
            return false;
    }
    return true;
}

/* The + lets an entry grow old, as each does here at once: no handle keeps a name. They stay. */
static bool append_pins(struct curl_slist **list, const struct string_list *pins)
{
    for (size_t i = 0; i < pins->count; i++) {
        if (!append(list, pins->items[i] + (*pins->items[i] == '+')))
            return false;
    }
    return true;
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

/* As curl: --json says what it sends and wants, unless the user does. */
static bool append_json(struct curl_slist **list, const struct check *check)
{
    if (check->json.count == 0)
        return true;
    return (has_header(&check->headers, "Content-Type") ||
            append(list, "Content-Type: application/json")) &&
           (has_header(&check->headers, "Accept") || append(list, "Accept: application/json"));
}

CURLcode easy_options_set_method(CURL *easy, const struct check *check, bool get)
{
    CURLcode code = CURLE_OK;
    char *body;

    if (check->head && !get) {
        SET(code, easy, CURLOPT_NOBODY, 1L);
    } else if (check->data.count || check->json.count) {
        body = check->data.count ? string_list_join(&check->data, "&")
                                 : string_list_join(&check->json, "");
        code = body ? CURLE_OK : CURLE_OUT_OF_MEMORY;
        SET(code, easy, CURLOPT_POSTFIELDSIZE_LARGE, body ? (curl_off_t)strlen(body) : 0);
        SET(code, easy, CURLOPT_COPYPOSTFIELDS, body);
        free(body);
    } else {
        SET(code, easy, CURLOPT_HTTPGET, 1L);
    }
    SET(code, easy, CURLOPT_CUSTOMREQUEST, check->request);
    return code;
}

/* "URL", "URL;auto", ";auto": how much of it is the URL. */
static size_t referer_length(const char *referer)
{
    size_t length = strlen(referer);

    return length >= 5 && strcmp(referer + length - 5, ";auto") == 0 ? length - 5 : length;
}

static CURLcode set_referer(CURL *easy, const char *referer)
{
    size_t length = referer_length(referer);
    char *url = length ? strndup(referer, length) : NULL;
    CURLcode code = length && !url ? CURLE_OUT_OF_MEMORY : CURLE_OK;

    SET(code, easy, CURLOPT_REFERER, url);
    SET(code, easy, CURLOPT_AUTOREFERER, referer[length] ? 1L : 0L);
    free(url);
    return code;
}

static CURLcode set_login(CURL *easy, const struct check *check)
{
    CURLcode code = CURLE_OK;

    if (check->user.count)
        SET(code, easy, CURLOPT_USERPWD, check->user.items[0]);
    if (check->bearer.count) {
        SET(code, easy, CURLOPT_XOAUTH2_BEARER, check->bearer.items[0]);
        SET(code, easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    }
    if (check->netrc)
        SET(code, easy, CURLOPT_NETRC, (long)CURL_NETRC_REQUIRED);
    return code;
}

static bool is_cookie_file(const char *cookie)
{
    return *string_list_origin(cookie) != '\0';
}

/* Those that are sent as they are. "a=b" and "c=d" are sent as "a=b;c=d", as by curl. */
static CURLcode set_cookies(CURL *easy, const struct check *check)
{
    struct string_list sent = {0};
    CURLcode code = CURLE_OK;
    char *text = NULL;

    for (size_t i = 0; i < check->cookies.count && code == CURLE_OK; i++) {
        const char *cookie = check->cookies.items[i];

        if (is_cookie_file(cookie) || !*cookie)
            code = curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
        else
            string_list_add(&sent, cookie);
    }
    if (sent.count && code == CURLE_OK) {
        text = string_list_join(&sent, ";");
        code = curl_easy_setopt(easy, CURLOPT_COOKIE, text);
    }
    free(text);
    string_list_release(&sent);
    return code;
}

/* https://curl.se/libcurl/c/CURLOPT_COOKIELIST.html: these are told to it, and no cookies. */
static bool is_command(const char *line)
{
    return strcasecmp(line, "ALL") == 0 || strcasecmp(line, "SESS") == 0 ||
           strcasecmp(line, "FLUSH") == 0 || strcasecmp(line, "RELOAD") == 0;
}

/* A line is a cookie as Netscape wrote them, or "Set-Cookie: ...", as in libcurl's cookie files. */
static CURLcode add_cookie_lines(CURL *easy, const char *lines)
{
    char *copy = strdup(lines);
    char *rest = copy, *line;
    CURLcode code = copy ? CURLE_OK : CURLE_OUT_OF_MEMORY;

    while (code == CURLE_OK && (line = strsep(&rest, "\n"))) {
        line[strcspn(line, "\r")] = '\0';
        if (*line && !is_command(line))
            code = curl_easy_setopt(easy, CURLOPT_COOKIELIST, line);
    }
    free(copy);
    return code;
}

CURLcode easy_options_reset(CURL *easy, const struct check *check)
{
    CURLcode code = CURLE_OK;

    if (check->cookies.count)
        SET(code, easy, CURLOPT_COOKIELIST, "ALL");
    for (size_t i = 0; i < check->cookies.count && code == CURLE_OK; i++) {
        if (is_cookie_file(check->cookies.items[i]))
            code = add_cookie_lines(easy, check->cookies.items[i]);
    }
    if (check->referer && code == CURLE_OK)
        code = set_referer(easy, check->referer);
    return code;
}

static CURLcode set_request(const struct easy_options *setup, CURL *easy, const struct check *check)
{
    static const long http[] = {[HTTP_1_1] = CURL_HTTP_VERSION_1_1,
                                [HTTP_2] = CURL_HTTP_VERSION_2,
                                [HTTP_3] = CURL_HTTP_VERSION_3};
    CURLcode code = easy_options_set_method(easy, check, false);

    SET(code, easy, CURLOPT_USERAGENT, check->user_agent);
    SET(code, easy, CURLOPT_HTTPHEADER, setup->headers);
    SET(code, easy, CURLOPT_FOLLOWLOCATION, check->follow ? 1L : 0L);
    SET(code, easy, CURLOPT_MAXREDIRS, check->max_redirects);
    SET(code, easy, CURLOPT_HTTP_VERSION, http[check->http_version]);
    if (check->compressed)
        SET(code, easy, CURLOPT_ACCEPT_ENCODING, "");
    if (code == CURLE_OK)
        code = set_login(easy, check);
    return code == CURLE_OK ? set_cookies(easy, check) : code;
}

/* Where there is no trust of ours, libcurl reads the certificates itself. */
static CURLcode set_trust(CURL *easy, const struct check *check, const struct ca_store *ca_store)
{
    bool is_chosen = check->ca_file || check->ca_path;
    const char *file = is_chosen ? check->ca_file : check->default_ca_file;
    const char *path = is_chosen ? check->ca_path : check->default_ca_path;
    CURLcode code = CURLE_OK;

    /* A session that is resumed shows no certificate: its end would be told of the first only. */
    SET(code, easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    SET(code, easy, CURLOPT_SSL_VERIFYPEER, check->insecure ? 0L : 1L);
    SET(code, easy, CURLOPT_SSL_VERIFYHOST, check->insecure ? 0L : 2L);
    if (ca_store_is_shared(ca_store))
        file = path = NULL;
    if (ca_store_is_shared(ca_store) || is_chosen || file)
        SET(code, easy, CURLOPT_CAINFO, file);
    if (ca_store_is_shared(ca_store) || is_chosen || path)
        SET(code, easy, CURLOPT_CAPATH, path);
    return code;
}

/* With a password, be it an empty one, OpenSSL does not ask for one on the terminal. */
static CURLcode set_client_cert(CURL *easy, const struct check *check)
{
    struct client_cert cert;
    CURLcode code = CURLE_OK;

    client_cert_split(&cert, check->cert);
    SET(code, easy, CURLOPT_SSLCERT, cert.file);
    SET(code, easy, CURLOPT_KEYPASSWD, cert.password);
    SET(code, easy, CURLOPT_SSLKEY, check->key);
    client_cert_release(&cert);
    return code;
}

static CURLcode set_tls(CURL *easy, const struct check *check, const struct ca_store *ca_store)
{
    static const long versions[] = {[TLS_ANY] = CURL_SSLVERSION_DEFAULT,
                                    [TLS_1_2] = CURL_SSLVERSION_TLSv1_2,
                                    [TLS_1_3] = CURL_SSLVERSION_TLSv1_3};
    CURLcode code = set_trust(easy, check, ca_store);

    if (check->tls_version)
        SET(code, easy, CURLOPT_SSLVERSION, versions[check->tls_version]);
    if (check->pinned.count)
        SET(code, easy, CURLOPT_PINNEDPUBLICKEY, check->pinned.items[0]);
    return check->cert && code == CURLE_OK ? set_client_cert(easy, check) : code;
}

static CURLcode set_network(const struct easy_options *setup, CURL *easy, const struct check *check)
{
    static const long ip[] = {[IP_ANY] = CURL_IPRESOLVE_WHATEVER,
                              [IP_4] = CURL_IPRESOLVE_V4,
                              [IP_6] = CURL_IPRESOLVE_V6};
    CURLcode code = CURLE_OK;

    SET(code, easy, CURLOPT_IPRESOLVE, ip[check->ip_version]);
    SET(code, easy, CURLOPT_RESOLVE, setup->resolve);
    SET(code, easy, CURLOPT_CONNECT_TO, setup->connect_to);
    if (check->proxy)
        SET(code, easy, CURLOPT_PROXY, check->proxy);
    if (check->no_proxy)
        SET(code, easy, CURLOPT_NOPROXY, check->no_proxy);
    if (check->interface)
        SET(code, easy, CURLOPT_INTERFACE, check->interface);
    if (check->unix_socket)
        SET(code, easy, CURLOPT_UNIX_SOCKET_PATH, check->unix_socket);
    if (check->doh_url)
        SET(code, easy, CURLOPT_DOH_URL, check->doh_url);
    return code;
}

CURLcode easy_options_apply(struct easy_options *setup, CURL *easy, const struct check *check,
                            const struct ca_store *ca_store)
{
    CURLcode code;

    if (!append_all(&setup->headers, &check->headers) || !append_json(&setup->headers, check) ||
        !append_pins(&setup->resolve, &check->resolve) ||
        !append_all(&setup->connect_to, &check->connect_to))
        return CURLE_OUT_OF_MEMORY;
    code = set_request(setup, easy, check);
    if (code == CURLE_OK)
        code = set_tls(easy, check, ca_store);
    return code == CURLE_OK ? set_network(setup, easy, check) : code;
}

void easy_options_release(struct easy_options *setup)
{
    curl_slist_free_all(setup->headers);
    curl_slist_free_all(setup->resolve);
    curl_slist_free_all(setup->connect_to);
    *setup = (struct easy_options){0};
}
