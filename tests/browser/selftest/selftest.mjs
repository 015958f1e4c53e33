#!/usr/bin/env node
// Proves that run.mjs can pass and can fail: a good page must pass every check, a bad one must fail each kind.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:";

const server = createServer((request, response) => {
  const path = request.url.split('?')[0];
  const file = (name) => readFileSync(join(here, name));
  const answer = (status, body, more) =>
    response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...more }).end(body);
  if (path === '/good.html') answer(200, file('good.html'), { 'Content-Security-Policy': CSP });
  else if (path === '/bad.html') answer(200, file('bad.html'));
  else if (path === '/file') answer(200, '<script>window.__xss = 1</script>', { 'Content-Disposition': 'attachment' });
  else answer(404, file('good.html'));
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const base = `http://127.0.0.1:${server.address().port}`;
const scratch = mkdtempSync(join(tmpdir(), 'isnad-browser-'));

function run(flags, paths) {
  const list = join(scratch, 'paths');
  const shots = join(scratch, 'shots');
  writeFileSync(list, paths);
  const words = [join(here, '..', 'run.mjs'), ...flags, base, list, ...(flags.includes('--xss') ? [] : [shots])];
  return new Promise((done) => {
    execFile(process.execPath, words, (error, stdout, stderr) => {
      const lines = stdout.trimEnd().split('\n');
      done({ status: error ? error.code : 0, lines, last: lines.at(-1), stderr });
    });
  });
}

let broken = 0;
function claim(words, holds, detail = '') {
  if (!holds) broken += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${words}${holds ? '' : `\n${detail}`}`);
}
/** The names of failed checks, one for each setting: `desktop lang-dir`. */
const failures = (result) => new Set(result.lines.filter((line) => line.startsWith('FAIL')).map((line) => {
  const [, setting, , name] = line.split(/\s+/);
  return `${setting} ${name.replace(/:$/, '')}`;
}));

const good = await run([], '# comment\n\n/good.html lang=ar dir=rtl\n/nowhere status=404\n/file status=download\n');
claim(
  'a good page, an expected 404 and a download pass',
  good.status === 0 && good.last === '108 passed, 0 failed',
  good.lines.join('\n') + good.stderr,
);
claim('a screenshot is kept for each page and setting, and a print', readdirSync(join(scratch, 'shots')).length === 14);

const bad = await run(['--axe', 'desktop,dark'], '/bad.html\n');
const failed = failures(bad);
const everywhere = ['no-horizontal-scrolling', 'lang-dir', 'no-inline-script', 'no-foreign-request', 'quiet-console'];
for (const setting of ['desktop', 'phone', 'dark', 'noscript', 'rtl', 'print'])
  for (const name of everywhere)
    claim(`a bad page fails ${setting} ${name}`, failed.has(`${setting} ${name}`), bad.lines.join('\n'));
for (const setting of ['desktop', 'phone', 'dark'])
  claim(`a bad page fails ${setting} no-script-ran`, failed.has(`${setting} no-script-ran`));
claim('a bad page fails desktop keyboard', failed.has('desktop keyboard'), bad.lines.join('\n'));
claim('with script disabled nothing ran', !failed.has('noscript no-script-ran'));
for (const rule of ['image-alt', 'html-has-lang', 'document-title', 'color-contrast'])
  claim(`axe finds ${rule}`, bad.lines.some((line) => line.startsWith(`FAIL desktop /bad.html axe: ${rule}`)));
claim('a failure ends with status 1', bad.status === 1 && /^\d+ passed, \d+ failed$/.test(bad.last));

const wrong = await run([], '/good.html status=404 lang=en\n');
claim('a wrong status fails', failures(wrong).has('desktop status'), wrong.lines.join('\n'));
claim('a wrong language fails', failures(wrong).has('phone lang-dir'), wrong.lines.join('\n'));

const attacked = await run(['--xss'], '/good.html?q=%3Cscript%3E\n/bad.html\n/file\n');
const innocent = attacked.lines.filter((line) => line.startsWith('FAIL') && !line.includes('/bad.html'));
claim('--xss: the bad page fails', failures(attacked).has('xss no-script-ran') && attacked.status === 1);
claim('--xss: nothing else does', innocent.length === 0, innocent.join('\n'));

claim('no path at all is status 2', (await run([], '# nothing\n')).status === 2);
server.close();
const down = await run(['--xss'], '/good.html\n');
claim('a server that is down is a failure', down.status === 1, down.lines.join('\n'));

rmSync(scratch, { recursive: true });
console.log(broken ? `${broken} claims do not hold` : 'the harness passes and fails as it should');
process.exitCode = broken ? 1 : 0;
