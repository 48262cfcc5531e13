// The board's own script: the theme and the printer. Without it the page is complete.

import './theme.js';

const print = document.getElementById('print');

print.hidden = false;
print.addEventListener('click', () => window.print());
