/**
 * Reads text/event-stream as it comes, cut anywhere. Unlike EventSource it lets the caller see every byte, comments
 * too: silence is how a dead connection shows.
 */
export class EventReader {
  #rest = "";
  #id;
  #type = "";
  #data = [];

  /** `id` is the place to go on from until an event brings its own. */
  constructor(id = "") { this.#id = id; }

  /** The events that `text` completes: [{type, data, id}]. */
  take(text) {
    const events = [];
    this.#rest += text;
    // A carriage return at the very end may be half of a line end.
    const whole = this.#rest.endsWith("\r") ? this.#rest.slice(0, -1) : this.#rest;
    const lines = whole.split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + this.#rest.slice(whole.length);
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    return events;
  }

  #line(line) {
    if (line === "") return this.#dispatch();
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name === "event") this.#type = value;
    else if (name === "data") this.#data.push(value);
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return null;
  }

  #dispatch() {
    const event = { type: this.#type || "message", data: this.#data.join("\n"), id: this.#id };
    const isEmpty = this.#data.length === 0;
    this.#type = "";
    this.#data = [];
    return isEmpty ? null : event;
  }
}
