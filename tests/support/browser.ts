import { existsSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type Page } from 'playwright-core';
import { describe, it } from 'vitest';

/** Debian's chromium, or the one of CHROMIUM_PATH. */
const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * `describe` for tests that need a browser. Without one they are skipped under a name that says so; with
 * REQUIRE_BROWSER=1, as CI sets it, they fail.
 */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(executablePath)) describe(name, tests);
  else if (process.env['REQUIRE_BROWSER'] !== '1')
    describe.skip(`${name} (skipped: there is no ${executablePath}; CHROMIUM_PATH names another)`, tests);
  else {
    describe(name, () => {
      it('has a browser, as REQUIRE_BROWSER=1 demands', () => {
        throw new Error(`there is no ${executablePath}; CHROMIUM_PATH names another`);
      });
    });
  }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: flags });
}

/** A page as a reader has it open, and what it has done. */
export interface OpenPage {
  readonly page: Page;
  /** Paths that the browser asked this machine for, and addresses elsewhere. */
  readonly requests: string[];
  /** What it wrote to its console, and errors of the page. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Opens an HTML file, from a server that would notice any other request. */
export async function openPage(
  browser: Browser,
  file: string,
  options: { width: number; colorScheme: 'light' | 'dark' },
): Promise<OpenPage> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(readFileSync(file));
  });
  const address = await listening(server);
  const { width, colorScheme } = options;
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('data:')) requests.push(request.url());
  });
  await page.goto(`${address}/`);
  return {
    page,
    requests,
    complaints,
    close: async () => {
      await page.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
