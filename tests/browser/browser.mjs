// The browser and the settings under which a page is opened. What is asserted about it stands in checks.mjs.
import { chromium } from 'playwright-core';

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const DESKTOP = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' };

/** The ways in which readers come: name → options of a browser context. */
export const SETTINGS = {
  desktop: DESKTOP,
  phone: { ...PHONE, colorScheme: 'light' },
  dark: { ...DESKTOP, colorScheme: 'dark' },
  noscript: { ...DESKTOP, javaScriptEnabled: false },
  // The reader's browser asks for Arabic.
  rtl: { ...DESKTOP, locale: 'ar' },
  // A4 between its margins, at 96 pixels an inch.
  print: { viewport: { width: 718, height: 1000 }, colorScheme: 'light' },
};

/** Starts the Chromium of the system; nothing is downloaded, and no host but that of `base` resolves. */
export async function launch(base) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${base.hostname}`,
    ],
  });
}

/** Opens a page that stops and remembers every request to another host than that of `base`. */
export async function open(context, base) {
  const page = await context.newPage();
  const seen = { console: [], foreign: [], dialogs: [], page };
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.host === base.host || ['data:', 'blob:'].includes(url.protocol)) return route.continue();
    seen.foreign.push(url.href);
    return route.abort();
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      seen.console.push({ type: message.type(), text: message.text(), url: message.location().url });
  });
  page.on('pageerror', (error) => seen.console.push({ type: 'uncaught', text: String(error), url: '' }));
  page.on('dialog', (dialog) => {
    seen.dialogs.push(`${dialog.type()}: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  return seen;
}

/** Goes to `url`; a download, a timeout or a refused connection is a value, not an exception. */
export async function visit(page, url) {
  try {
    const response = await page.goto(url, { waitUntil: 'load', timeout: 15_000 });
    return { status: response ? response.status() : null, error: null };
  } catch (error) {
    const reason = String(error.message).split('\n')[0];
    if (/download is starting/i.test(reason)) return { status: 'download', error: null };
    return { status: null, error: reason };
  }
}
