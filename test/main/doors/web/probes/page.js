// What a page of the web door can do beyond its own files. Writes the outcome into the page.
const foreign = new URLSearchParams(location.search).get('foreign');

const outcome = async (act) => {
  try {
    await act();
    return 'done';
  } catch (error) {
    return error.name;
  }
};
const loaded = (element) =>
  new Promise((resolve) => {
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('refused');
    document.body.append(element);
  });
/** How a WebSocket ends, and what a call over it is answered. */
const call = (address) =>
  new Promise((resolve) => {
    try {
      const socket = new WebSocket(address);
      socket.onopen = () => socket.send('{"type":"call","id":0,"name":"models.list","params":{}}');
      socket.onmessage = ({ data }) => resolve(data);
      socket.onerror = () => resolve('refused');
    } catch (error) {
      resolve(error.name);
    }
  });
const workerStarts = () =>
  new Promise((resolve) => {
    try {
      const worker = new Worker('data:text/javascript,postMessage(1)');
      worker.onmessage = () => resolve('done');
      worker.onerror = () => resolve('refused');
    } catch (error) {
      resolve(error.name);
    }
  });

// As the renderer does it (renderer/connection/key-of-the-page.ts), which this page stands in for.
const element = document.querySelector('meta[name="llmatic-key"]');
if (element !== null) localStorage.setItem('llmatic.key', element.content);
const clean = new URL(location.href);
clean.searchParams.delete('token');
history.replaceState(null, '', clean);
const key = localStorage.getItem('llmatic.key');
const result = { cookie: document.cookie, own: await call(`ws://${location.host}/socket?key=${key}`) };
if (foreign !== null) {
  const inline = document.createElement('script');
  inline.textContent = 'window.ran = true';
  document.body.append(inline);
  document.body.insertAdjacentHTML('beforeend', '<p id="clicked" onclick="window.ran = true">');
  document.getElementById('clicked').click();
  Object.assign(result, {
    inline: 'ran' in window,
    // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested.
    eval: await outcome(() => eval('1')),
    fetch: await outcome(() => fetch(`${foreign}fetch`)),
    script: await loaded(Object.assign(document.createElement('script'), { src: `${foreign}script` })),
    image: await loaded(Object.assign(document.createElement('img'), { src: `${foreign}image` })),
    style: await loaded(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${foreign}style` })),
    worker: await workerStarts(),
    socket: await call(foreign.replace('http', 'ws')),
  });
}
document.body.append(
  Object.assign(document.createElement('pre'), { id: 'result', textContent: JSON.stringify(result) }),
);
