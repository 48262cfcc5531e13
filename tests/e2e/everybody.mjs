// Check views of the console by axe-core: each in two widths and two themes, with everything unfolded.
//
//   node everybody.mjs CHROMIUM ADDRESS PATH ...
//
// A PATH may end in " > words" to say these words there first. One JSON line a view:
// {"view":"/board 390 dark","violations":[{"rule":"color-contrast","where":"…"}],"errors":[],"width":390}

import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PATIENCE = 20_000;
const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const [executablePath, address, ...views] = process.argv.slice(2);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const view of views) {
  for (const width of [1280, 390]) {
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' });
      const page = await context.newPage();
      page.setDefaultTimeout(PATIENCE);
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (said) => said.type() === 'error' && errors.push(said.text()));
      const [path, words] = view.split(' > ');
      await page.goto(address + path);
      if (words) {
        const status = await page.locator('[role=status]').first().textContent();
        await page.locator('#words').fill(words);
        await page.keyboard.press('Enter');
        await page.waitForFunction((old) => document.querySelector('[role=status]').textContent !== old, status);
      }
      await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
      await page.evaluate(AXE);
      const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
      const violations = found.violations.flatMap((each) =>
        each.nodes.slice(0, 3).map((node) => ({ rule: each.id, where: `${node.target} ${node.html.slice(0, 160)}` })),
      );
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      process.stdout.write(`${JSON.stringify({ view: `${view} ${width} ${colorScheme}`, violations, errors, width: wide })}\n`);
      await context.close();
    }
  }
}
await browser.close();
