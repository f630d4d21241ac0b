import { define, meaning } from "./yaml-scalars.js";

/** Texts in quotes, and lists and objects in brackets; what is read is taken from a reader, which stands behind it afterwards. */

const ESCAPES = { 0: "\0", a: "\x07", b: "\b", t: "\t", "\t": "\t", n: "\n", v: "\v", f: "\f", r: "\r", e: "\x1b", " ": " ", '"': '"', "/": "/",
  "\\": "\\", N: "\x85", _: "\xa0", L: "\u2028", P: "\u2029" };
const HEX = { x: 2, u: 4, U: 8 };

/** A text in single or double quotes. */
export function quoted(reader) {
  const from = reader.line;
  const mark = reader.sign;
  let text = "";
  reader.at += 1;
  for (;;) {
    const { sign } = reader;
    if (sign === "") reader.fail(`a text in ${mark} does not end`, from);
    reader.at += 1;
    if (sign === mark) {
      if (mark === '"' || reader.sign !== "'") return text;
      reader.at += 1;
      text += "'";
    } else if (sign === "\n") {
      const more = reader.matches(/(?:[ \t]*\n)*[ \t]*/y);
      reader.at += more.length;
      const breaks = more.split("\n").length - 1;
      text = text.replace(/[ \t]+$/, "") + (breaks ? "\n".repeat(breaks) : " ");
    } else if (sign === "\\" && mark === '"') text += escape(reader);
    else text += sign;
  }
}

function escape(reader) {
  const { sign } = reader;
  reader.at += 1;
  if (sign === "\n") { reader.spaces(); return ""; }
  if (Object.hasOwn(ESCAPES, sign)) return ESCAPES[sign];
  const digits = reader.text.slice(reader.at, reader.at + (HEX[sign] ?? 0));
  if (!HEX[sign] || digits.length < HEX[sign] || !/^[\da-fA-F]+$/.test(digits)) reader.fail(`\\${sign} means nothing`);
  reader.at += digits.length;
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff) reader.fail("there is no such letter");
  return sign === "U" ? String.fromCodePoint(code) : String.fromCharCode(code);
}

/** A list or an object in brackets. */
export function flow(reader, pointer, depth) {
  if (depth > 64) reader.fail("it is nested deeper than 64 levels");
  const isList = reader.sign === "[";
  const from = reader.line;
  const values = isList ? [] : {};
  reader.at += 1;
  for (;;) {
    reader.blanks();
    if (reader.sign === "") reader.fail(`${isList ? "[" : "{"} does not end`, from);
    if (reader.sign === (isList ? "]" : "}")) { reader.at += 1; return values; }
    if (isList) {
      reader.places.set(`${pointer}/${values.length}`, reader.line);
      values.push(value(reader, `${pointer}/${values.length}`, depth));
    } else member(reader, values, pointer, depth);
    reader.blanks();
    if (reader.sign === ",") reader.at += 1;
    else if (!"]}".includes(reader.sign) || reader.sign === "") reader.fail(reader.sign === "" ? `${isList ? "[" : "{"} does not end` : "a comma is missing", reader.sign === "" ? from : reader.line);
    else if (reader.sign !== (isList ? "]" : "}")) reader.fail(`${reader.sign} closes nothing`);
  }
}

function member(reader, values, pointer, depth) {
  const { line } = reader;
  const name = "\"'".includes(reader.sign) ? quoted(reader) : plain(reader);
  if (name === "") reader.fail("a name is missing");
  if (Object.hasOwn(values, name)) reader.fail(`${name} is written twice`, line);
  const inside = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  reader.places.set(inside, line);
  reader.blanks();
  if (reader.sign !== ":") return define(values, name, null);
  reader.at += 1;
  reader.blanks();
  define(values, name, ",}".includes(reader.sign) ? null : value(reader, inside, depth));
}

function value(reader, pointer, depth) {
  const { sign } = reader;
  if (sign === "[" || sign === "{") return flow(reader, pointer, depth + 1);
  if (sign === '"' || sign === "'") return quoted(reader);
  if (sign === "&" || sign === "*") reader.fail("anchors and aliases are not accepted; write the value out");
  if ("!|>%@`".includes(sign)) reader.fail(`a text that begins with ${sign} needs quotes`);
  const text = plain(reader);
  if (text === "") reader.fail(`“${sign}” is too much here`);
  if (reader.sign === ":") reader.fail("a text with : and a space in it needs quotes");
  return meaning(reader, text);
}

/** A plain text of a flow; it may go on in the next line. */
function plain(reader) {
  const text = reader.matches(/(?:[^\n:#,[\]{}]|:(?![\s,[\]{}]|$)|(?<![\s])#|\n(?![ \t]*#))*/y);
  reader.at += text.trimEnd().length;
  return text.trim().replace(/[ \t]*\n\s*/g, " ");
}
