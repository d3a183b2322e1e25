// The WebSocket of a page's first terminal, opened while the rest of the page still loads: a shell takes longest.
// The page names it in <meta name="slipway-terminal" content="PATH">, and loads this module before all others.

function absolute(path) {
  const address = new URL(path, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  return address.href;
}

const named = document.querySelector("meta[name=slipway-terminal]")?.content;
let early = named ? new WebSocket(absolute(named)) : null;

// Returns a WebSocket to this path: the early one to the first who asks, while it lives. Before HELLO it gets no message.
export function socketTo(path) {
  const url = absolute(path);
  const socket = early;
  early = null;
  if (socket?.url === url && socket.readyState <= WebSocket.OPEN) return socket;
  socket?.close();
  return new WebSocket(url);
}
