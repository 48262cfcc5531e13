// Command completion: a listbox above the input (combobox pattern). Tab or Enter accepts the selected option.

const MOST = 8;

export function complete(input, list) {
  const options = [...list.children];
  let chosen = -1;
  let shown = [];

  const choose = (index) => {
    chosen = index;
    options.forEach((each) => each.setAttribute('aria-selected', 'false'));
    const option = shown[chosen];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    if (option) input.setAttribute('aria-activedescendant', option.id);
    else input.removeAttribute('aria-activedescendant');
  };

  const close = () => {
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    choose(-1);
  };

  const fits = (option, said) => option.dataset.words.startsWith(said);

  const open = () => {
    const said = input.value.replace(/^(\/handshake|@handshake)\s*/i, '').toLowerCase();
    shown = said ? options.filter((each) => fits(each, said) && each.dataset.words !== said).slice(0, MOST) : [];
    options.forEach((each) => (each.hidden = !shown.includes(each)));
    if (!shown.length) return close();
    list.hidden = false;
    input.setAttribute('aria-expanded', 'true');
    choose(-1);
  };

  const take = (option) => {
    input.value = `${option.dataset.words} `;
    close();
    input.focus();
  };

  input.addEventListener('input', open);
  input.addEventListener('blur', () => setTimeout(close, 150));
  list.addEventListener('mousedown', (event) => {
    const option = event.target.closest('[role=option]');
    event.preventDefault();
    if (option) take(option);
  });
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      choose((chosen + step + shown.length) % shown.length);
    } else if (event.key === 'Escape') {
      close();
    } else if ((event.key === 'Tab' && !event.shiftKey) || (event.key === 'Enter' && chosen >= 0)) {
      event.preventDefault();
      take(shown[Math.max(chosen, 0)]);
    }
  });
}
