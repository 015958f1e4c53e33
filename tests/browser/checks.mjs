// What is asserted about one page. Each check returns null when it holds, else what was found.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

const short = (text) => (text.length > 300 ? `${text.slice(0, 300)}…` : text).replace(/\s+/g, ' ');
const list = (found) => (found.length ? short(found.join(' | ')) : null);

export function status(outcome, wanted) {
  if (outcome.error) return outcome.error;
  return String(outcome.status) === wanted ? null : `expected ${wanted}, found ${outcome.status}`;
}

/** Chromium reports an expected 404 or 410 of the page itself as an error; that line alone is let pass. */
export function quietConsole(seen, url, wanted) {
  const expected = (line) =>
    Number(wanted) >= 400 && line.url === url && line.text.startsWith('Failed to load resource');
  return list(seen.console.filter((line) => !expected(line)).map((line) => `${line.type}: ${line.text}`));
}

export const noForeignRequest = (seen) => list([...new Set(seen.foreign)]);

export async function noHorizontalScrolling(page, width) {
  const found = await page.evaluate(() => {
    const root = document.documentElement;
    // The widest element that sticks out is what the reader of a failure wants to know.
    const limit = root.clientWidth + 1;
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > limit || box.left < -1);
    });
    const name = ({ tagName, id, classList }) =>
      tagName.toLowerCase() + (id ? `#${id}` : '') + (classList[0] ? `.${classList[0]}` : '');
    return { scroll: root.scrollWidth, client: root.clientWidth, wide: wide.slice(0, 3).map(name) };
  });
  if (found.client > width) return `laid out ${found.client} px wide in ${width} px: is meta viewport missing?`;
  if (found.scroll <= found.client) return null;
  return `${found.scroll} > ${found.client} px; sticking out: ${found.wide.join(', ')}`;
}

export async function languageAndDirection(page, wanted) {
  const { lang, dir } = await page.evaluate(() => ({
    lang: document.documentElement.getAttribute('lang'),
    dir: document.documentElement.getAttribute('dir'),
  }));
  if (!lang || !/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(lang)) return `html has lang=${JSON.stringify(lang)}`;
  if (!['ltr', 'rtl', 'auto'].includes(dir)) return `html has dir=${JSON.stringify(dir)}`;
  if (wanted.lang && lang !== wanted.lang) return `expected lang ${wanted.lang}, found ${lang}`;
  if (wanted.dir && dir !== wanted.dir) return `expected dir ${wanted.dir}, found ${dir}`;
  return null;
}

/** More stops than this are not walked to one by one: the last of a list are what the first are. */
const MOST_STOPS = 250;

/**
 * Whether Tab reaches every link and control, and each shows that it has the focus.
 *
 * Real key presses; a listener notes where they lead and how it looks there.
 */
export async function keyboard(page) {
  const wanted = await page.evaluate(() => {
    const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])';
    const reachable = (element) => {
      if (element.disabled || element.closest('[hidden], [inert]')) return false;
      const closed = element.closest('details:not([open])');
      if (closed && !(element.tagName === 'SUMMARY' && element.parentElement === closed && !closed.parentElement.closest('details:not([open])'))) return false;
      // Of a group of radio buttons Tab reaches the chosen one; arrows lead to the others.
      if (element.type === 'radio') return element.checked;
      return element.checkVisibility({ visibilityProperty: true });
    };
    const stops = [...document.querySelectorAll(can)].filter(reachable);
    window.__stops = stops;
    window.__seen = new Map();
    document.addEventListener('focusin', ({ target }) => {
      const style = getComputedStyle(target);
      const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
      window.__seen.set(target, outlined || style.boxShadow !== 'none');
    });
    document.activeElement?.blur();
    // A field for a date has a stop for each of its parts.
    return stops.length + 4 * document.querySelectorAll('input[type=date]').length;
  });
  for (let press = 0; press < Math.min(wanted, MOST_STOPS); press += 1) await page.keyboard.press('Tab');
  const found = await page.evaluate((most) => {
    const name = (e) => `${e.outerHTML.slice(0, 60)}…`;
    const missed = window.__stops.slice(0, most).filter((stop) => !window.__seen.has(stop)).map((e) => `not reached: ${name(e)}`);
    const unseen = [...window.__seen].filter(([, shows]) => !shows).map(([e]) => `focus not to be seen: ${name(e)}`);
    return [...missed, ...unseen];
  }, MOST_STOPS);
  return list(found);
}

