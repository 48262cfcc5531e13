// Several tabs of one browser: one JSON command a line in, one JSON answer a line out.
//
//   node tabs.mjs CHROMIUM ADDRESS
//
// {"tab":"a","do":"open","path":"/?as=…","width":390,"dark":true}   {"tab":"a","do":"say","words":"help"}
// {"tab":"a","do":"press","name":"I have R41"}   {"tab":"a","do":"fill","label":"Why","words":"…"}
// {"tab":"a","do":"until","selector":".card","words":"superseded"}   {"tab":"a","do":"shot","path":"/tmp/1.png"}
// {"tab":"a","do":"key","key":"Tab"}   {"tab":"a","do":"ask","script":"document.title"}

import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [executablePath, address] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const tabs = {};
const troubles = [];

async function open(name, { path, width = 1280, height = 860, dark = false }) {
  if (!tabs[name]) {
    const colorScheme = dark ? 'dark' : 'light';
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
    tabs[name] = await context.newPage();
    tabs[name].setDefaultTimeout(15_000);
    tabs[name].on('pageerror', (error) => troubles.push(String(error)));
    tabs[name].on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
  }
  await tabs[name].goto(address + path);
  await tabs[name].locator('body[data-live=yes], body:not(.console)').first().waitFor();
}

const acts = {
  async say(page, { words }) {
    await page.locator('#words').fill(words);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
  },
  async press(page, { name }) {
    await page.getByRole('button', { name, exact: true }).last().click();
  },
  async follow(page, { name }) {
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.locator('body[data-live=yes], body:not(.console)').first().waitFor();
  },
  async fill(page, { label, words }) {
    await page.getByRole('dialog').getByLabel(label).fill(words);
  },
  async until(page, { selector, words }) {
    const found = page.locator(selector).filter({ hasText: words }).last();
    await found.waitFor();
    return found.innerText();
  },
  async key(page, { key }) {
    await page.keyboard.press(key);
  },
  async ask(page, { script }) {
    return page.evaluate(script);
  },
  async shot(page, { path }) {
    await page.screenshot({ path });
  },
};

process.stdout.write('{"ready":true}\n');
for await (const line of createInterface({ input: process.stdin })) {
  const { tab, do: what, ...how } = JSON.parse(line);
  let answer;
  try {
    const done = what === 'open' ? await open(tab, how) : what === 'troubles' ? troubles : await acts[what](tabs[tab], how);
    answer = { done: done ?? '' };
  } catch (error) {
    answer = { failed: String(error).slice(0, 2000) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
await browser.close();
