#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of --format html: in a browser, with and without JavaScript, and read by validators.

    pages.py [--urlcheck PATH] [--only WORD]
"""

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import ExitStack
from html.parser import HTMLParser

from readers import Files, bare_message, expect_equal, need
from support import browser
from support.running import LIMIT_S, lines, run
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

ORDER = ['FAILED', 'UNKNOWN', 'FLAKY', 'WARN', 'OK']
BAD, GOOD = 3000, 7000
VNU_JAR = 'build/npm/node_modules/vnu-jar/build/dist/vnu.jar'
# vnu knows no hashes in a policy of <meta>: browsers tell whether they are right.
VNU_BLIND = re.compile(r'Inline (style|script) violates Content Security Policy \(meta tag\)')

ROWS = '[...document.querySelector("#results").tBodies[0].rows]'
SHOWN = ROWS + '.filter(row => row.checkVisibility())'
TEXTS = ROWS + '.map(row => [...row.cells].map(cell => cell.textContent))'


class Rows(HTMLParser):
    """The cells of the table of results, and all links."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.links, self.is_inside, self.is_cell = [], [], False, False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag == 'table':
            self.is_inside = dict(attributes).get('id') == 'results'
        elif tag == 'a':
            self.links.append(dict(attributes))
        elif tag == 'tr' and self.is_inside:
            self.rows.append([])
        elif tag in ('th', 'td') and self.is_inside:
            self.rows[-1].append('')
            self.is_cell = True

    def handle_endtag(self, tag):
        self.is_cell = self.is_cell and tag not in ('th', 'td', 'table')

    def handle_data(self, data):
        if self.is_inside and self.is_cell:
            self.rows[-1][-1] += data


def by_verdict(records):
    return sorted(records, key=lambda one: ORDER.index(one['verdict']))


def open_page(suite, path, **how):
    """The page in the browser, which is started for the first one."""
    if not browser.find():
        raise Skip('no Chromium')
    if not suite.browser:
        suite.browser = suite.stack.enter_context(browser.Browser())
    page = suite.browser
    page.complaints.clear()
    page.requests.clear()
    page.open(path, **how)
    return page


def expect_quiet(suite, page):
    """Nothing on the console; nothing requested but files and the icon, which is in the page."""
    suite.expect(not page.complaints, 'console: %s' % page.complaints[:3])
    others = [url for url in page.requests if not url.startswith(('file:', 'data:', 'about:'))]
    suite.expect(not others, 'requests: %s' % others[:3])


def every_item_is_one_row(suite):
    page = Rows(suite.files.text('html'))
    got = [[row[0], row[1], row[3].strip(), row[4].strip()] for row in page.rows[1:]]
    for cells, record in zip(got, by_verdict(suite.files.records)):
        name = record['name'] + ' ' if record['name'] else ''
        place = ' %s:%d' % (record['source']['file'], record['source']['line'])
        reason = record['class'] and '%s: %s ' % (record['class'], bare_message(record))
        wanted = [record['verdict'], str(record['status'] or ''),
                  (name + (record['url'] or "''") + (place if reason else '')).strip()]
        if cells[:3] != wanted or not cells[3].startswith((reason or '').strip()):
            suite.expect(False, 'the row %a, not %a %a' % (cells, wanted, reason))
    suite.expect(len(got) == suite.files.count, '%d rows, not %d' % (len(got), suite.files.count))


def links_are_web_links(suite):
    links = Rows(suite.files.text('html')).links
    leading_out = [link for link in links if not link['href'].startswith('#')]
    suite.expect(len(leading_out) > 20, 'links: %d' % len(leading_out))
    for link in leading_out:
        suite.expect(re.match('https?://', link['href'])
                     and link['rel'] == 'noreferrer noopener', 'a link: %s' % link)