/**
 * Whether words that are selected on a citation page can be linked to: the link must lead to a passage of those words.
 *
 * Selected is from inside the first block to inside the last of the first three, so that blocks and numbers lie between.
 */
export async function selection(page) {
  const wanted = await page.evaluate(() => {
    const blocks = [...document.querySelectorAll('article.reading [data-start]')].filter((e) => e.textContent.trim().length > 30);
    const [first, last] = [blocks[0], blocks[Math.min(2, blocks.length - 1)]];
    if (!first) return null;
    const range = document.createRange();
    const begin = first.firstChild, end = last.lastChild.nodeType === Node.TEXT_NODE ? last.lastChild : last.firstChild;
    range.setStart(begin, begin.data.indexOf(' ') + 1);
    range.setEnd(end, end.data.length - 1);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    const copy = range.cloneContents();
    for (const note of copy.querySelectorAll('.qref, .byline, .caption, dl, figcaption')) note.remove();
    return [...copy.children].length ? [...copy.children].map((e) => e.textContent).join(' ') : copy.textContent;
  });
  if (wanted === null) return null;
  await page.waitForSelector('#selected:not([hidden])', { timeout: 5_000 });
  const [here, there] = await page.$$eval('#selected a', (links) => links.map((link) => [link.href, link.hidden]));
  if (!there[1] && !there[0].includes('#:~:text=')) return `the link to the original is ${there[0]}`;
  await page.goto(here[0]);
  const found = await page.textContent('blockquote.quoted');
  const bare = (text) => text.replace(/\s+/g, ' ').trim();
  return bare(found) === bare(wanted) ? null : `selected ${JSON.stringify(bare(wanted))}, linked ${JSON.stringify(bare(found))}`;
}

/** Whether a planted script ran: it opened a dialog or set `window.__xss`. */
export async function noScriptRan(seen) {
  const marker = await seen.page.evaluate(() =>
    window.__xss === undefined || window.__xss instanceof Element ? null : String(window.__xss));
  return list([...seen.dialogs, ...(marker === null ? [] : [`window.__xss = ${marker}`])]);
}

/** Whether anything in the document could run a script that is not a file of our own, CSP or not. */
export async function noScriptInDocument(page) {
  const found = await page.evaluate(() => {
    const bad = [];
    const name = (e) => e.outerHTML.slice(0, 80);
    for (const element of document.querySelectorAll('*')) {
      for (const { name: key, value } of element.attributes) {
        if (/^on/i.test(key)) bad.push(name(element));
        const target = ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(key.toLowerCase());
        if (target && /^[\u0000-\u0020]*(javascript|vbscript|data:text\/html)/i.test(value)) bad.push(name(element));
      }
    }
    for (const script of document.scripts) {
      const runs = !script.type || /javascript|module|ecmascript/i.test(script.type);
      if (runs && (!script.src || new URL(script.src).origin !== location.origin)) bad.push(name(script));
    }
    for (const element of document.querySelectorAll('iframe, object, embed, base, meta[http-equiv="refresh" i]'))
      bad.push(name(element));
    return bad;
  });
  return list(found);
}

/** The violations that axe-core finds; needs a context with `bypassCSP`. One string a rule. */
export async function accessibility(page) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (tags) => {
    const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } };
    return (await window.axe.run(document, options)).violations.map((violation) => ({
      id: violation.id,
      help: violation.help,
      nodes: violation.nodes.map((node) => node.target.join(' ')),
    }));
  }, WCAG_22_AA);
  return violations.map(({ id, help, nodes }) =>
    short(`${id}: ${help}: ${nodes.length} × ${nodes.slice(0, 3).join(', ')}`));
}
