#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks which words of libraries can reach a user.

    check_words.py [ROOT]

Each call that returns a text by libcurl, OpenSSL, PCRE2 or the C library must be in ALLOWED, with the
number of such calls in the file and the reason why their text is good for a person. A new call needs
an entry: first try to say it in words of our own (src/probe/curl_words.c is the place for libcurl's and
OpenSSL's).
"""

import collections
import pathlib
import re
import sys

CALLS = re.compile(r'''\b(
    curl_(?:easy|url|multi|share)_strerror | CURLOPT_ERRORBUFFER |
    X509_verify_cert_error_string | X509_NAME_oneline | X509_NAME_print\w* |
    ERR_(?:error_string\w* | reason_error_string | lib_error_string | print_errors\w*) |
    SSL_(?:alert|state)\w*_string\w* |
    pcre2_get_error_message | regerror | zError | BrotliDecoderErrorString | ZSTD_getErrorName |
    json_error_text | sqlite3_errmsg | sqlite3_errstr |
    strerror | strerror_r | strerrorname_np | error_set_errno | perror | gai_strerror | hstrerror |
    strsignal | dlerror
)\b''', re.X)
COMMENTS = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)

ERRNO = 'errno of a file that the message names: "No such file or directory", "Permission denied"'
SOCKET = 'errno of a socket: "No route to host", "Network is unreachable", "Permission denied"'
SHORTAGE = 'errno of a shortage: "Too many open files", "Cannot allocate memory"'
OUTPUT = 'errno of a write: "No space left on device", "Broken pipe"'

# (file, call): (how many, why its text may be printed)
ALLOWED = {
    ('base/error.c', 'error_set_errno'): (1, 'the function itself'),
    ('base/error.c', 'strerror'): (1, 'of error_set_errno(): see its callers'),
    ('base/thread.c', 'strerror'): (1, 'a bug in urlcheck, for its developers; the process aborts'),
    ('engine/canary_set.c', 'strerror'): (1, SHORTAGE),
    ('engine/run_loop.c', 'strerror'): (1, SHORTAGE),
    ('input/arg_file.c', 'error_set_errno'): (2, ERRNO),
    ('input/canaries.c', 'strerror'): (1, SHORTAGE),
    ('input/list.c', 'error_set_errno'): (4, ERRNO),
    ('input/list_file.c', 'error_set_errno'): (2, ERRNO),
    ('input/option_tls.c', 'error_set_errno'): (2, ERRNO),
    ('input/pattern.c', 'pcre2_get_error_message'):
        (1, 'says what is wrong with the expression, and the message where: "missing closing '
            'parenthesis"; PCRE2 writes these for people, and there are 100 of them'),
    ('output/output.c', 'error_set_errno'): (2, OUTPUT),
    ('probe/ca_store.c', 'error_set_errno'): (1, ERRNO),
    ('probe/ca_store.c', 'strerror'): (1, ERRNO),
    ('probe/failure.c', 'strerror'): (1, SHORTAGE),
    ('probe/failure_connection.c', 'strerror'): (6, SOCKET),
    ('probe/failure_parts.c', 'curl_easy_strerror'):
        (1, 'only through curl_words(), where libcurl has no text in its error buffer'),
    ('probe/failure_tls.c', 'X509_verify_cert_error_string'): (1, 'only through curl_words()'),
    ('probe/failure_tls.c', 'strerror'): (2, SOCKET),
    ('probe/transfer.c', 'CURLOPT_ERRORBUFFER'): (1, 'only through curl_words()'),
    ('session/merge.c', 'strerror'): (2, SHORTAGE),
    ('session/merge_files.c', 'error_set_errno'): (3, ERRNO),
    ('session/merge_files.c', 'strerror'): (2, ERRNO),
    ('session/merge_records.c', 'error_set_errno'): (1, ERRNO),
    ('session/ping.c', 'strerror'): (2, SHORTAGE),
    ('session/run_lock.c', 'error_set_errno'): (3, ERRNO),
    ('session/dump.c', 'strerror'): (1, OUTPUT),
    ('session/exit_status.c', 'strerror'): (1, OUTPUT),
    ('session/process.c', 'strerror'): (1, OUTPUT),
    ('session/session.c', 'strerror'): (2, SHORTAGE),
    ('state/database.c', 'strerror'): (2, ERRNO + ', which a call of SQLite left'),
    ('state/state_file.c', 'strerror'): (4, ERRNO),
}


def count(root):
    """{(file, call): number}"""
    found = collections.Counter()
    for path in sorted((root / 'src').glob('**/*.c')):
        text = COMMENTS.sub('', path.read_text())
        for match in CALLS.finditer(text):
            found[str(path.relative_to(root / 'src')), match.group(1)] += 1
    return found


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.')
    found = count(root)
    failed = 0
    for key in sorted(set(found) | set(ALLOWED)):
        allowed = ALLOWED.get(key, (0, ''))[0]
        if found[key] != allowed:
            failed += 1
            print('FAIL src/%s: %d of %s, allowed: %d (tests/check_words.py)'
                  % (key[0], found[key], key[1], allowed))
    print('%d passed, %d failed' % (len(ALLOWED) - min(failed, len(ALLOWED)), failed))
    sys.exit(failed > 0)


if __name__ == '__main__':
    main()
