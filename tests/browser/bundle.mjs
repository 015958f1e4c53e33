#!/usr/bin/env node
// Gives bundles to verify.html in headless Chromium, opened from disk, and compares what it says.
//
//   node bundle.mjs VERIFY_HTML CASES SHOTS
//
// CASES is the folder that `cargo test --test bundle` leaves in the target folder: zips, and cases.txt with one line a
// case: file, key or -, status (0 verified, 1 failed, 2 could not tell), name. One line a check on stdout, at the end
// `N passed, M failed`. Exit status: 0 all passed, 1 something failed, 2 nothing could be checked.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { accessibility } from './checks.mjs';

const [page_, folder, shots] = process.argv.slice(2).map((path) => resolve(path));
if (!shots) {
  console.error('usage: bundle.mjs VERIFY_HTML CASES SHOTS');
  process.exit(2);
}
mkdirSync(shots, { recursive: true });
const STATUS = ['verified', 'failed', 'unknown'];
const cases = readFileSync(join(folder, 'cases.txt'), 'utf8').trimEnd().split('\n').map((line) => {
  const [file, key, status, name] = line.split('\t');
  return { file: join(folder, file), key: key === '-' ? '' : key, outcome: STATUS[status], name };
});

const tally = { passed: 0, failed: 0 };
function report(name, found) {
  tally[found === null ? 'passed' : 'failed'] += 1;
  console.log(`${found === null ? 'ok  ' : 'FAIL'} ${name}${found === null ? '' : `: ${found}`}`);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND'],
});

/** Opens verify.html; remembers what it complained about and what it asked the network for. */
async function open(options = {}, before = null) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB', ...options });
  const page = await context.newPage();
  const seen = { complaints: [], requests: [] };
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) seen.complaints.push(message.text()); });
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  if (before) await page.addInitScript(before);
  await page.goto(pathToFileURL(page_).href);
  return { page, seen, close: () => context.close() };
}

/** What the page says of a bundle. */
async function ask(page, { file, key }) {
  await page.setInputFiles('#zip', file);
  await page.fill('#key', key);
  await page.click('#check');
  await page.waitForSelector('#verdict[data-outcome]', { timeout: 60_000 });
  const outcome = await page.getAttribute('#verdict', 'data-outcome');
  return { outcome, said: (await page.locator('#checks li').allInnerTexts()).join(' | ') };
}

async function all(name, which, before) {
  const { page, seen, close } = await open({}, before);
  for (const one of which) {
    try {
      const { outcome, said } = await ask(page, one);
      report(`${name}: ${one.name}`, outcome === one.outcome ? null : `${outcome}, not ${one.outcome}: ${said}`);
    } catch (error) {
      report(`${name}: ${one.name}`, `could not check: ${String(error.message).split('\n')[0]}`);
    }
  }
  report(`${name}: nothing is fetched`, seen.requests.length === 1 ? null : seen.requests.join(' '));
  report(`${name}: no complaint`, seen.complaints.length === 0 ? null : seen.complaints.join(' | '));
  await close();
}

await all('page', cases, null);
// A browser without Ed25519 of its own: the page's takes its place, and decides the same.
const without = () => {
  const own = SubtleCrypto.prototype.importKey;
  SubtleCrypto.prototype.importKey = function (format, key, how, ...rest) {
    return how.name === 'Ed25519' ? Promise.reject(new DOMException('none', 'NotSupportedError')) : own.call(this, format, key, how, ...rest);
  };
};
await all('without Ed25519', cases.filter(({ name }) => /^real: (as it is|another key|the key|byte 0 of checkpoint, m)|^liar: (as|head)/.test(name)), without);
const good = cases.find(({ outcome }) => outcome === 'verified'), bad = cases.find(({ outcome }) => outcome === 'failed');

for (const [name, options] of Object.entries({
  english: {},
  arabic: { locale: 'ar' },
  dark: { colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: 'ar' },
})) {
  const { page, close } = await open({ bypassCSP: true, ...options });
  for (const one of [good, bad]) {
    await ask(page, one);
    const violations = await accessibility(page);
    report(`${name}: axe, ${one.outcome}`, violations.length ? violations.join(' | ') : null);
    await page.screenshot({ path: join(shots, `verify-${name}-${one.outcome}.png`), fullPage: true });
  }
  const dir = await page.getAttribute('html', 'dir'), lang = await page.getAttribute('html', 'lang');
  const arabic = (options.locale || '') === 'ar';
  report(`${name}: language`, dir === (arabic ? 'rtl' : 'ltr') && lang === (arabic ? 'ar' : 'en') ? null : `${lang} ${dir}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  report(`${name}: no sideways scrolling`, wide ? 'wider than the window' : null);
  await close();
}

{
  const { page, close } = await open();
  // The verdict goes when what it was about changes.
  await ask(page, good);
  await page.fill('#key', `${good.key}x`);
  report('a verdict goes with its key', (await page.getAttribute('#verdict', 'data-outcome')) === null ? null : 'it stays');
  // Dropped, as a person does.
  const bytes = readFileSync(good.file).toString('base64');
  const drop = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], 'bundle.zip'));
    return transfer;
  }, bytes);
  await page.fill('#key', good.key);
  await page.dispatchEvent('#drop', 'drop', { dataTransfer: drop });
  await page.waitForSelector('#verdict[data-outcome]');
  const outcome = await page.getAttribute('#verdict', 'data-outcome');
  report('a zip can be dropped', outcome === 'verified' ? null : outcome);
  const text = await page.textContent('#text');
  // The folder that the zip was unpacked to, whole and with a file more.
  const unpacked = mkdtempSync(join(tmpdir(), 'isnad-bundle-'));
  execFileSync('python3', ['-m', 'zipfile', '-e', good.file, join(unpacked, 'b')]);
  for (const expected of ['verified', 'failed']) {
    await page.setInputFiles('#folder', join(unpacked, 'b'));
    await page.click('#check');
    await page.waitForSelector('#verdict[data-outcome]');
    const found = await page.getAttribute('#verdict', 'data-outcome');
    report(`a folder is ${expected}`, found === expected ? null : `${found}: ${await page.innerText('#checks')}`);
    if (expected === 'verified') report('the text of the folder is shown', (await page.textContent('#text')).length > 100 ? null : 'no text');
    writeFileSync(join(unpacked, 'b', 'more.txt'), 'more');
  }
  rmSync(unpacked, { recursive: true });
  await ask(page, good);
  report('the text is shown', text.length > 100 ? null : text);
  await page.reload();
  await page.click('#check');
  await page.waitForSelector('#verdict[data-outcome]');
  report('nothing given is nothing told', (await page.getAttribute('#verdict', 'data-outcome')) === 'unknown' ? null : 'something');
  await close();
}

await browser.close();
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed ? 1 : tally.passed ? 0 : 2);
