// The light/dark switch. A cookie stores the choice for all pages.

const root = document.documentElement;

function toggle() {
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=strict`;
}

const button = document.getElementById('theme');
if (button) {
  button.hidden = false;
  button.addEventListener('click', toggle);
}
