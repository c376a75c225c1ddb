/* SPDX-License-Identifier: MIT */
#include "html_page.h"

#include <openssl/evp.h>
#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "xml.h"

/* The lines of styles and scripts: the Makefile makes C strings of them. NULL ends the list. */
static const char *const report_style[] = {
#include <html.css.inc>
#include <html_report.css.inc>
    NULL};
static const char *const report_script[] = {
#include <html_report.js.inc>
    NULL};
static const char *const status_style[] = {
#include <html.css.inc>
#include <html_status.css.inc>
    NULL};
static const char *const status_script[] = {
#include <html_status.js.inc>
    NULL};

/* By enum html_kind. */
static const char *const *const styles[] = {report_style, status_style};
static const char *const *const scripts[] = {report_script, status_script};

static void print_lines(FILE *file, const char *const *lines)
{
    for (; *lines; lines++)
        fputs(*lines, file);
}

/* " 'sha256-BASE64'", of exactly what print_lines() prints. */
static void print_hash(FILE *file, const char *const *lines)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;

    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        alloc_end_process(); /* the only reason: see results/dedup.c */
    for (; *lines; lines++)
        EVP_DigestUpdate(context, *lines, strlen(*lines));
    EVP_DigestFinal_ex(context, digest, &length);
    EVP_MD_CTX_free(context);
    EVP_EncodeBlock(text, digest, (int)length);
    fprintf(file, " 'sha256-%s'", (const char *)text);
}

/* In <meta>, a policy must come before what it applies to. */
static void print_policy(FILE *file, enum html_kind kind)
{
    fputs("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src",
          file);
    print_hash(file, styles[kind]);
    fputs("; script-src", file);
    print_hash(file, scripts[kind]);
    fputs("; img-src data:; base-uri 'none'; form-action 'none'\">\n", file);
}

/* A status page is read again, as it is written again. */
static void print_links(FILE *file, const struct html_page *page)
{
    if (page->refresh_s)
        fprintf(file, "<meta http-equiv=\"refresh\" content=\"%d\">\n", page->refresh_s);
    if (page->feed)
        fprintf(file,
                "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Outages\" "
                "href=\"%s\">\n",
                page->feed);
    /* An icon of its own, so that browsers do not ask the server for /favicon.ico. */
    fprintf(file,
            "<link rel=\"icon\" href=\"data:image/svg+xml,"
            "%%3Csvg%%20xmlns='http://www.w3.org/2000/svg'%%20viewBox='0%%200%%2016%%2016'%%3E"
            "%%3Ccircle%%20cx='8'%%20cy='8'%%20r='7'%%20fill='%%23%s'/%%3E%%3C/svg%%3E\">\n",
            page->color);
}

void html_page_begin(FILE *file, const struct html_page *page)
{
    fputs("<!DOCTYPE html>\n"
          "<html lang=\"en\">\n"
          "<head>\n"
          "<meta charset=\"utf-8\">\n",
          file);
    print_policy(file, page->kind);
    fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"referrer\" content=\"no-referrer\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n"
          "<meta name=\"generator\" content=\"urlcheck " URLCHECK_VERSION "\">\n",
          file);
    print_links(file, page);
    fputs("<title>", file);
    xml_print(file, page->title);
    fputs("</title>\n<style>", file);
    print_lines(file, styles[page->kind]);
    fputs("</style>\n</head>\n<body>\n", file);
}

void html_page_end(FILE *file, const struct html_page *page)
{
    fputs("<script>", file);
    print_lines(file, scripts[page->kind]);
    fputs("</script>\n</body>\n</html>\n", file);
}
