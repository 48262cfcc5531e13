// A person at the Agents Playground: one JSON command a line in, one JSON answer a line out.
//
//   node browser.mjs CHROMIUM ADDRESS
//
// {"do":"open","room":"Personal Chat"}  {"do":"say","words":"help"}  {"do":"mention","words":"help"}
// {"do":"press","name":"Roadmap"}  {"do":"until","words":"is current"}   {"do":"line","words":"hello"}  {"do":"shot","path":"/tmp/1.png"}

import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const PATIENCE = 20_000;
const CARD = '[class*=adaptiveCard]';
const [executablePath, address] = process.argv.slice(2);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
page.setDefaultTimeout(PATIENCE);
// Fonts from there are not needed, and a machine without the internet would wait for them.
await page.route((url) => /(^|\.)office\.net$/.test(url.hostname), (route) => route.abort());
await page.goto(address);

const acts = {
  async open({ room }) {
    await page.getByText(room, { exact: true }).first().click();
    await page.locator('[contenteditable=true]').first().waitFor();
    await page.waitForLoadState('networkidle');
  },
  async say({ words }) {
    await page.locator('[contenteditable=true]').first().fill(words);
    await page.getByRole('button', { name: 'Send Message' }).first().click();
  },
  async mention({ words }) {
    await page.locator('[contenteditable=true]').first().click();
    await page.keyboard.type('@');
    await page.getByRole('menuitem', { name: 'Test Bot' }).click();
    await page.keyboard.type(` ${words}`);
    await page.getByRole('button', { name: 'Post', exact: true }).first().click();
  },
  async press({ name }) {
    await page.locator(CARD).getByRole('button', { name, exact: true }).last().click();
  },
  async until({ words }) {
    const found = page.locator(CARD).filter({ hasText: words }).last();
    await found.waitFor();
    return found.innerText();
  },
  async line({ words }) {
    await page.getByText(words).last().waitFor();
  },
  async shot({ path }) {
    await page.screenshot({ path });
  },
};

process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let answer;
  try {
    answer = { done: (await acts[asked.do](asked)) ?? '' };
  } catch (error) {
    answer = { failed: String(error).slice(0, 2000) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
await browser.close();
