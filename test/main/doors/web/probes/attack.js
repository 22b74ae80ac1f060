// What a page of another origin can get from a web door that its browser is signed in to.
const victim = new URLSearchParams(location.search).get('victim');

const loaded = (element) =>
  new Promise((resolve) => {
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('refused');
    document.body.append(element);
  });
const read = async (init) => {
  try {
    return (await (await fetch(victim, init)).text()).slice(0, 20);
  } catch (error) {
    return error.name;
  }
};
const call = (address) =>
  new Promise((resolve) => {
    const socket = new WebSocket(address);
    socket.onopen = () => socket.send('{"type":"call","id":0,"name":"models.list","params":{}}');
    socket.onmessage = ({ data }) => resolve(data);
    socket.onclose = () => resolve('closed');
  });

const frame = Object.assign(document.createElement('iframe'), { src: victim });
await loaded(frame);
let inside;
try {
  inside = frame.contentWindow.document.title;
} catch (error) {
  inside = error.name;
}
const result = {
  script: await loaded(Object.assign(document.createElement('script'), { src: `${victim}assets/main.js` })),
  read: await read({ credentials: 'include' }),
  blind: await read({ credentials: 'include', mode: 'no-cors' }),
  inside,
  socket: await call(`${victim.replace('http', 'ws')}socket`),
};
document.body.append(
  Object.assign(document.createElement('pre'), { id: 'result', textContent: JSON.stringify(result) }),
);
