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

static void print_lines(struct text *out, const char *const *lines)
{
    for (; *lines; lines++)
        text_add(out, *lines);
}

/* " 'sha256-BASE64'", of exactly what print_lines() prints. */
static void print_hash(struct text *out, const char *const *lines)
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
    text_addf(out, " 'sha256-%s'", (const char *)text);
}

/* In <meta>, a policy must come before what it applies to. */
static void print_policy(struct text *out, enum html_kind kind)
{
    text_add(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src");
    print_hash(out, styles[kind]);
    text_add(out, "; script-src");
    print_hash(out, scripts[kind]);
    text_add(out, "; img-src data:; base-uri 'none'; form-action 'none'\">\n");
}

/* A status page is read again, as it is written again. */
static void print_links(struct text *out, const struct html_page *page)
{
    if (page->refresh_s)
        text_addf(out, "<meta http-equiv=\"refresh\" content=\"%d\">\n", page->refresh_s);
    if (page->feed)
        text_addf(out,
                  "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Outages\" "
                  "href=\"%s\">\n",
                  page->feed);
    /* An icon of its own, so that browsers do not ask the server for /favicon.ico. */
    text_addf(out,
              "<link rel=\"icon\" href=\"data:image/svg+xml,"
              "%%3Csvg%%20xmlns='http://www.w3.org/2000/svg'%%20viewBox='0%%200%%2016%%2016'%%3E"
              "%%3Ccircle%%20cx='8'%%20cy='8'%%20r='7'%%20fill='%%23%s'/%%3E%%3C/svg%%3E\">\n",
              page->color);
}

void html_page_begin(struct text *out, const struct html_page *page)
{
    text_add(out, "<!DOCTYPE html>\n"
                  "<html lang=\"en\">\n"
                  "<head>\n"
                  "<meta charset=\"utf-8\">\n");
    print_policy(out, page->kind);
    text_add(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta name=\"generator\" content=\"urlcheck " URLCHECK_VERSION "\">\n");
    print_links(out, page);
    text_add(out, "<title>");
    xml_print(out, page->title);
    text_add(out, "</title>\n<style>");
    print_lines(out, styles[page->kind]);
    text_add(out, "</style>\n</head>\n<body>\n");
}

void html_page_end(struct text *out, const struct html_page *page)
{
    text_add(out, "<script>");
    print_lines(out, scripts[page->kind]);
    text_add(out, "</script>\n</body>\n</html>\n");
}
