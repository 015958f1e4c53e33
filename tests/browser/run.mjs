#!/usr/bin/env node
// Opens pages of a running server in headless Chromium and checks them.
//
//   node run.mjs [--axe SETTING,…] BASE_URL PATHS_FILE OUTDIR   every path under every setting, screenshots to OUTDIR
//   node run.mjs --xss BASE_URL PATHS_FILE                      every path once; only: no script ran, none is there
//
// PATHS_FILE has one path a line, URL-encoded, then what is expected when it is not a page with status 200:
//
//   /audit?q=%D8%AC
//   /a/0000 status=404
//   /ar/ lang=ar dir=rtl
//   /p/2ce0… status=download
//
// Empty lines and lines that begin with # are passed over. One line a check on stdout, at the end `N passed, M failed`.
// Exit status: 0 all passed, 1 something failed, 2 nothing could be checked.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DESKTOP, SETTINGS, launch, open, visit } from './browser.mjs';
import * as check from './checks.mjs';

// The settings are desktop, phone, dark, without script, in Arabic, and printed, where a PDF is kept too. On the desktop
// Tab must reach every link and control, and each must show it.
const USAGE = `usage: run.mjs [--axe SETTING,…] BASE_URL PATHS_FILE OUTDIR
       run.mjs --xss BASE_URL PATHS_FILE`;

const tally = { passed: 0, failed: 0 };

function report(setting, path, name, found) {
  tally[found === null ? 'passed' : 'failed'] += 1;
  const why = found === null ? '' : `: ${found}`;
  console.log(`${found === null ? 'ok  ' : 'FAIL'} ${setting} ${path} ${name}${why}`);
}

/** Runs one check; that it could not run is a failure of this check and of no other. */
async function checked(setting, path, name, run) {
  try {
    report(setting, path, name, await run());
  } catch (error) {
    report(setting, path, name, `could not check: ${String(error.message).split('\n')[0]}`);
  }
}

function parsePaths(file) {
  const lines = readFileSync(file, 'utf8').split('\n').map((line) => line.trim());
  return lines.filter((line) => line && !line.startsWith('#')).map((line) => {
    const [path, ...rest] = line.split(/\s+/);
    const wanted = { status: '200' };
    for (const word of rest) {
      const [key, value] = word.split('=');
      if (!['status', 'lang', 'dir'].includes(key) || !value) throw new Error(`${file}: ${line}: what is ${word}?`);
      wanted[key] = value;
    }
    if (!path.startsWith('/')) throw new Error(`${file}: ${path} does not begin with a slash`);
    return { path, wanted };
  });
}

function screenshotName(index, setting, path) {
  const words = path.replace(/%[0-9a-f]{2}/gi, '').replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '');
  return `${String(index + 1).padStart(2, '0')}-${setting}-${words.slice(0, 48) || 'home'}.png`;
}

/** Opens one path in a fresh page, hands it over, and closes it whatever happens. */
async function withPage(context, base, path, use) {
  const seen = await open(context, base);
  try {
    const url = new URL(base.origin + path).href;
    await use(seen, url, await visit(seen.page, url));
  } finally {
    await seen.page.close();
  }
}

/** Prints a page to a file; an empty sheet is a failure. */
async function printed(page, file) {
  const bytes = await page.pdf({ path: file, format: 'A4', margin: { top: '1cm', bottom: '1cm', left: '1cm', right: '1cm' } });
  return bytes.length > 4_000 ? null : `a PDF of ${bytes.length} bytes`;
}

/** What a reader who asks for Arabic gets, unless the address names the language. */
const inArabic = (path, wanted) => (/[?&]lang=/.test(path) ? wanted : { lang: 'ar', dir: 'rtl', ...wanted });

async function checkPage(context, base, setting, { path, wanted: asked }, screenshot) {
  const wanted = setting === 'rtl' ? inArabic(path, asked) : asked;
  await withPage(context, base, path, async (seen, url, outcome) => {
    report(setting, path, 'status', check.status(outcome, wanted.status));
    if (outcome.error || outcome.status === 'download') return;
    const run = (name, fn) => checked(setting, path, name, fn);
    const { width } = SETTINGS[setting].viewport;
    if (setting === 'print') await seen.page.emulateMedia({ media: 'print' });
    await run('no-horizontal-scrolling', () => check.noHorizontalScrolling(seen.page, width));
    await run('lang-dir', () => check.languageAndDirection(seen.page, wanted));
    await run('screenshot', async () => (await seen.page.screenshot({ path: screenshot, fullPage: true }), null));
    if (setting === 'print') await run('pdf', () => printed(seen.page, screenshot.replace(/png$/, 'pdf')));
    if (setting === 'desktop') await run('keyboard', () => check.keyboard(seen.page));
    await run('no-script-ran', () => check.noScriptRan(seen));
    await run('no-inline-script', () => check.noScriptInDocument(seen.page));
    await run('no-foreign-request', () => check.noForeignRequest(seen));
    await run('quiet-console', () => check.quietConsole(seen, url, wanted.status));
    const citation = /^\/a\/[0-9a-f]{64}$/.test(path) && wanted.status === '200';
    if (citation && ['desktop', 'rtl'].includes(setting)) await run('selection', () => check.selection(seen.page));
  });
}

