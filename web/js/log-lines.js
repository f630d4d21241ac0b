import { BARE, plain, split } from "./ansi.js";

const WRONG = /\b(?:error|errors|failed|failure|fatal|panic|exception|traceback)\b|Error:|Exception:|^E {2,}/i;
/** Words around it that mean the opposite. */
const RIGHT = /\b(?:0|no|without) (?:errors?|failed|failures?|exceptions?)\b/i;
const TAB = 8;

/** The lines of a log that comes piece by piece. Colours that run on over line ends are known at the start of every line. */
export class LogLines {
  #raw = []; #looks = []; #look = BARE; #rest = "";
  #rows = []; #columns = 0;

  get count() { return this.#raw.length; }

  /** Takes the next piece of the text; the last line counts when it has ended. */
  add(text) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop();
    for (const line of lines) this.#push(line);
  }

  /** Nothing follows: what has no line end is a line too. */
  end() {
    if (this.#rest) this.#push(this.#rest);
    this.#rest = "";
  }

  #push(raw) {
    this.#raw.push(raw);
    this.#looks.push(this.#look);
    if (raw.includes("\u001b")) this.#look = split(raw, this.#look).look;
  }

  /** Pieces {text, look} of a line, counted from 0. */
  pieces(at) { return split(this.#raw[at], this.#looks[at]).pieces; }

  /** A line as people read it. */
  text(at) { return plain(this.#raw[at]); }

  /** Rows a line takes where `columns` characters fit and words break anywhere. */
  rows(at, columns) {
    if (columns !== this.#columns) { this.#rows = []; this.#columns = columns; }
    return (this.#rows[at] ??= this.#rowsOf(at, columns));
  }

  #rowsOf(at, columns) {
    const text = this.text(at);
    const width = text.includes("\t") ? text.split("\t").reduce((sum, part) => sum - (sum % TAB) + TAB + part.length, -TAB)
      : text.length;
    return Math.max(1, Math.ceil(width / Math.max(1, columns)));
  }

  /** The first line that tells of something wrong, or -1. */
  firstError() {
    for (let at = 0; at < this.count; at += 1) {
      const text = this.text(at);
      if (WRONG.test(text) && !RIGHT.test(text)) return at;
    }
    return -1;
  }

  /** Lines from `from` on that hold a text, whatever the case of its letters; a line that holds it twice comes twice. */
  find(wanted, from = 0) {
    const found = [];
    for (let at = from; at < this.count; at += 1) {
      const text = this.text(at).toLowerCase();
      for (let next = text.indexOf(wanted); next >= 0; next = text.indexOf(wanted, next + wanted.length)) found.push(at);
    }
    return found;
  }
}
