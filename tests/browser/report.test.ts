import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeInBrowser, openBrowser, openPage, type OpenPage } from '../support/browser.js';
import { runCommand } from '../support/command.js';
import { scenarioSql, type Scenario } from '../support/fixtures.js';
import { reportOf, type Report } from '../support/report.js';
import { createDatabase, type TestDatabase } from '../support/server.js';
import { drawnTables, faintTexts, inaccessible, overflowing, shownTexts, strokesOf, tangled } from './in-page.js';

/** An upgrade that is due, a repair, a fork with names of its own, and nothing to look at. */
const scenarios = ['1.3.0', '1.4.0-as-documented', 'fork-1.3.0', 'empty'] as const satisfies Scenario[];
type Name = (typeof scenarios)[number];

/** Names as long as PostgreSQL takes them, and characters that HTML reads as its own. */
const oddNames = `
  CREATE TABLE "<b>a & 'b' "" longest name that there can be, of 63 bytes ${'x'.repeat(6)}" (id uuid REFERENCES sessions (id));
  CREATE TABLE ${'abcdefghij_'.repeat(5)} (id uuid REFERENCES projects (id));`;

describeInBrowser('the report as a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yokeflow-upgrade-pages-'));
  const databases: TestDatabase[] = [];
  const reports = new Map<Name, Report>();
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser();
    await Promise.all(
      scenarios.map(async (name) => {
        const database = await createDatabase({ sql: scenarioSql(name) + (name === 'fork-1.3.0' ? oddNames : '') });
        databases.push(database);
        const written = await runCommand([
          'report',
          '--yes',
          '--out',
          join(folder, `${name}.html`),
          '--database-url',
          database.url,
        ]);
        expect(written.exitCode, written.stderr).toBe(0);
        reports.set(name, await reportOf(['--database-url', database.url]));
      }),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(databases.map((database) => database.drop()));
    rmSync(folder, { recursive: true, force: true });
  });
  const reportFor = (name: Name) => reports.get(name) as Report;
  const within = async <T>(
    name: Name,
    width: number,
    colorScheme: 'light' | 'dark',
    look: (open: OpenPage) => Promise<T>,
  ): Promise<T> => {
    const open = await openPage(browser, join(folder, `${name}.html`), { width, colorScheme });
    try {
      return await look(open);
    } finally {
      await open.close();
    }
  };
  const unfold = ({ page }: OpenPage) =>
    page.evaluate(() =>
      document.querySelectorAll('details').forEach((details) => {
        details.open = true;
      }),
    );

  describe.each(scenarios)('%s', (name) => {
    it('fits a phone and a wide screen, and can be read in light and in dark', async () => {
      await within(name, 360, 'light', async (open) => {
        const { page } = open;
        for (const folded of [true, false]) {
          if (!folded) await unfold(open);
          for (const width of [360, 1280]) {
            await page.setViewportSize({ width, height: 800 });
            expect(await page.evaluate(overflowing), `${width} px`).toEqual([]);
            for (const [colorScheme, background] of [
              ['light', 'rgb(243, 245, 247)'],
              ['dark', 'rgb(13, 18, 24)'],
            ] as const) {
              await page.emulateMedia({ colorScheme });
              expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(background);
              expect(await page.evaluate(faintTexts), `${width} px, ${colorScheme}`).toEqual([]);
            }
          }
        }
        expect(await page.evaluate(shownTexts)).toBeGreaterThan(100);
        // One request, for the page itself.
        expect({ requests: open.requests, complaints: open.complaints }).toEqual({ requests: ['/'], complaints: [] });
      });
    });

    it('says what the report says, to screen readers too', async () => {
      await within(name, 1280, 'light', async (open) => {
        await unfold(open);
        const shown = (await open.page.evaluate(() => document.body.textContent ?? '')).replace(/\s+/g, ' ');
        const { verdict, steps, checks, findings, server, sizes } = reportFor(name);
        const facts = [
          verdict.text,
          verdict.next,
          ...(steps.unavailable ? [] : steps.map(({ id }) => id)),
          ...findings.flatMap(({ code, title }) => [code, title]),
          ...server.settings.flatMap(({ name: setting, value }) => [setting, value]),
          ...sizes.tables.map(({ table }) => table),
          ...(checks.unavailable
            ? [checks.unavailable]
            : checks.list.flatMap(({ ok, pending, expected, found }) => (ok || pending ? [] : [expected, found]))),
        ];
        expect(facts.filter((fact) => !shown.includes(fact.replace(/\s+/g, ' ')))).toEqual([]);
        expect(facts.length).toBeGreaterThan(50);
        expect(await open.page.evaluate(inaccessible)).toEqual([]);
      });
    });
  });

  it('is looked at by what would notice', async () => {
    await within('empty', 360, 'light', async (open) => {
      await open.page.evaluate(() => {
        document
          .querySelector('main')
          ?.insertAdjacentHTML(
            'beforeend',
            '<p style="color:#888;background:#999">faint</p><p style="width:400px">wide</p><img src="/elsewhere"><h3 id="steps">twice</h3>',
          );
      });
      expect(await open.page.evaluate(faintTexts)).toEqual([expect.stringMatching(/^1\.2\d: faint$/)]);
      expect(await open.page.evaluate(overflowing)).toContain('P.: wide');
      expect(await open.page.evaluate(inaccessible)).toEqual(
        expect.arrayContaining(['two elements are called steps', 'a IMG']),
      );
      // The page's own policy keeps the picture from being asked for, and the browser says so.
      expect(open.requests).toEqual(['/']);
      expect(open.complaints.join()).toMatch(/Content Security Policy/);
    });
  });

  it('has its verdict above everything else, as a line and a sign', async () => {
    await within('1.4.0-as-documented', 360, 'light', async ({ page }) => {
      const box = await page.locator('.verdict').boundingBox();
      expect(box?.y).toBeLessThan(120);
      expect((await page.locator('.verdict').innerText()).replace(/\s+/g, ' ')).toMatch(
        /^✘ (Trouble: )?A repair of 1\.4\.0 is due: 2 steps\. Run: yokeflow-upgrade upgrade --database-url URL$/,
      );
      expect(await page.locator('li.cross .sign').first().innerText()).toBe('✘');
      expect(await page.locator('li.tick .sign').first().innerText()).toBe('✔');
    });
  });

  it('draws every table now and after the upgrade, the new ones with a word and another stroke', async () => {
    await within('1.3.0', 360, 'light', async ({ page }) => {
      const { tables } = reportFor('1.3.0').schema;
      const [now, after] = [
        await page.evaluate(drawnTables, 'schema-now'),
        await page.evaluate(drawnTables, 'schema-after'),
      ];
      expect(now.map(([table]) => table).sort()).toEqual(
        tables
          .filter(({ fate }) => fate !== 'new')
          .map((table) => table.name)
          .sort(),
      );
      expect(now.map(([, word]) => word).filter(Boolean)).toEqual([]);
      expect(after.map(([table]) => table).sort()).toEqual(tables.map((table) => table.name).sort());
      expect(
        after
          .filter(([, word]) => word === 'new')
          .map(([table]) => table)
          .sort(),
      ).toEqual(
        tables
          .filter(({ fate }) => fate === 'new')
          .map((table) => table.name)
          .sort(),
      );
      const strokes = await page.evaluate(strokesOf, 'schema-after');
      expect(strokes.new.length).toBeGreaterThan(0);
      expect(strokes.new.filter((dashes) => strokes.kept.includes(dashes))).toEqual([]);
      expect(await page.locator('svg.schema >> nth=1').locator('title').first().textContent()).toBe(
        'After the upgrade to 1.4.0',
      );
    });
  });

  it('marks what is broken and what is mended', async () => {
    await within('1.4.0-as-documented', 1280, 'dark', async ({ page }) => {
      const marked = async (moment: string) =>
        (await page.evaluate(drawnTables, moment)).filter(([, word]) => word !== '').sort();
      const broken = ['checkpoint_recoveries', 'intervention_actions', 'paused_sessions', 'session_checkpoints'];
      expect(await marked('schema-now')).toEqual(broken.map((name) => [name, '✘ broken']));
      expect(await marked('schema-after')).toEqual(broken.map((name) => [name, 'fixed']));
      expect(await page.locator('figcaption').allInnerTexts()).toEqual(['Now: YokeFlow 1.4.0', 'After the repair']);
    });
  });

  it.each([360, 1280])(
    'keeps the boxes of a picture apart and the names inside of them, whatever tables are called (%i px)',
    async (width) => {
      await within('fork-1.3.0', width, 'light', async ({ page }) => {
        for (const moment of ['schema-now', 'schema-after']) expect(await page.evaluate(tangled, moment)).toEqual([]);
        const others = (await page.evaluate(drawnTables, 'schema-after'))
          .filter(([, word]) => word === 'other')
          .map(([table]) => table);
        expect(others).toContainEqual(expect.stringMatching(/^<b>a & 'b' " longest name.*…$/));
      });
    },
  );

  it('prints what is folded', async () => {
    await within('1.3.0', 1280, 'light', async ({ page }) => {
      const setting = page.locator('#settings').getByText('max_connections', { exact: true });
      const isShown = () =>
        setting.evaluate(
          (element) =>
            element.checkVisibility({ contentVisibilityAuto: true }) && element.getBoundingClientRect().height > 0,
        );
      expect(await isShown()).toBe(false);
      await page.emulateMedia({ media: 'print' });
      expect(await isShown()).toBe(true);
    });
  });
});
