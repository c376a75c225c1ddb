#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--extract finds the URLs of the texts in tests/cli/extract: those in NAME.urls, and no others.

    extract.py [--urlcheck COMMAND] [--timeout-scale K]

NAME.urls was written by hand: the line and the URL of each, in order. As a check of these lists, the
links that cmark-gfm and Python's html.parser find in Markdown and HTML must be among them.
"""

import glob
import html.parser
import json
import os
import re
import shutil

from program import HERE, arguments, run

from support.tally import Tally

TEXTS = os.path.join(HERE, 'extract')
# What is a link for another parser: placeholders, www. without a scheme, rows of tables, and in Python an &lt without a
# semicolon (not so by https://html.spec.whatwg.org/#named-character-reference-state).
NOT_LISTED = re.compile(r'PORT|%7B|[{}]|//www\.no-scheme\.|[?]lt=1<=2|,,')


def read_urls(path):
    with open(path + '.urls', encoding='utf-8') as file:
        return file.read().splitlines()


def extract(command, path):
    """["LINE URL"] of a file."""
    done = run(command + ['--extract', '--dump', os.path.basename(path)], cwd=TEXTS)
    return ['%d %s' % (record['source']['line'], record['url'])
            for record in map(json.loads, done.stdout.splitlines())], done


class Links(html.parser.HTMLParser):
    """The http URLs in attributes that are links."""

    def __init__(self):
        super().__init__()
        self.urls = set()

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ('href', 'src', 'url') and re.match(r'\s*https?:', value, re.I):
                # As browsers do (https://url.spec.whatwg.org/#path-percent-encode-set).
                self.urls.add(value.strip().replace(' ', '%20').replace('"', '%22'))


def links_of_html(text):
    links = Links()
    links.feed(text)
    return links.urls


def links_of_markdown(text):
    page = run(['cmark-gfm', '--unsafe', '-e', 'footnotes', '-e', 'autolink', '-e', 'table'], text).stdout
    return links_of_html(page)


def compare(tally, name, parse):
    """What another parser finds is in the list."""
    with open(os.path.join(TEXTS, name), encoding='utf-8') as file:
        found = {url for url in parse(file.read()) if not NOT_LISTED.search(url)}
    listed = {line.partition(' ')[2] for line in read_urls(os.path.join(TEXTS, name))}
    tally.expect(found, '%s: the other parser finds nothing' % name)
    tally.count('%s: another parser' % name,
                ['%s is not in the list' % url for url in sorted(found - listed)])


def differences(found, wanted):
    return (['invented: ' + line for line in found if line not in wanted]
            + ['missing: ' + line for line in wanted if line not in found]
            + (['in another order'] if sorted(found) == sorted(wanted) and found != wanted else []))


def main():
    args = arguments(__doc__).parse_args()
    tally = Tally()
    paths = sorted(path[:-len('.urls')] for path in glob.glob(os.path.join(TEXTS, '*.urls')))
    for path in paths:
        found, done = extract(args.urlcheck, path)
        name = os.path.basename(path)
        tally.count(name, differences(found, read_urls(path)) + done.stderr.splitlines())
    tally.expect(len(paths) >= 30, 'only %d texts' % len(paths))
    for name in ('page.html', 'feed.rss'):
        compare(tally, name, links_of_html)
    if shutil.which('cmark-gfm'):
        compare(tally, 'README.md', links_of_markdown)
        compare(tally, 'paragraph.txt', links_of_markdown)
    else:
        tally.skip('cmark-gfm is missing')
    tally.finish(len(paths))


if __name__ == '__main__':
    main()
