import { link, path } from "./api.js";
import { BARE, split } from "./ansi.js";
import { refresh } from "./auth.js";
import { EventReader } from "./sse.js";

const KEPT = 1000;
const AGAIN_MS = 1000;

/** The newest lines that a step printed, of both streams as they came. A line that has not ended yet is there already. */
export class LiveLines {
  rows = [];
  /** Lines that were let go of, and all there were. */
  dropped = 0; count = 0;
  #open = {}; #looks = {};

  add(stream, text) {
    const parts = text.split("\n");
    for (const [at, part] of parts.entries()) {
      const isLast = at === parts.length - 1;
      if (isLast && part === "") break;
      const row = (this.#open[stream] ??= this.#begin(stream));
      row.raw += part;
      row.pieces = null;
      if (isLast) break;
      this.#looks[stream] = split(row.raw, row.look).look;
      this.#open[stream] = null;
    }
    const over = this.rows.length - KEPT;
    if (over > 0) { this.rows.splice(0, over); this.dropped += over; }
  }

  /** A sentence between the lines. */
  note(said) { this.rows.push({ key: (this.count += 1), said }); }

  #begin(stream) {
    const row = { key: (this.count += 1), stream, raw: "", look: this.#looks[stream] ?? BARE };
    this.rows.push(row);
    return row;
  }

  /** Pieces {text, look} of a row. */
  static pieces(row) { return (row.pieces ??= split(row.raw, row.look).pieces); }
}

/** Follows what one step prints until it has ended; goes on where it was when the line breaks. `changed` runs on news. */
export class LiveOutput {
  lines = new LiveLines();
  isOver = false;
  #of; #place = ""; #timer = 0; #abort = new AbortController(); #changed;

  constructor(of, changed) {
    this.#of = of;
    this.#changed = changed;
    this.#read();
  }

  /** Whether it follows this step. */
  isOf({ id, attempt, step }) { return this.#of.id === id && this.#of.attempt === attempt && this.#of.step === step; }

  close() {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #read() {
    const { id, attempt, step } = this.#of;
    const { signal } = this.#abort;
    try {
      const answer = await fetch(link(path`/executions/${id}/output`, { attempt, step, after: this.#place }),
        { headers: { Accept: "text/event-stream" }, credentials: "same-origin", cache: "no-store", signal });
      if (answer.status === 401 && await refresh() !== "renewed") return;
      if (answer.ok) await this.#take(answer.body);
    } catch {
      if (signal.aborted) return;
    }
    if (!this.isOver && !signal.aborted) this.#timer = setTimeout(() => this.#read(), AGAIN_MS);
  }

  async #take(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const events = new EventReader(this.#place);
    while (!this.isOver) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of events.take(decoder.decode(value, { stream: true }))) this.#event(event);
      this.#changed();
    }
  }

  #event({ type, data, id }) {
    const told = JSON.parse(data);
    if (id) this.#place = id;
    if (type === "output") this.lines.add(told.stream, told.text);
    else if (type === "gap") this.lines.note(`${told.bytes.toLocaleString()} bytes are not shown here`);
    else if (type === "truncated") this.lines.note("It prints more than is shown while it runs; all of it is there when the step has ended");
    else if (type === "end") this.isOver = true;
  }
}
