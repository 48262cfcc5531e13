// News as they happen: one stream per tab, opened again by the browser whenever it breaks.

export function listen(seat, { put, reload, look, tell }) {
  const page = document.body;
  let soon = 0;

  // Deliveries come in runs; the panel is looked at again once they pause.
  const lookSoon = () => {
    clearTimeout(soon);
    soon = setTimeout(look, 250);
  };

  const open = () => {
    const stream = new EventSource(`/events?${new URLSearchParams({ ...seat, state: page.dataset.state })}`);
    stream.onopen = () => (page.dataset.live = 'yes');
    stream.onerror = () => {
      page.dataset.live = 'no';
      // The browser would ask with the state of the beginning; a new stream asks with the one it has.
      stream.close();
      setTimeout(open, 1500);
    };
    stream.addEventListener('behind', async () => {
      if (page.dataset.newest === 'yes') await reload();
      lookSoon();
    });
    stream.addEventListener('elsewhere', (event) => {
      const told = JSON.parse(event.data);
      const room = [...document.querySelectorAll('[data-room]')].find((each) => each.dataset.room === told.in);
      room?.classList.add('news');
      tell(`${told.kind === 'posted' ? 'New' : 'Changed'} in ${told.in.startsWith('@') ? 'your conversation' : told.in}: ${told.title}`);
      lookSoon();
    });
    stream.addEventListener('card', (event) => {
      const told = JSON.parse(event.data);
      const standing = document.getElementById(`card-${told.id}`);
      if (told.kind === 'removed') standing?.remove();
      else if (standing || (told.kind === 'posted' && page.dataset.newest === 'yes')) put(told.html);
      tell(`${told.kind === 'posted' ? 'New' : 'Changed'}: ${told.title}`);
      lookSoon();
    });
  };
  open();
}
