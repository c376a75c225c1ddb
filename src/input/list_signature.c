/* SPDX-License-Identifier: MIT */
#include "list_signature.h"

#include <string.h>

bool list_is_utf16(const char *start, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)start;

    if (length >= 2 &&
        ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
        return true;
    return length >= 4 && !bytes[0] == !bytes[2] && !bytes[1] == !bytes[3] &&
           !bytes[0] != !bytes[1];
}

const char *list_signature_problem(const char *start, size_t length, size_t *signature_length)
{
    /* RFC 1952 section 2.3.1, RFC 8878 section 3.1.1, xz 1.2, APPNOTE.TXT 4.3.7, ISO 32000 7.5.2,
       [MS-CFB] 2.2 */
    static const struct {
        const char *bytes, *problem;
    } signatures[] = {
        {"\x1f\x8b", "the list is compressed (try zcat FILE | urlcheck)"},
        {"\x28\xb5\x2f\xfd", "the list is compressed (try zstdcat FILE | urlcheck)"},
        {"\xfd"
         "7zXZ",
         "the list is compressed (try xzcat FILE | urlcheck)"},
        {"PK\x03\x04", "the list is a zip archive or an Office document: save it as text"},
        {"\xd0\xcf\x11\xe0", "the list is an Office document: save it as text"},
        {"%PDF-", "the list is a PDF (try pdftotext FILE - | urlcheck --extract)"},
        {"{\\rtf", "the list is in RTF: save it as text"},
    };

    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        *signature_length = strlen(signatures[i].bytes);
        if (length >= *signature_length &&
            memcmp(start, signatures[i].bytes, *signature_length) == 0)
            return signatures[i].problem;
    }
    return NULL;
}