def page_by_tidy(suite):
    need('tidy')
    for path in (suite.files.path('html'), suite.long):
        ran = subprocess.run(['tidy', '-q', '-e', path], capture_output=True, timeout=LIMIT_S)
        suite.expect(ran.returncode == 0, ran.stderr.decode()[:1000])


def expect_valid(suite, path):
    """By the Nu HTML checker, which `make test-deps` installs by npm."""
    if not shutil.which('vnu') and not (os.path.exists(VNU_JAR) and shutil.which('java')):
        raise Skip('vnu is missing, or java')
    command = ['vnu'] if shutil.which('vnu') else ['java', '-jar', VNU_JAR]
    ran = subprocess.run([*command, path], capture_output=True, timeout=LIMIT_S)
    complaints = [line for line in ran.stderr.decode().splitlines() if not VNU_BLIND.search(line)]
    suite.expect(not complaints, '\n'.join(complaints[:5])[:2000])


def page_by_vnu(suite):
    expect_valid(suite, suite.files.path('html'))


def page_in_a_browser(suite):
    """Hostile texts are texts."""
    page = open_page(suite, suite.files.path('html'))
    texts = page.value(TEXTS)
    wanted = Rows(suite.files.text('html')).rows[1:]
    expect_equal(suite, 'rows', texts, wanted)
    suite.expect(page.value('document.scripts.length') == 1, 'scripts')
    page.value('document.getElementById("verdict").value = "FAILED";'
               'document.getElementById("verdict").dispatchEvent(new Event("change"))')
    expect_equal(suite, 'filtered', page.value(TEXTS),
                 [row for row in wanted if row[0] == 'FAILED'])
    expect_quiet(suite, page)


def policy_is_enforced(suite):
    """A style or a script that is not ours is refused: so the page's own were not refused by luck."""
    text = suite.files.text('html').replace(
        '<header>', '<header><script>document.title = "broken"</script><p id="p" style="order: 7">')
    path = os.path.join(suite.folder, 'broken.html')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
    page = open_page(suite, path)
    suite.expect(page.value('document.title') != 'broken', 'the script ran')
    suite.expect(page.value('getComputedStyle(document.getElementById("p")).order') == '0',
                 'the style was applied')
    suite.expect(len(page.complaints) == 2, 'console: %s' % page.complaints)


def search(page, words):
    page.value('document.getElementById("words").value = %r;'
               'document.getElementById("words").dispatchEvent(new Event("input"))' % words)


def sort_by(page, column):
    page.value('document.querySelectorAll("#results thead button")[%d].click()' % column)


def urls(page):
    return [texts[3].split()[0] for texts in page.value(TEXTS)]


def sorting_and_filtering(suite):
    """Also of results for which the page has no row."""
    page = open_page(suite, suite.long)
    suite.expect(page.value(ROWS + '.length') == 1500, 'rows at first')
    search(page, 'ok?69')
    suite.expect(len(urls(page)) == 111, 'found: %d' % len(urls(page)))
    suite.expect(page.value('document.getElementById("found").textContent')
                 == '111 of 10,000 results', 'found')
    sort_by(page, 3)
    got = urls(page)
    suite.expect(got == sorted(got) and got[0].endswith('ok?69'), 'by URL: %s' % got[:3])
    sort_by(page, 3)
    suite.expect(urls(page) == got[::-1], 'by URL, the other way round')
    suite.expect(page.value('[...document.querySelectorAll("[aria-sort]")].map('
                            'head => head.textContent + head.getAttribute("aria-sort"))')
                 == ['URLdescending'], 'aria-sort')
    suite.expect(page.value('document.querySelector("#results caption").textContent')
                 == 'Results, sorted by URL', 'caption')
    search(page, 'h/2999 BAD-INPUT')
    suite.expect(urls(page) == ['ftp://h/2999'], 'one: %s' % urls(page))
    search(page, '')
    suite.expect(page.value(SHOWN + '.length') == 500, 'the first 500')
    page.value('document.getElementById("more").click()')
    suite.expect(page.value(SHOWN + '.length') == 1000, '500 more')
    expect_quiet(suite, page)


