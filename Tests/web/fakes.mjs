/** Stands in for what a browser gives: time that moves when told, and a server that answers as the test says. */

// Node before 21 has none; what is missing in it, as locks, is missing in old browsers too.
globalThis.navigator ??= {};

/** Replaces the timers and the clock of the process until `restore`. */
export class Clock {
  #now = 1_000_000; #timers = new Map(); #last = 0;
  #real = { setTimeout, clearTimeout, setInterval, clearInterval, now: Date.now };

  constructor() {
    globalThis.setTimeout = (work, ms = 0) => {
      this.#timers.set(++this.#last, { work, at: this.#now + Math.max(0, ms) });
      return this.#last;
    };
    globalThis.clearTimeout = (id) => this.#timers.delete(id);
    globalThis.setInterval = (work, ms) => {
      this.#timers.set(++this.#last, { work, at: this.#now + ms, every: ms });
      return this.#last;
    };
    globalThis.clearInterval = globalThis.clearTimeout;
    Date.now = () => this.#now;
  }

  get now() { return this.#now; }

  /** Lets time pass, timer by timer, and what hangs on each of them happen. */
  async pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      await calm();
      const due = [...this.#timers].filter(([, one]) => one.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      const [id, timer] = due;
      this.#now = Math.max(this.#now, timer.at);
      if (timer.every) timer.at += timer.every;
      else this.#timers.delete(id);
      timer.work();
    }
    this.#now = end;
    await calm();
  }

  restore() {
    const { now, ...timers } = this.#real;
    Object.assign(globalThis, timers);
    Date.now = now;
  }
}

/** Lets promises that are ready run. */
export async function calm() {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((done) => setImmediate(done));
}

/** Replaces `fetch`; every call waits in `asked` until the test answers it. */
export class Server {
  asked = [];
  #real = globalThis.fetch;

  constructor() {
    globalThis.fetch = (address, options = {}) => new Promise((resolve, reject) => {
      const call = new Call(address, options, resolve, reject);
      options.signal?.addEventListener("abort", () => call.lose());
      this.asked.push(call);
    });
  }

  get last() { return this.asked.at(-1); }

  restore() { globalThis.fetch = this.#real; }
}

class Call {
  #resolve; #reject; #body = null;

  constructor(address, options, resolve, reject) {
    this.url = new URL(address, "http://assay.test");
    this.options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get isAborted() { return this.options.signal?.aborted ?? false; }

  json(data, { status = 200, headers = {} } = {}) {
    this.#resolve(new Response(JSON.stringify(data), { status, headers: { "Content-Type": "application/json", ...headers } }));
    return calm();
  }

  refuse(status) { return this.json({ code: "refused" }, { status }); }

  /** Opens a stream whose text the test writes. */
  open() {
    const stream = new ReadableStream({ start: (body) => { this.#body = body; } });
    this.#resolve(new Response(stream, { headers: { "Content-Type": "text/event-stream" } }));
    return calm();
  }

  write(text) {
    this.#body.enqueue(new TextEncoder().encode(text));
    return calm();
  }

  end() {
    this.#body.close();
    return calm();
  }

  lose() {
    try { this.#body?.error(new TypeError("network")); } catch { /* it had ended */ }
    this.#reject(new TypeError("network"));
    return calm();
  }
}

/** An event as the server writes it. */
export const frame = (type, data, id) => `event: ${type}\ndata: ${JSON.stringify(data)}\nid: ${id}\n\n`;
