// The page's script: sends text, buttons, forms and files to /act and /drop, and inserts the parts that come back.

import { listen } from './live.js';
import './theme.js';
import { complete } from './typing.js';

const page = document.body;
const seat = { as: page.dataset.as, in: page.dataset.in, look: page.dataset.look };
const find = (selector, within = document) => within.querySelector(selector);
const cards = find('#cards');
const composer = find('#composer');
const words = find('#words');
const form = find('#form');

export function tell(text) {
  find('#status').textContent = text;
}

function trouble(text) {
  const box = find('#trouble');
  box.textContent = text;
  box.hidden = !text;
}

// Permalinks keep the person and the preview.
export function address(more = {}) {
  const said = new URLSearchParams(seat);
  Object.entries(more).forEach(([name, value]) => said.set(name, value));
  return `?${said}`;
}

function link(within) {
  for (const each of within.querySelectorAll('a.permalink')) {
    each.href = `/${address({ card: each.dataset.card })}#card-${each.dataset.card}`;
  }
}

// New cards only scroll the page if it is already at the end.
function isAtTheEnd() {
  return innerHeight + scrollY >= document.documentElement.scrollHeight - 120;
}

export function put(html, mine = false) {
  const made = document.createElement('template');
  made.innerHTML = html;
  link(made.content);
  const entries = [...made.content.children];
  for (const entry of entries) {
    const existing = entry.id && document.getElementById(entry.id);
    if (existing) {
      entry.classList.add('changed');
      existing.replaceWith(entry);
    } else {
      const follow = mine || isAtTheEnd();
      cards.append(entry);
      if (follow) entry.scrollIntoView({ block: entry.offsetHeight > innerHeight - 200 ? 'start' : 'nearest' });
    }
  }
  find('#nothing')?.remove();
  find('.welcome')?.remove();
  return entries;
}

export async function reload() {
  const answer = await fetch(`/cards${address()}`);
  if (!answer.ok) return;
  cards.innerHTML = await answer.text();
  page.dataset.state = answer.headers.get('x-room-state') ?? '';
  link(cards);
}

export async function look() {
  const answer = await fetch(`/happened${address()}`);
  if (answer.ok) find('#happened').innerHTML = await answer.text();
}

// ── actions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

async function send(path, body, headers = {}) {
  trouble('');
  page.setAttribute('aria-busy', 'true');
  try {
    const answer = await fetch(path, { method: 'POST', body, headers });
    const result = answer.headers.get('content-type')?.includes('json') ? await answer.json() : {};
    if (!answer.ok) throw new Error(result.error ?? (answer.status === 413 ? 'That is too large to be sent here.' : 'That was not taken.'));
    return result;
  } catch (error) {
    trouble(error instanceof TypeError ? 'The console cannot be reached. Is it still running?' : error.message);
    return null;
  } finally {
    page.removeAttribute('aria-busy');
  }
}

async function act(what) {
  const body = JSON.stringify({ ...seat, event: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, ...what });
  const result = await send('/act', body, { 'content-type': 'application/json' });
  if (result) show(result);
  return result;
}

function show(result) {
  find('#happened').innerHTML = result.happened;
  tell(result.status);
  if (result.form) return ask(result.form);
  if (result.wrong) return complain(result.wrong);
  if (form.open) form.close();
  if (result.entries) put(result.entries, true);
}

async function say(text) {
  const aloud = find('#aloud')?.checked && !/^@handshake/i.test(text) ? `@Handshake ${text}` : text;
  const result = await act({ do: 'say', words: aloud });
  if (result) words.value = '';
  words.focus({ preventScroll: true });
}

async function press(button) {
  const chosen = picked(button);
  button.disabled = true;
  await act({ do: 'press', action: button.dataset.action, value: chosen?.value ?? button.dataset.value ?? '', label: `[${chosen?.label ?? button.textContent}]` });
  button.disabled = false;
}

// A menu's button sends the value of its menu.
function picked(button) {
  const name = button.dataset.from;
  if (!name) return null;
  const card = button.closest('.card');
  const menu = name === 'menu' ? find('select', button.closest('.menu')) : find(`select[data-pick="${CSS.escape(name)}"]`, card);
  return { value: menu.value, label: menu.selectedOptions[0]?.textContent ?? menu.value };
}

