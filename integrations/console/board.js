// The board's own script: the theme and the printer. Without it the page is complete.

const root = document.documentElement;
const theme = document.getElementById('theme');
const print = document.getElementById('print');

theme.hidden = false;
print.hidden = false;
theme.addEventListener('click', () => {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=strict`;
});
print.addEventListener('click', () => window.print());
