'use strict';
/*
 * Says how old the page is, and that it is too old: a page that is not written any more must not look as if
 * all were well. And a search, if there are many URLs. The page is complete without it.
 */
(() => {
  const MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR; /* in seconds */
  const now = document.getElementById('now'), age = document.getElementById('age');
  const old = document.getElementById('old'), sentence = document.getElementById('sentence');
  const said = sentence.textContent.trim(), title = document.title;

  function inWords(seconds) {
    if (seconds < MINUTE)
      return Math.floor(seconds) + ' s';
    if (seconds < HOUR)
      return Math.floor(seconds / MINUTE) + ' min';
    if (seconds < DAY)
      return Math.floor(seconds / HOUR) + ' h ' + Math.floor(seconds % HOUR / MINUTE) + ' min';
    return Math.floor(seconds / DAY) + ' d ' + Math.floor(seconds % DAY / HOUR) + ' h';
  }

  /* A page that has become old stays so until it is loaded again. */
  function markOld(seconds) {
    const icon = document.querySelector('link[rel=icon]');

    document.body.classList.add('old');
    sentence.className = 'unknown';
    sentence.querySelector('.mark').setAttribute('class', 'mark unknown');
    sentence.querySelector('use').setAttribute('href', '#is-unknown');
    sentence.querySelector('span').textContent = 'Out of date';
    document.title = 'Out of date - ' + title;
    icon.href = icon.href.replace(/%23[0-9a-f]{6}/, '%23808080');
    old.textContent = 'No news for ' + inWords(seconds) + '. The last was: ' + said + '.';
    old.hidden = false;
  }

  function tick() {
    const seconds = (Date.now() - Date.parse(now.dateTime)) / 1000;

    if (seconds < -MINUTE)
      return; /* this clock, or that of the other machine, is wrong */
    age.textContent = seconds < 1 ? ', just now' : ', ' + inWords(seconds) + ' ago';
    if (seconds > Number(now.dataset.stale))
      markOld(seconds);
  }

  tick();
  setInterval(tick, 10000);

  /* The page is loaded again every few minutes: what was open and searched for stays so. */
  const words = document.getElementById('words');
  const folds = [...document.querySelectorAll('details')];

  function nameOf(fold) {
    const card = fold.closest('article'), summary = fold.querySelector('summary');
    return card ? card.id : (summary.querySelector('.label') || summary).textContent;
  }

  function remember() {
    const kept = {
      at: Date.now(), y: scrollY, words: words ? words.value : '',
      open: folds.filter(fold => fold.open).map(nameOf)
    };
    sessionStorage.setItem(location.pathname, JSON.stringify(kept));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(location.pathname));

    if (!kept || Date.now() - kept.at > 10000)
      return;
    for (const fold of folds)
      fold.open = kept.open.includes(nameOf(fold));
    if (words && kept.words) {
      words.value = kept.words;
      words.dispatchEvent(new Event('input'));
    }
    scrollTo(0, kept.y);
  }

  addSearch();
  try {
    restore();
    addEventListener('pagehide', remember);
  } catch (error) {
    /* Browsers may forbid storage, for files from the disk for instance. */
  }

  function addSearch() {
    if (!words)
      return;
    const cards = [...document.querySelectorAll('article')];
    const groups = [...document.querySelectorAll('.group')];
    const sections = [...document.querySelectorAll('main section:not(#outages)')];
    const found = document.getElementById('found');
    const texts = cards.map(card => [...card.querySelectorAll('h3, .address, .reason')]
        .map(part => part.textContent.toLowerCase()).join('\n'));

    function has(parent) {
      return parent.querySelector('article:not([hidden])') !== null;
    }

    words.addEventListener('input', () => {
      const wanted = words.value.toLowerCase().split(/\s+/);
      let count = 0;

      cards.forEach((card, number) => {
        card.hidden = !wanted.every(word => texts[number].includes(word));
        count += !card.hidden;
      });
      for (const group of groups) {
        group.hidden = !has(group);
        group.open = words.value !== '' && !group.hidden;
      }
      for (const section of sections)
        section.hidden = !has(section);
      found.textContent = count.toLocaleString('en') + ' of ' + cards.length.toLocaleString('en');
    });
    document.getElementById('tools').hidden = false;
  }
})();
