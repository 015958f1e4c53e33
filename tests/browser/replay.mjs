// A WACZ of ours in ReplayWeb.page: it must open, show the page, and find the signature in order.
//
//   node tests/browser/replay.mjs PACKAGE STORY.wacz URL 'words on the page'
//
// PACKAGE is the unpacked npm package replaywebpage. Exit status: 0 it held, 1 it did not.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { launch } from './browser.mjs';

const [folder, wacz, url, words] = process.argv.slice(2);
const TYPES = { js: 'text/javascript', html: 'text/html' };

const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
const home = `<!doctype html><meta charset="utf-8"><title>replay</title><script src="/ui.js"></script>
<replay-web-page source="/story.wacz" url="${attribute(url)}" replayBase="/replay/" style="height: 800px"></replay-web-page>`;

/** Sends a file, or the part of it that is asked for. */
function send(request, response, file, type) {
  const size = statSync(file).size;
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
  const start = range ? (range[1] === '' ? Math.max(0, size - Number(range[2])) : Number(range[1])) : 0;
  const end = range && range[1] !== '' && range[2] !== '' ? Math.min(Number(range[2]), size - 1) : size - 1;
  const headers = { 'Content-Type': type, 'Content-Length': end - start + 1, 'Accept-Ranges': 'bytes' };
  if (range) headers['Content-Range'] = `bytes ${start}-${end}/${size}`;
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === 'HEAD') response.end();
  else createReadStream(file, { start, end }).pipe(response);
}

const server = createServer((request, response) => {
  const path = new URL(request.url, 'http://localhost').pathname;
  if (path === '/') {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(home);
  } else if (path === '/story.wacz') send(request, response, wacz, 'application/wacz');
  else if (['/ui.js', '/replay/ui.js', '/replay/sw.js', '/replay/index.html'].includes(path))
    send(request, response, join(folder, path.replace('/replay', '')), TYPES[path.split('.').pop()]);
  else {
    response.writeHead(404);
    response.end();
  }
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const base = new URL(`http://127.0.0.1:${server.address().port}/`);

/** What ReplayWeb.page wrote down about hashes and signature: id, expected, matched. */
function verification() {
  const asked = (request) =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error);
    });
  return indexedDB.databases().then(async (all) => {
    const found = [];
    for (const { name } of all) {
      const db = await asked(indexedDB.open(name));
      if (db.objectStoreNames.contains('verification'))
        found.push(...(await asked(db.transaction('verification').objectStore('verification').getAll())));
      db.close();
    }
    return found;
  });
}

const browser = await launch(base);
let problem = null;
try {
  const page = await browser.newPage();
  await page.goto(base.href);
  let shown = null;
  for (let tries = 0; tries < 180 && shown === null; tries += 1) {
    // A worker that was still being installed when the frame asked for the page never hears of it: ask again.
    if (tries > 0 && tries % 40 === 0) await page.reload();
    await page.waitForTimeout(500);
    for (const frame of page.frames().filter((frame) => frame.url().includes('mp_/'))) {
      const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
      if (text.includes(words)) shown = { text, url: frame.url() };
    }
  }
  if (shown === null) problem = `the page is not shown; frames: ${page.frames().map((frame) => frame.url()).join(' ')}`;
  else console.log(`shown: ${shown.url} (${shown.text.length} characters)`);
  const results = await page.evaluate(verification);
  const signature = results.find((result) => result.id === 'signature');
  // Hashes are compared only where the browser asks for it; without, all of them read as false.
  const compared = results.some((result) => result.matched === true && result.id !== 'signature');
  const wrong = compared ? results.filter((result) => result.matched === false) : [];
  console.log(`verification: ${results.map((result) => `${result.id} ${result.matched}`).join(', ')}`);
  if (signature?.matched !== true) problem ??= `the signature is not found in order: ${JSON.stringify(signature)}`;
  if (wrong.length > 0) problem ??= `hashes that differ: ${JSON.stringify(wrong)}`;
  if (process.env.SHOT) await page.screenshot({ path: process.env.SHOT });
} finally {
  await browser.close();
  server.close();
}
if (problem !== null) {
  console.error(`FAILED: ${problem}`);
  process.exit(1);
}
console.log('ReplayWeb.page opens the WACZ, shows the page, and finds the signature in order');
