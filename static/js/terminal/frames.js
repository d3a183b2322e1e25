// The frames of a terminal, as platform/slipway/terminal/frames.py describes them. One message is an opcode and its payload.

export const INPUT_BYTES = 32 * 1024;
const HELLO = 0x01, INPUT = 0x02, RESIZE = 0x03, ACK = 0x04;
const KINDS = {
  0x81: "welcome", 0x82: "output", 0x83: "accepted", 0x84: "resync", 0x85: "exit", 0x86: "shared", 0x87: "past",
};
const RESET = 1, BUSY = 2;
export const NO_BOOT = new Uint8Array(8);
// The largest size there is: what windows share while there is only one.
export const LARGEST = { columns: 1000, rows: 500 };

function message(opcode, size) {
  const bytes = new Uint8Array(1 + size);
  bytes[0] = opcode;
  return [bytes, new DataView(bytes.buffer, 1)];
}

export function hello({ client, boot, offset, columns, rows }) {
  const [bytes, view] = message(HELLO, 40);
  bytes.set(client, 1);
  bytes.set(boot, 17);
  view.setBigUint64(24, BigInt(offset));
  view.setUint32(32, 0);
  view.setUint16(36, columns);
  view.setUint16(38, rows);
  return bytes;
}

export function input(offset, data) {
  const [bytes, view] = message(INPUT, 8 + data.length);
  view.setBigUint64(0, BigInt(offset));
  bytes.set(data, 9);
  return bytes;
}

export function resize(columns, rows) {
  const [bytes, view] = message(RESIZE, 4);
  view.setUint16(0, columns);
  view.setUint16(2, rows);
  return bytes;
}

export function ack(offset) {
  const [bytes, view] = message(ACK, 8);
  view.setBigUint64(0, BigInt(offset));
  return bytes;
}

// Returns {kind, ...}. The server has checked every length and offset.
export function decode(buffer) {
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer, 1);
  const kind = KINDS[bytes[0]];
  if (kind === "shared") return { kind, columns: view.getUint16(0), rows: view.getUint16(2) };
  const offset = kind === "welcome" || kind === "exit" ? 0 : Number(view.getBigUint64(0));
  if (kind === "output") return { kind, offset, data: bytes.subarray(9) };
  if (kind === "past") return { kind, suspendedAt: offset, data: bytes.subarray(9) };
  if (kind === "exit") return { kind, status: bytes[1] };
  if (kind !== "welcome") return { kind, offset };
  const flags = view.getUint8(24);
  return {
    kind,
    boot: bytes.slice(1, 9),
    offset: Number(view.getBigUint64(8)),
    end: Number(view.getBigUint64(16)),
    accepted: Number(view.getBigUint64(25)),
    isReset: Boolean(flags & RESET),
    isBusy: Boolean(flags & BUSY),
  };
}
