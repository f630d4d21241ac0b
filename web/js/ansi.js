/** Terminal colours as classes; every other control sequence is dropped. */
const COLOUR = { 31: "c-r", 32: "c-g", 33: "c-y", 34: "c-b", 35: "c-m", 36: "c-b", 90: "c-d", 91: "c-r", 92: "c-g",
  93: "c-y", 94: "c-b", 95: "c-m", 96: "c-b" };
const SEQUENCE = /\u001b(?:\[([0-9;:?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_])/g;
const ANY = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** How text looks that nothing has coloured. */
export const BARE = { colour: "", bold: false, dim: false };

/** Lines of pieces {text, look} of a text; colours run on over line ends. */
export function parse(text) {
  let look = BARE;
  const lines = [];
  for (const raw of text.split("\n")) {
    const line = split(raw, look);
    look = line.look;
    lines.push(line.pieces);
  }
  if (lines.length > 1 && lines.at(-1).length === 0) lines.pop();
  return lines;
}

/** One line that begins with `look`: {pieces, look: that of the next line}. */
export function split(raw, look) {
  const line = last(raw);
  const pieces = [];
  let at = 0;
  for (const found of line.matchAll(SEQUENCE)) {
    push(pieces, line.slice(at, found.index), look);
    at = found.index + found[0].length;
    if (found[2] === "m") look = styled(look, found[1]);
  }
  push(pieces, line.slice(at), look);
  return { pieces, look };
}

/** A line without its control sequences. */
export const plain = (raw) => (ANY.test(raw) ? last(raw).replace(SEQUENCE, "").replace(CONTROL, "\ufffd") : raw);

/** A carriage return writes over the line, as progress bars do: the last writing counts. */
const last = (raw) => (raw.includes("\r") ? raw.replace(/\r+$/, "").split("\r").at(-1) : raw);

function push(pieces, text, look) {
  const clean = text.replace(CONTROL, "\ufffd");
  if (clean) pieces.push({ text: clean, look: classOf(look) });
}

function classOf({ colour, bold, dim }) {
  return [dim && !colour ? "c-d" : colour, bold && "c-bold"].filter(Boolean).join(" ");
}

function styled(look, codes) {
  let next = { ...look };
  for (const code of (codes || "0").split(/[;:]/).map(Number)) {
    if (code === 0) next = { colour: "", bold: false, dim: false };
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 22) { next.bold = false; next.dim = false; }
    else if (code === 39) next.colour = "";
    else if (code === 38 || code === 48) break;
    else if (COLOUR[code]) next.colour = COLOUR[code];
  }
  return next;
}
