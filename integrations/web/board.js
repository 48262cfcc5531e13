// The board's script: theme and print. The page is complete without it.

import './theme.js';

const print = document.getElementById('print');

print.hidden = false;
print.addEventListener('click', () => window.print());
