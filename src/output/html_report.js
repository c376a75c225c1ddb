'use strict';
/*
 * Sorts and filters the results. A result is a row of the table, or a line of #rest (html_row.h has its
 * fields), of which a row is made once it is to be shown. Nothing is done before somebody sorts or filters.
 */
(() => {
  const STEP = 500; /* rows that are shown at once: each costs the browser 0.2 ms */
  const ORDER = ['FAILED', 'UNKNOWN', 'FLAKY', 'WARN', 'OK'];
  const table = document.getElementById('results');
  if (!table)
    return;
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const tools = document.getElementById('tools'), words = document.getElementById('words');
  const verdict = document.getElementById('verdict'), found = document.getElementById('found');
  const more = document.getElementById('more'), rest = document.getElementById('rest');
  let results = null, column = 0, direction = 1, limit = STEP;

  /* What is sorted by, one key for each column, and what is searched. */
  function makeResult(texts, row, fields) {
    const [word, status, time, url, reason] = texts;
    return {
      word, row, fields,
      keys: [ORDER.indexOf(word), Number(status), parseFloat(time), url, reason],
      text: texts.join('\n').toLowerCase()
    };
  }

  function readRow(row) {
    return makeResult([...row.cells].map(cell => cell.textContent), row, null);
  }

  function readLine(line) {
    const fields = line.split('\t');
    const [word, status, time, url, name = '', place = '', kind = '', message = '', hint = ''] = fields;
    const reason = kind && kind + ': ' + message + ' ' + hint;
    return makeResult([word, status, time, (name && name + ' ') + url + ' ' + place, reason], null, fields);
  }

  function readAll() {
    results = [...body.rows].map(readRow);
    if (rest) {
      const lines = rest.querySelector('pre').textContent.split('\n');
      results.push(...lines.filter(line => line).map(readLine));
      rest.hidden = true;
    }
  }

  function add(parent, name, text) {
    const element = parent.appendChild(document.createElement(name));
    element.textContent = text;
    return element;
  }

  /* The same row as html_print_row() prints. Escapes and hidden passwords are no part of a URL. */
  function addUrl(row, url, name, place) {
    const cell = add(row, 'th', '');
    cell.scope = 'row';
    if (name)
      add(cell, 'b', name);
    cell.append(' ');
    const span = add(cell, 'span', '');
    if (/^https?:\/\/[^\\*"<>]+$/i.test(url)) {
      const link = add(span, 'a', url);
      link.href = url;
      link.rel = 'noreferrer noopener';
    } else {
      span.textContent = url;
    }
    cell.append(' ');
    if (place)
      add(cell, 'small', place);
  }

  function makeRow(fields) {
    const [word, status, time, url, name, place, kind, message, hint] = fields;
    const row = document.createElement('tr');
    add(row, 'td', word).className = word.toLowerCase();
    add(row, 'td', status);
    add(row, 'td', time);
    addUrl(row, url, name, place);
    const cell = add(row, 'td', '');
    if (kind) {
      add(cell, 'span', kind + ': ' + message);
      cell.append(' ');
      add(cell, 'small', hint);
    }
    return row;
  }

  function rowOf(result) {
    if (!result.row)
      result.row = makeRow(result.fields);
    return result.row;
  }

  function compare(a, b) {
    const x = a.keys[column], y = b.keys[column];
    return x < y ? -direction : x > y ? direction : 0;
  }

  function show() {
    if (!results)
      readAll();
    const wanted = words.value.toLowerCase().split(/\s+/);
    const matching = results.filter(result => (!verdict.value || result.word === verdict.value) &&
                                              wanted.every(word => result.text.includes(word)));
    matching.sort(compare);
    body.replaceChildren();
    for (const result of matching.slice(0, limit))
      body.append(rowOf(result));
    more.hidden = matching.length <= limit;
    found.textContent = matching.length.toLocaleString('en') + ' of ' +
                        results.length.toLocaleString('en') + ' results';
  }

  function restart() {
    limit = STEP;
    show();
  }

  function markSorted() {
    heads.forEach((head, number) => {
      if (number === column)
        head.setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
      else
        head.removeAttribute('aria-sort');
    });
  }

  function sortBy(number) {
    direction = number === column ? -direction : 1;
    column = number;
    table.caption.textContent = 'Results, sorted by ' + heads[number].textContent;
    markSorted();
    restart();
  }

  heads.forEach((head, number) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    button.addEventListener('click', () => sortBy(number));
    head.replaceChildren(button);
  });
  markSorted();
  words.addEventListener('input', restart);
  verdict.addEventListener('change', restart);
  more.addEventListener('click', () => {
    limit += STEP;
    show();
  });
  tools.hidden = false;
})();