def links_that_the_script_makes(suite):
    """They are as those that urlcheck prints."""
    page = open_page(suite, suite.long)
    for words, count in (('ok?6999', 1), ('h/2999', 0)):
        search(page, words)
        suite.expect(page.value('[...document.querySelectorAll("#results a")].filter(a => '
                                '/^http/.test(a.href) && a.rel == "noreferrer noopener").length')
                     == count, words)


def complete_without_scripts(suite):
    page = open_page(suite, suite.long, scripts=False)
    texts = [row[3].split()[0] for row in page.value(TEXTS)]
    texts += [line.split('\t')[3] for line in
              page.value('document.querySelector("#rest pre").textContent').splitlines()]
    suite.expect(sorted(texts) == sorted(suite.urls), '%d results' % len(set(texts)))
    suite.expect(not page.value('document.getElementById("tools").checkVisibility()'),
                 'tools that do nothing')
    suite.expect(page.value('document.querySelectorAll("button:not([hidden])").length') == 0,
                 'buttons that do nothing')
    expect_quiet(suite, page)


def opens_in_a_second(suite):
    """Of CPU time, so that other programs do not matter; in a browser that has done nothing else."""
    if not browser.find():
        raise Skip('no Chromium')
    with browser.Browser() as page:
        page.show(1280, 'light')
        page.open(suite.long)
        page.value('document.body.offsetHeight')
        suite.expect_within(1, page.cpu_seconds(), '10,000 results')


def fits_a_phone(suite):
    """The page is not wider than the window: nothing has to be scrolled sideways."""
    page = open_page(suite, suite.long)
    for width in (390, 1280):
        page.show(width, 'light')
        for path in (suite.files.path('html'), suite.long):
            page.open(path)
            found = page.value('document.documentElement.scrollWidth')
            suite.expect(found <= width, '%s: %d of %d pixels' % (path, found, width))


def expect_light_and_dark(suite, path):
    page = open_page(suite, path)
    colors = []
    for scheme in ('light', 'dark'):
        page.show(1280, scheme)
        colors.append(page.value('[getComputedStyle(document.body).backgroundColor,'
                                 'getComputedStyle(document.body).color]'))
    suite.expect(colors[0][0] == 'rgb(255, 255, 255)', 'light: %s' % colors)
    suite.expect(not set(colors[0]) & set(colors[1]), 'dark: %s' % colors)


def light_and_dark(suite):
    expect_light_and_dark(suite, suite.files.path('html'))


def make_long(suite):
    """10,000 results, most of which have no row."""
    bad = ['ftp://h/%d' % number for number in range(BAD)]
    good = [suite.server + '/ok?%d' % number for number in range(GOOD)]
    suite.urls = bad + good
    suite.long = os.path.join(suite.folder, 'long.html')
    ran = run(suite, '-s', '--format', 'html:' + suite.long, stdin=lines(suite.urls))
    if ran.status != 1 or ran.err:
        raise ValueError('exit status %d, %s' % (ran.status, ran.err))


def main():
    suite = Suite(__doc__)
    with HazardServer() as server, ExitStack() as stack, \
            tempfile.TemporaryDirectory(prefix='urlcheck-pages-') as folder:
        suite.stack, suite.browser = stack, None
        suite.folder, suite.server = folder, server.about['urls']['http']
        suite.files = Files(suite, folder, server)
        make_long(suite)
        suite.run(every_item_is_one_row, links_are_web_links, page_by_tidy, page_by_vnu,
                  page_in_a_browser, policy_is_enforced, sorting_and_filtering,
                  links_that_the_script_makes, complete_without_scripts, opens_in_a_second,
                  fits_a_phone, light_and_dark)


if __name__ == '__main__':
    main()
