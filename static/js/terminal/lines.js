// The text in a terminal's buffer. Pure.

// Returns all lines that are kept, without trailing blanks; what was only wrapped is one line.
export function linesOf(buffer) {
  const lines = [];
  for (let at = 0; at < buffer.length; at += 1) {
    const line = buffer.getLine(at);
    const isCut = buffer.getLine(at + 1)?.isWrapped ?? false;
    const text = line.translateToString(!isCut);
    if (line.isWrapped && lines.length) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  return lines;
}