async function checkAccessibility(browser, base, setting, entries) {
  const context = await browser.newContext({ ...SETTINGS[setting], bypassCSP: true });
  for (const { path, wanted } of entries.filter((entry) => entry.wanted.status !== 'download')) {
    await withPage(context, base, path, async (seen, _url, outcome) => {
      if (outcome.error) return report(setting, path, 'axe', outcome.error);
      try {
        const violations = await check.accessibility(seen.page);
        if (violations.length === 0) report(setting, path, 'axe', null);
        for (const violation of violations) report(setting, path, 'axe', violation);
      } catch (error) {
        report(setting, path, 'axe', `could not check: ${String(error.message).split('\n')[0]}`);
      }
    });
  }
  await context.close();
}

async function checkPages(browser, base, entries, outdir, axeSettings) {
  mkdirSync(outdir, { recursive: true });
  const visits = Object.entries(SETTINGS).map(([setting, options]) => async () => {
    const context = await browser.newContext(options);
    for (const [index, entry] of entries.entries())
      await checkPage(context, base, setting, entry, join(outdir, screenshotName(index, setting, entry.path)));
    await context.close();
  });
  const audits = axeSettings.map((setting) => () => checkAccessibility(browser, base, setting, entries));
  const tasks = [...visits, ...audits].values();
  const work = async () => {
    for (const task of tasks) await task();
  };
  await Promise.all([work(), work()]);
}

/** One page goes through all attacks: opening a fresh one costs more than the visit, and there can be thousands. */
async function checkAttacks(browser, base, entries) {
  // Without the policy of the pages: what keeps scripts from running must be that none is there.
  const context = await browser.newContext({ ...DESKTOP, bypassCSP: true });
  const queue = entries.values();
  const work = async () => attack(context, base, queue);
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  await context.close();
}

/** Pages that go through the attacks at the same time. */
const SIDE_BY_SIDE = 4;

async function attack(context, base, queue) {
  const seen = await open(context, base);
  for (const { path } of queue) {
    seen.dialogs.length = seen.foreign.length = seen.console.length = 0;
    const outcome = await visit(seen.page, new URL(base.origin + path).href);
    if (outcome.error || outcome.status === 'download') {
      report('xss', path, 'opened', outcome.error);
      continue;
    }
    // Handlers of images that fail to load and of animations run a moment after `load`.
    await seen.page.waitForTimeout(50);
    await checked('xss', path, 'no-script-ran', () => check.noScriptRan(seen));
    await checked('xss', path, 'no-script-in-document', () => check.noScriptInDocument(seen.page));
    await checked('xss', path, 'no-foreign-request', () => check.noForeignRequest(seen));
  }
}

function parseArguments(words) {
  const flags = { xss: false, axe: ['desktop'] };
  const rest = [];
  while (words.length) {
    const word = words.shift();
    if (word === '--xss') flags.xss = true;
    else if (word === '--axe') flags.axe = (words.shift() ?? '').split(',').filter(Boolean);
    else rest.push(word);
  }
  const [baseUrl, paths, outdir] = rest;
  const unknown = flags.axe.filter((setting) => !(setting in SETTINGS) || ['noscript', 'print'].includes(setting));
  if (unknown.length) throw new Error(`--axe takes desktop, phone, dark, rtl; found ${unknown.join(', ')}`);
  if (rest.length !== (flags.xss ? 2 : 3)) throw new Error(USAGE);
  return { base: new URL(baseUrl), entries: parsePaths(paths), outdir, ...flags };
}

async function main() {
  const { base, entries, outdir, xss, axe } = parseArguments(process.argv.slice(2));
  if (entries.length === 0) throw new Error('no path to check');
  const browser = await launch(base);
  try {
    await (xss ? checkAttacks(browser, base, entries) : checkPages(browser, base, entries, outdir, axe));
  } finally {
    await browser.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`run.mjs: ${error.message}`);
  process.exitCode = 2;
}
if (process.exitCode !== 2) {
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed > 0 ? 1 : 0;
}
