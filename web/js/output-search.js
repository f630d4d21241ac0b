import { call, path } from "./api.js";
import { settled } from "./frame.js";

const MOST_LINES = 1000;
const LONGEST = 255;
const PATIENCE_MS = 30_000;

/** Counts a text in all that a step printed, by asking the server: what is here may be a part of it. */
export class OutputSearch {
  /** The answer has not come yet. */
  isAsking = false;
  #found = null; #text = ""; #asked = ""; #changed; #abort = null; #ask = settled((...asked) => this.#get(...asked), 250);

  /** `changed()` runs when an answer has come. */
  constructor(changed) { this.#changed = changed; }

  /** Asks for a text in the output of `of`, {id, attempt, step}, unless just that was asked last; other answers are given up. */
  ask(of, text) {
    const asked = JSON.stringify([of, text]);
    if (asked === this.#asked) return;
    this.#abort?.abort();
    this.#found = null;
    this.#asked = asked;
    this.#text = text;
    this.isAsking = text !== "" && text.length <= LONGEST;
    if (this.isAsking) this.#ask(of, text, asked);
    else this.#ask.cancel();
  }

  close() { this.ask(null, ""); }

  /** Matches in all streams of the step, or null while that is not known. */
  get matches() { return this.#found?.matches ?? null; }

  /** Matches in one stream; in all of them where the answer names too few lines to tell. Null while that is not known. */
  matchesIn(stream) {
    if (!this.#found) return null;
    const { items, lines, matches } = this.#found;
    const wanted = this.#text.toLowerCase();
    const its = items.filter((one) => one.stream === stream);
    if (items.length < lines || its.length === items.length) return matches;
    return its.reduce((sum, { text }) => sum + text.toLowerCase().split(wanted).length - 1, 0);
  }

  /** Without an answer there is only what is known here. */
  async #get({ id, attempt, step }, text, asked) {
    const { signal } = (this.#abort = new AbortController());
    const query = { attempt, step, q: text, limit: MOST_LINES };
    const found = await call("GET", path`/executions/${id}/output/search`, { query, signal, patienceMs: PATIENCE_MS })
      .then(({ data }) => data, () => null);
    if (asked !== this.#asked) return;
    this.isAsking = false;
    this.#found = found;
    this.#changed();
  }
}
