// Live updates: one event stream per tab, reopened whenever it breaks.

export function listen(seat, { put, reload, look, tell }) {
  const page = document.body;
  let soon = 0;

  // Deliveries arrive in bursts, so refresh the panel once they pause.
  const lookSoon = () => {
    clearTimeout(soon);
    soon = setTimeout(look, 250);
  };

  const open = () => {
    const stream = new EventSource(`/events?${new URLSearchParams({ ...seat, state: page.dataset.state })}`);
    stream.onopen = () => (page.dataset.live = 'yes');
    stream.onerror = () => {
      page.dataset.live = 'no';
      // The browser would reconnect with the initial state; a new stream uses the current one.
      stream.close();
      setTimeout(open, 1500);
    };
    stream.addEventListener('behind', async () => {
      if (page.dataset.newest === 'yes') await reload();
      lookSoon();
    });
    stream.addEventListener('elsewhere', (event) => {
      const data = JSON.parse(event.data);
      const room = [...document.querySelectorAll('[data-room]')].find((link) => link.dataset.room === data.in);
      room?.classList.add('news');
      tell(`${data.kind === 'posted' ? 'New' : 'Changed'} in ${data.in.startsWith('@') ? 'your conversation' : data.in}: ${data.title}`);
      lookSoon();
    });
    stream.addEventListener('card', (event) => {
      const data = JSON.parse(event.data);
      const existing = document.getElementById(`card-${data.id}`);
      if (data.kind === 'removed') existing?.remove();
      else if (existing || (data.kind === 'posted' && page.dataset.newest === 'yes')) put(data.html);
      tell(`${data.kind === 'posted' ? 'New' : 'Changed'}: ${data.title}`);
      lookSoon();
    });
  };
  open();
}
