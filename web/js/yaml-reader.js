import { flow, quoted } from "./yaml-flow.js";
import { blockText, define, plainValue } from "./yaml-scalars.js";

/**
 * Reads YAML as the server does: one document, no anchors, aliases or tags, text keys; JSON is YAML too. `readYAML` answers
 * {value, places: JSON Pointer → line, counted from 1}, or {fault, line} with a sentence.
 */
export function readYAML(text) {
  const reader = new Reader(text.replace(/\r\n?/g, "\n").replace(/^\ufeff/, ""));
  try {
    return { value: reader.document(), places: reader.places };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { fault: `This is no YAML: ${error.message}.`, line: error.line };
  }
}

/** The line of a pointer, or of the nearest that there is around it. */
export function lineOf(places, pointer) {
  for (let at = pointer; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) if (places.has(at)) return places.get(at);
  return places.get("") ?? 1;
}

class Fault extends Error {
  constructor(message, line) {
    super(message);
    this.line = line;
  }
}

const DEPTH = 64;
const KEY = /(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*'|[^\s#,[\]{}&*!|>'"%@`?:-][^\n]*?|[?:-][^\s\n][^\n]*?)[ \t]*:(?=[ \t\n]|$)/y;

class Reader {
  at = 0; places = new Map();

  constructor(text) { this.text = text; }

  // Where it stands

  get sign() { return this.text[this.at] ?? ""; }

  get lineStart() { return this.text.lastIndexOf("\n", this.at - 1) + 1; }

  get column() { return this.at - this.lineStart; }

  get line() { return this.#lineAt(this.at); }

  #lines = { at: 0, count: 1 };

  /** Counts on from where it counted last: places only go forward. */
  #lineAt(at) {
    let { at: from, count } = this.#lines.at <= at ? this.#lines : { at: 0, count: 1 };
    for (let next = this.text.indexOf("\n", from); next >= 0 && next < at; next = this.text.indexOf("\n", from)) {
      count += 1;
      from = next + 1;
    }
    this.#lines = { at: from, count };
    return count;
  }

  fail(message, line = this.line) { throw new Fault(message, line); }

  matches(pattern) {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0] ?? null;
  }

  // What is between

  spaces() { this.at += this.matches(/[ \t]*/y).length; }

  /** Goes to the next thing, over blanks, comments and line ends. */
  blanks() {
    for (;;) {
      const from = this.at;
      const isStart = this.column === 0;
      this.at += this.matches(/ */y).length;
      if (this.sign === "\t" && isStart && !this.matches(/[ \t]*(?:#|\n|$)/y)) this.fail("tabs do not indent");
      this.spaces();
      if (this.sign === "#" && (from === 0 || /\s/.test(this.text[this.at - 1] ?? "\n"))) this.at += this.matches(/[^\n]*/y).length;
      if (this.sign !== "\n") return;
      this.at += 1;
    }
  }

  /** Nothing may stand behind a value in its line. */
  lineEnd() {
    const rest = this.matches(/[ \t]+#[^\n]*|[ \t]*/y);
    this.at += rest.length;
    if (this.sign !== "\n" && this.sign !== "") this.fail(`“${this.matches(/[^\n]{1,20}/y)}” is too much here`);
  }

  // The document

  document() {
    this.blanks();
    if (this.matches(/---(?=\s|$)/y)) { this.at += 3; this.blanks(); }
    this.places.set("", this.line);
    const value = this.sign === "" ? null : this.block(-1, "", 0);
    this.blanks();
    if (this.matches(/\.\.\.(?=\s|$)/y)) { this.at += 3; this.blanks(); }
    if (this.matches(/---(?=\s|$)/y)) this.fail("only one document is read");
    if (this.sign !== "") this.fail("this line is indented differently");
    return value;
  }

  /** What stands here, further in than `outer`. */
  block(outer, pointer, depth) {
    if (depth > DEPTH) this.fail(`it is nested deeper than ${DEPTH} levels`);
    if (this.matches(/-(?=[ \t\n]|$)/y)) return this.sequence(this.column, pointer, depth);
    if (this.matches(/\?(?=[ \t\n]|$)/y)) this.fail("keys are texts");
    if (this.matches(KEY)) return this.mapping(this.column, pointer, depth);
    return this.inline(outer, pointer, depth);
  }

  sequence(column, pointer, depth) {
    const values = [];
    do {
      const inside = `${pointer}/${values.length}`;
      this.places.set(inside, this.line);
      this.at += 1;
      values.push(this.behind(column, inside, depth, false, () => this.block(column, inside, depth + 1)));
    } while (this.goesOn(column) && this.matches(/-(?=[ \t\n]|$)/y));
    return values;
  }

  mapping(column, pointer, depth) {
    const values = {};
    do {
      const line = this.line;
      const written = this.matches(KEY);
      if (!written) this.fail("a key with : is missing");
      const name = this.#key(written.replace(/[ \t]*:$/, ""));
      const inside = `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
      if (Object.hasOwn(values, name)) this.fail(`${name} is written twice`, line);
      this.places.set(inside, line);
      this.at += written.length;
      define(values, name, this.behind(column, inside, depth, true, () => this.inline(column, inside, depth + 1)));
    } while (this.goesOn(column));
    return values;
  }

  #key(written) {
    if (!/^["']/.test(written)) return written;
    const end = this.at + written.length;
    const name = quoted(this);
    this.at = end - written.length;
    return name;
  }

  /** What stands behind a dash or a key: in the line, further in below, or nothing. A list may stand as far out as its key. */
  behind(column, pointer, depth, isKey, inLine) {
    this.spaces();
    if (this.matches(/(?:#[^\n]*)?(?:\n|$)/y) === null) return inLine();
    this.blanks();
    const isHere = this.column > column || (this.column === column && isKey && this.matches(/-(?=[ \t\n]|$)/y));
    return this.sign === "" || !isHere ? null : this.block(column, pointer, depth + 1);
  }

  /** Whether the next thing belongs to the same block. */
  goesOn(column) {
    this.blanks();
    if (this.sign === "" || this.column < column || this.matches(/(?:---|\.\.\.)(?=\s|$)/y)) return false;
    if (this.column > column) this.fail("this line is indented differently");
    return true;
  }

  /** A value that begins in this line. */
  inline(outer, pointer, depth) {
    const { sign } = this;
    if (sign === "&" || sign === "*") this.fail("anchors and aliases are not accepted; write the value out");
    if (sign === "!") this.fail("tags are not accepted");
    if (sign === "|" || sign === ">") return blockText(this, outer);
    if ("[{\"'".includes(sign)) {
      const value = sign === "[" || sign === "{" ? flow(this, pointer, depth) : quoted(this);
      this.lineEnd();
      return value;
    }
    return plainValue(this, outer);
  }
}
