#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The status page (--format html with --state) in a browser, and the feed of outages (--format atom) in other
programs, after 90 days of results.

    status.py [--urlcheck PATH] [--only WORD]
"""

import os
import re
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from contextlib import ExitStack
from datetime import datetime

from pages import expect_light_and_dark, expect_quiet, expect_valid, open_page
from readers import PYTHON, need, need_module, read
from support.running import LIMIT_S, lines, run
from support.state_file import DAY_S, Sample, StateFile, pack
from support.suite import Skip, Suite

from hazard.spawn import HazardServer

ATOM = '{http://www.w3.org/2005/Atom}'
DAYS = 90
MANY = 500
STEP_S = 1800
# Names that must stay texts.
NAMES = ['<script>document.title = "broken"</script>', '"><img src=http://192.0.2.1/ onerror=x>',
         "' & ]]> <!--", '\u202emirror', 'a' * 300]

ARTICLES = '[...document.querySelectorAll("article")]'
FEEDPARSER = r'''
import feedparser, json, sys
feed = feedparser.parse(sys.argv[1])
if feed.bozo:
    sys.exit(str(feed.bozo_exception))
json.dump([[one.id, one.title, one.updated, one.published] for one in feed.entries], sys.stdout)
'''


class Site:
    """A list, and a state file with 90 days of its URLs; then a run writes page and feed. Of each 20 URLs one
    is down now, one is WARN; of each 7 one was down for an hour, and all were for ten minutes on one day.
    Of two days nothing is known."""

    def __init__(self, suite, folder, count):
        self.folder, self.count = folder, count
        os.mkdir(folder)
        self.urls = [suite.server + self.path_of(number) for number in range(count)]
        with open(self.file('list'), 'wb') as file:
            file.write(lines("%s name='%s'" % (url, NAMES[number].replace("'", "'\\''"))
                             if number < len(NAMES) else url
                             for number, url in enumerate(self.urls)))
        self.fill(suite)
        self.ran = self.run(suite)

    @staticmethod
    def path_of(number):
        kind = {1: '/status/503', 2: '/status/418'}.get(number % 20, '/ok')
        return '%s?secret=%d' % (kind, number)

    def file(self, name):
        return os.path.join(self.folder, name)

    def fill(self, suite):
        today = int(time.time()) // DAY_S
        whole = [Sample(second, latency=80000 + second % 40000)
                 for second in range(0, DAY_S, STEP_S)]
        blob = pack(0, whole)
        with StateFile(suite, self.file('state')) as state:
            for number, url in enumerate(self.urls):
                first, last = (today - DAYS + 1) * DAY_S, today * DAY_S - STEP_S
                state.add_url(number + 1, first, last, url)
                for day in range(today - DAYS + 1, today):
                    if day not in (today - 30, today - 31):
                        state.add_blob(number + 1, day, blob)
                state.add_outage(number + 1, (today - 40) * DAY_S, (today - 40) * DAY_S + 600)
                if number % 7 == 0:
                    state.add_outage(number + 1, (today - 9) * DAY_S, (today - 9) * DAY_S + 3600,
                                     'refused', 'connection refused')
            state.database.execute('UPDATE url SET key = url')

    def run(self, suite, *args):
        return run(suite, '-s', '--warn', '418', '--state', self.file('state'), '-i',
                   self.file('list'), '--format', 'html:' + self.file('status.html'), '--format',
                   'atom:' + self.file('outages.atom'), *args)

    def text(self, name):
        with open(self.file(name), encoding='utf-8') as file:
            return file.read()

    def down(self):
        return [number for number in range(self.count) if number % 20 == 1]


def open_at(suite, path, age_s, **how):
    """The page in the browser, whose clock says that the page is that old."""
    written = re.search(r'id="now" datetime="([^"]*)"', open(path, encoding='utf-8').read())[1]
    now = datetime.fromisoformat(written.replace('Z', '+00:00')).timestamp() + age_s
    page = open_page(suite, suite.few.file('status.html'), **how)
    page.complaints.clear()
    page.requests.clear()
    script = page.call('Page.addScriptToEvaluateOnNewDocument',
                       source='Date.now = () => %d' % (now * 1000))['identifier']
    page.open(path, **how)
    page.call('Page.removeScriptToEvaluateOnNewDocument', identifier=script)
    return page


def text_of(page, selector):
    return page.value('document.querySelector(%r).textContent' % selector).strip()


def run_is_as_expected(suite):
    for site in (suite.few, suite.many):
        suite.expect(site.ran.status == 1 and not site.ran.err, 'exit status %d, %s' % (
            site.ran.status, site.ran.err))


def size_of_page(suite):
    """A megabyte for 100 URLs."""
    found = os.path.getsize(suite.many.file('status.html'))
    suite.expect(found < MANY * 10000, '%d bytes' % found)


def page_in_a_browser(suite):
    for site in (suite.few, suite.many):
        page = open_at(suite, site.file('status.html'), 200)
        suite.expect(text_of(page, 'h1') == '%d of %d %s down' % (
            len(site.down()), site.count, 'is' if len(site.down()) == 1 else 'are'), 'sentence')
        suite.expect(text_of(page, '#as-of').endswith(', 3 min ago'), text_of(page, '#as-of'))
        suite.expect(not page.value('document.getElementById("old").checkVisibility()'), 'old')
        suite.expect(page.value(ARTICLES + '.length') == site.count, 'URLs')
        bars = page.value(ARTICLES + '.map(one => one.querySelectorAll(".days i").length)')
        suite.expect(set(bars) == {DAYS}, 'bars: %s' % set(bars))
        suite.expect(page.value('document.scripts.length') == 1, 'scripts')
        expect_quiet(suite, page)


def days_as_bars_and_as_text(suite):
    page = open_at(suite, suite.few.file('status.html'), 0)
    kinds = page.value('[...%s[0].querySelectorAll(".days i")].map(one => one.className).join("")'
                       % ARTICLES)
    suite.expect(re.fullmatch(r'u{49}au{8}pnu{29}[abc]', kinds), kinds)
    rows = page.value('[...%s[0].querySelectorAll("details tr")].slice(1).map('
                      'row => [...row.cells].map(cell => cell.textContent))' % ARTICLES)
    texts = [text for _, text in rows]
    suite.expect(texts.count('not measured') == 1 and texts.count('down for 10 min') == 1,
                 'days: %s' % rows)


def old_page_is_not_green(suite):
    page = open_at(suite, suite.few.file('status.html'), 2 * 3600)
    suite.expect(text_of(page, 'h1') == 'Out of date', text_of(page, 'h1'))
    suite.expect(page.value('document.title').startswith('Out of date'), 'title')
    suite.expect(text_of(page, '#old').startswith('No news for 2 h 0 min. The last was: 1 of 3'),
                 text_of(page, '#old'))
    suite.expect(page.value('getComputedStyle(document.querySelector("main")).filter')
                 == 'grayscale(1)', 'colours')
    suite.expect('%23808080' in page.value('document.querySelector("link[rel=icon]").href'), 'icon')
    expect_quiet(suite, page)


def complete_without_scripts(suite):
    for site in (suite.few, suite.many):
        page = open_page(suite, site.file('status.html'), scripts=False)
        suite.expect(re.fullmatch(r'As of \d+ \w+ \d{4}, \d\d:\d\d UTC', text_of(page, '#as-of')),
                     text_of(page, '#as-of'))
        shown = page.value(ARTICLES + '.length')
        suite.expect(shown == site.count, '%d URLs' % shown)
        suite.expect(not page.value('[...document.querySelectorAll("#tools, #old")]'
                                    '.some(one => one.checkVisibility())'), 'what does nothing')
        expect_quiet(suite, page)


def search_among_many(suite):
    page = open_at(suite, suite.many.file('status.html'), 0)
    for words, count in (('secret=7', 11), ('SECRET=77', 1), ('http-5xx', 25), ('', MANY)):
        page.value('document.getElementById("words").value = %r;'
                   'document.getElementById("words").dispatchEvent(new Event("input"))' % words)
        shown = page.value(ARTICLES + '.filter(one => !one.hidden).length')
        suite.expect(shown == count, '%s: %d' % (words, shown))
    suite.expect(text_of(page, '#found') == '500 of 500', text_of(page, '#found'))


def what_was_open_stays_open(suite):
    """When the browser loads the page again by itself."""
    page = open_page(suite, suite.many.file('status.html'))
    page.value('document.getElementById("words").value = "secret=77";'
               'document.getElementById("words").dispatchEvent(new Event("input"));'
               'document.querySelector("article:not([hidden]) details").open = true')
    page.events.clear()
    page.call('Page.reload')
    while 'Page.loadEventFired' not in page.events:
        page.receive()
    shown = page.value(ARTICLES + '.filter(one => !one.hidden).length')
    suite.expect(shown == 1, 'found again: %d' % shown)
    suite.expect(page.value('document.querySelectorAll("article details[open]").length') == 1, 'open')
    page.value('document.getElementById("words").value = ""')
    page.value('document.querySelectorAll("details").forEach(one => one.open = false)')
    expect_quiet(suite, page)


def failures_are_first_and_others_are_folded(suite):
    page = open_at(suite, suite.many.file('status.html'), 0)
    first = page.value(ARTICLES + '.slice(0, 25).map(one => one.closest("section").id)')
    suite.expect(set(first) == {'down'}, 'first: %s' % first)
    shown = page.value(ARTICLES + '.filter(one => one.checkVisibility()).length')
    suite.expect(shown == 50, 'not folded: %d' % shown)


def opens_in_a_second(suite):
    """Of CPU time, so that other programs do not matter; in a browser that has done nothing else."""
    from support import browser
    if not browser.find():
        raise Skip('no Chromium')
    with browser.Browser() as page:
        page.show(1280, 'light')
        page.open(suite.many.file('status.html'))
        page.value('document.body.offsetHeight')
        suite.expect_within(1, page.cpu_seconds(), '500 URLs')


def fits_a_phone(suite):
    """The page is not wider than the window: nothing has to be scrolled sideways."""
    page = open_page(suite, suite.few.file('status.html'))
    for width in (390, 1280):
        page.show(width, 'light')
        for site in (suite.few, suite.many):
            page.open(site.file('status.html'))
            if site is suite.few:
                page.value('document.querySelectorAll("details").forEach(one => one.open = true)')
            found = page.value('document.documentElement.scrollWidth')
            suite.expect(found <= width, '%d URLs: %d of %d pixels' % (site.count, found, width))


def light_and_dark(suite):
    expect_light_and_dark(suite, suite.few.file('status.html'))


def page_by_tidy(suite):
    need('tidy')
    for site in (suite.few, suite.many):
        ran = subprocess.run(['tidy', '-q', '-e', site.file('status.html')], capture_output=True,
                             timeout=LIMIT_S)
        suite.expect(ran.returncode == 0, ran.stderr.decode()[:1000])


def page_by_vnu(suite):
    expect_valid(suite, suite.few.file('status.html'))


def feed_is_atom(suite):
    """What RFC 4287 demands of a feed and its entries."""
    for site in (suite.few, suite.many):
        feed = ElementTree.fromstring(site.text('outages.atom'))
        ids = [one.text for one in feed.iter(ATOM + 'id')]
        suite.expect(feed.tag == ATOM + 'feed' and feed.find(ATOM + 'author/' + ATOM + 'name').text,
                     'feed')
        suite.expect(len(set(ids)) == len(ids), 'ids differ')
        for part in (feed, *feed.findall(ATOM + 'entry')):
            for name in ('id', 'title', 'updated'):
                suite.expect(len(part.findall(ATOM + name)) == 1, name)
        for one in ids:
            suite.expect(re.fullmatch(r'tag:localhost,2026:urlcheck/(feed|outage)/[0-9a-f]{32}', one),
                         one)
        for one in (*feed.iter(ATOM + 'updated'), *feed.iter(ATOM + 'published')):
            datetime.strptime(one.text, '%Y-%m-%dT%H:%M:%SZ')
        links = {link.get('rel'): link.get('href') for link in feed.findall(ATOM + 'link')}
        suite.expect(links == {'self': 'outages.atom', 'alternate': 'status.html'},
                     'links: %s' % links)
    suite.expect(len(ElementTree.fromstring(suite.few.text('outages.atom'))
                     .findall(ATOM + 'entry')) == 5, 'entries')


def page_leads_to_feed(suite):
    page = open_page(suite, suite.few.file('status.html'))
    suite.expect(page.value('document.querySelector("link[type=\'application/atom+xml\']")'
                            '.getAttribute("href")') == 'outages.atom', 'head')
    suite.expect(page.value('document.querySelector("footer a").getAttribute("href")')
                 == 'outages.atom', 'footer')


def entry_changes_when_its_outage_ends(suite):
    """--accept 503 ends it. Readers know the entry by its id."""
    site = Site(suite, os.path.join(suite.folder, 'changing'), 2)
    before = entries(site)
    site.run(suite, '--accept', '200,503')
    after = entries(site)
    down = [one for one in before if before[one][0].startswith('Down: ')]
    suite.expect(len(down) == 1 and set(before) == set(after), '%s, %s' % (before, after))
    for one in before:
        title, published, updated = after[one]
        suite.expect(published == before[one][1], 'begin')
        suite.expect(title.startswith('Up after '), title)
        suite.expect((updated == before[one][2]) == (one not in down) or updated == published,
                     'updated: %s, %s' % (before[one], after[one]))


def entries(site):
    feed = ElementTree.fromstring(site.text('outages.atom'))
    return {one.find(ATOM + 'id').text: [one.find(ATOM + name).text for name in
                                         ('title', 'published', 'updated')]
            for one in feed.findall(ATOM + 'entry')}


def feed_by_xmllint(suite):
    need('xmllint')
    read('xmllint', '--noout', suite.many.file('outages.atom'))


def feed_by_feedparser(suite):
    need_module([PYTHON, '-c', 'import feedparser'], 'feedparser')
    got = read(PYTHON, '-c', FEEDPARSER, suite.few.file('outages.atom'))
    suite.expect(got.count('tag:localhost') == 5, got)


def public_hides(suite):
    """URLs, messages, addresses; names and hosts are shown."""
    site = Site(suite, os.path.join(suite.folder, 'public'), 8)
    site.run(suite, '--public')
    for name in ('status.html', 'outages.atom'):
        text = site.text(name)
        for hidden in ('secret', '/ok', '/status/', 'Unavailable', 'connection refused', 'list,'):
            suite.expect(hidden not in text, '%s shows %s' % (name, hidden))
        suite.expect('127.0.0.1' in text and 'http-5xx' in text, name)


def page_stays_if_the_state_is_broken(suite):
    site = Site(suite, os.path.join(suite.folder, 'broken'), 2)
    before = site.text('status.html'), site.text('outages.atom')
    with open(site.file('state'), 'w') as file:
        file.write('no database\n' * 1000)
    ran = site.run(suite)
    suite.expect(ran.status == 3 and ran.err, 'exit status %d, %s' % (ran.status, ran.err))
    suite.expect(before == (site.text('status.html'), site.text('outages.atom')), 'a new page')


def main():
    suite = Suite(__doc__)
    with HazardServer() as server, ExitStack() as stack, \
            tempfile.TemporaryDirectory(prefix='urlcheck-status-') as folder:
        suite.stack, suite.browser = stack, None
        suite.folder, suite.server = folder, server.about['urls']['http']
        suite.few = Site(suite, os.path.join(folder, 'few'), 3)
        suite.many = Site(suite, os.path.join(folder, 'many'), MANY)
        suite.run(run_is_as_expected, size_of_page, page_in_a_browser, days_as_bars_and_as_text,
                  old_page_is_not_green, complete_without_scripts, search_among_many, what_was_open_stays_open,
                  failures_are_first_and_others_are_folded, opens_in_a_second, fits_a_phone,
                  light_and_dark, page_by_tidy, page_by_vnu, feed_is_atom, page_leads_to_feed,
                  entry_changes_when_its_outage_ends, feed_by_xmllint, feed_by_feedparser,
                  public_hides, page_stays_if_the_state_is_broken)


if __name__ == '__main__':
    main()
