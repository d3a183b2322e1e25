// The WebSocket of a page's first terminal, opened while the rest of the page still loads: a shell takes longest.
// The page names it in <meta name="slipway-terminal" content="PATH">, and loads this module before all others.

function absolute(path) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

const path = document.querySelector("meta[name=slipway-terminal]")?.content;
let early = path ? new WebSocket(absolute(path)) : null;

// Returns a WebSocket to this path: the early one to the first who asks, while it lives. Before HELLO it gets no message.
export function socketTo(path) {
  const socket = early;
  if (socket?.url !== absolute(path)) return new WebSocket(absolute(path));
  early = null;
  return socket.readyState <= WebSocket.OPEN ? socket : new WebSocket(absolute(path));
}