function ask(html) {
  find('.inside', form).innerHTML = html;
  if (!form.open) form.showModal();
  const asked = find('[aria-invalid=true]', form) ?? find('input, textarea, select', form);
  asked?.focus();
}

// The error is shown at the field that it names, otherwise at the first one.
function complain(text) {
  form.querySelectorAll('.error').forEach((each) => each.remove());
  const fields = [...form.querySelectorAll('.field, fieldset')];
  const said = text.toLowerCase();
  const named = fields.find((each) => said.includes((find('label, legend', each)?.textContent ?? '\0').trim().toLowerCase()));
  const field = named ?? fields[0];
  const box = document.createElement('p');
  box.className = 'error';
  box.id = 'asked-error';
  box.setAttribute('role', 'alert');
  box.textContent = `Please check: ${text}`;
  const input = field && find('input, textarea, select', field);
  form.querySelectorAll('[aria-invalid]').forEach((each) => each.removeAttribute('aria-invalid'));
  input?.setAttribute('aria-invalid', 'true');
  input?.setAttribute('aria-describedby', 'asked-error');
  if (field) field.append(box);
  else find('form', form).prepend(box);
  input?.focus();
}

async function submit(asked) {
  const answers = {};
  for (const input of asked.elements) {
    if (!input.name || (input.type === 'checkbox' && !input.checked)) continue;
    answers[input.name] = input.name in answers ? `${answers[input.name]}\n${input.value}` : input.value;
  }
  const send = find('[type=submit]', asked);
  send.disabled = true;
  await act({ do: 'send', form: asked.dataset.form, value: asked.dataset.value, answers, label: `[${find('h3', asked).textContent}]` });
  send.disabled = false;
}

async function drop(files) {
  if (!files.length) return;
  const body = new FormData();
  Object.entries({ ...seat, words: words.value, event: crypto.randomUUID?.() ?? `${Date.now()}` }).forEach(([name, value]) => body.append(name, value));
  [...files].forEach((file) => body.append('file', file));
  const result = await send('/drop', body);
  if (result) {
    words.value = '';
    show(result);
  }
}

// ── user events ─────────────────────────────────────────────────────────────────────────────────────────────────────

document.addEventListener('click', (event) => {
  const target = event.target.closest('button, a');
  if (!target) return;
  if (target.dataset.say) say(target.dataset.say);
  else if (target.dataset.action) press(target);
  else if (target.id === 'older') {
    event.preventDefault();
    earlier(target);
  } else if (target.closest('#form') && target.classList.contains('close')) form.close();
});

document.addEventListener('submit', (event) => {
  if (event.target === composer) {
    event.preventDefault();
    if (words.value.trim()) say(words.value.trim());
  } else if (event.target.dataset.form !== undefined) {
    event.preventDefault();
    submit(event.target);
  }
});

find('#file').addEventListener('change', async (event) => {
  await drop(event.target.files);
  event.target.value = '';
});

document.addEventListener('dragover', (event) => {
  if (!event.dataTransfer.types.includes('Files')) return;
  event.preventDefault();
  page.classList.add('dropping');
});
document.addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) page.classList.remove('dropping');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  page.classList.remove('dropping');
  drop(event.dataTransfer.files);
});

async function earlier(button) {
  const answer = await fetch(`/cards${address({ before: button.dataset.before })}`);
  if (!answer.ok) return;
  const made = document.createElement('template');
  made.innerHTML = await answer.text();
  link(made.content);
  const first = made.content.firstElementChild;
  const top = cards.firstElementChild;
  const height = document.documentElement.scrollHeight;
  const count = made.content.children.length;
  cards.insertBefore(made.content, top);
  window.scrollBy(0, document.documentElement.scrollHeight - height);
  const older = answer.headers.get('x-older');
  if (older) button.dataset.before = older;
  else button.parentElement.remove();
  tell(`${count} earlier cards`);
  first?.scrollIntoView({ block: 'nearest' });
}

// ── the start ───────────────────────────────────────────────────────────────────────────────────────────────────────

link(document);
complete(words, find('#hints'));
if (matchMedia('(max-width: 1100px)').matches) find('#happened-box').open = false;
const linked = location.hash.startsWith('#card-') && document.getElementById(location.hash.slice(1));
if (linked) linked.scrollIntoView({ block: 'center' });
else if (!find('.tour') && !find('.welcome')) window.scrollTo(0, document.documentElement.scrollHeight);
listen(seat, { put, reload, look, tell });
