/** Texts of YAML that are not in quotes; what is read is taken from a reader, which stands behind it afterwards. */

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS = { "": null, "~": null, null: null, Null: null, NULL: null, true: true, True: true, TRUE: true,
  false: false, False: false, FALSE: false };

/** What a plain text means: only the words and numbers of JSON are more than text. */
export function meaning(reader, text) {
  if (Object.hasOwn(WORDS, text)) return WORDS[text];
  if (!NUMBER.test(text)) return text;
  if (/^-?\d+$/.test(text) && BigInt(text) !== BigInt.asIntN(64, BigInt(text))) reader.fail(`${text} is an integer of more than 64 bits; quote it`);
  return Number(text);
}

/** A member with whatever name, `__proto__` too. */
export function define(values, name, value) {
  Object.defineProperty(values, name, { value, writable: true, enumerable: true, configurable: true });
}

/** A plain value of a block: it goes on in lines further in than `outer`. */
export function plainValue(reader, outer) {
  if (/[,\]}%@`]/.test(reader.sign)) reader.fail(`a text that begins with ${reader.sign} needs quotes`);
  const pieces = [];
  let breaks = 0;
  for (;;) {
    const text = reader.matches(/(?:[^\n:#]|:(?![ \t\n]|$)|(?<![ \t]|^)#)*/my).trimEnd();
    if (reader.text[reader.at + reader.matches(/(?:[^\n:#]|:(?![ \t\n]|$)|(?<![ \t]|^)#)*/my).length] === ":") {
      reader.fail("a text with : and a space in it needs quotes");
    }
    pieces.push(breaks > 1 ? "\n".repeat(breaks - 1) : breaks ? " " : "", text);
    reader.at += text.length;
    const isCommented = /^[ \t]+#/.test(reader.matches(/[ \t]*#?/y));
    reader.lineEnd();
    const next = /\n((?:[ \t]*\n)*)( *)(?=[^\s#])/y;
    next.lastIndex = reader.at;
    const found = isCommented ? null : next.exec(reader.text);
    if (!found || found[2].length <= outer || (found[2] === "" && /^(?:---|\.\.\.)(?:\s|$)/.test(reader.text.slice(next.lastIndex, next.lastIndex + 4)))) break;
    breaks = 1 + (found[1].match(/\n/g)?.length ?? 0);
    reader.at = next.lastIndex;
  }
  return meaning(reader, pieces.join(""));
}

/** A text behind | or >: lines further in than `outer`, as they are or folded. */
export function blockText(reader, outer) {
  const head = reader.matches(/[|>](?:[+-]?[1-9]?|[1-9][+-])(?=[ \t\n]|$)/y);
  if (!head) reader.fail("behind | or > comes a line end");
  reader.at += head.length;
  reader.lineEnd();
  const given = Number(/[1-9]/.exec(head)?.[0] ?? 0);
  const lines = [];
  let indent = given ? Math.max(outer, 0) + given : null;
  while (reader.sign === "\n" && reader.at + 1 < reader.text.length) {
    const [, space, rest] = /^( *)([^\n]*)/.exec(reader.text.slice(reader.at + 1, endOf(reader.text, reader.at + 1)));
    if (rest !== "" && indent === null) indent = Math.max(space.length, outer + 1);
    if (rest !== "" && space.length < indent) break;
    lines.push((space + rest).slice(indent ?? space.length));
    reader.at += 1 + space.length + rest.length;
  }
  return chomped(lines, head, reader.sign === "");
}

const endOf = (text, from) => { const at = text.indexOf("\n", from); return at < 0 ? text.length : at; };

/** `isOpen`: the last line has no end. */
function chomped(lines, head, isOpen) {
  let end = lines.length;
  while (end > 0 && lines[end - 1] === "") end -= 1;
  const body = head[0] === ">" ? folded(lines.slice(0, end)) : lines.slice(0, end).join("\n");
  if (head.includes("-")) return body;
  const last = end === 0 || (isOpen && end === lines.length) ? 0 : 1;
  return body + "\n".repeat(head.includes("+") ? lines.length - end + last : last);
}

/** Lines become one text; empty lines break it, and so do lines that are further in. */
function folded(lines) {
  const isIn = (line) => /^[ \t]/.test(line);
  let text = lines[0] ?? "";
  let before = text;
  let empty = text === "" ? 1 : 0;
  for (const line of lines.slice(1)) {
    if (line === "") { empty += 1; continue; }
    const isKept = isIn(line) || isIn(before);
    text += isKept ? "\n".repeat(empty + 1) : empty ? "\n".repeat(empty) : " ";
    text += line;
    before = line;
    empty = 0;
  }
  return text;
}
