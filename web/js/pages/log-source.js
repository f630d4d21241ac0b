import { get, link, path, Problem } from "../api.js";

/** Read at once; more only when it is asked for. */
const AT_ONCE = 16 * 1024 * 1024;
const LABELS = { stdout: "Standard output", stderr: "Standard error", body: "Response body" };

/** One stream of one step and its text, which comes from the file that was kept of it, or from the trace when it is short. */
export class LogSource {
  run = null; case = null; step = null; stream = null; read = 0; isWhole = false;
  #project; #wanted;

  /** `wanted` is {number, key (or null), attempt, step, stream}. */
  constructor(project, wanted) {
    this.#project = project;
    this.#wanted = wanted;
  }

  get label() { return LABELS[this.#wanted.stream] ?? this.#wanted.stream; }

  /** The name of the stream in the API. */
  get name() { return this.#wanted.stream; }

  /** The step it belongs to, as {id, attempt, step}. */
  get part() { return { id: this.case.id, attempt: this.#wanted.attempt, step: this.#wanted.step }; }

  get bytes() { return this.stream?.bytes ?? 0; }

  /** The address of the file, or null when all there is stands in the trace. */
  get file() {
    const name = this.stream?.artifact;
    return name ? { name, href: link(this.#path(name), { attempt: this.#wanted.attempt }) } : null;
  }

  #path(name) { return path`/executions/${this.case.id}/artifacts/${name}`; }

  /** Finds the stream; answers false when there is none. */
  async find(signal) {
    const { number, key, attempt, step, stream } = this.#wanted;
    const { data } = await get("/executions", { project: this.#project, number, limit: 1 }, signal);
    this.run = data.items[0] ?? null;
    this.case = key && this.run ? await this.#child(key, signal) : this.run;
    if (!this.case) return false;
    const trace = await get(path`/executions/${this.case.id}/trace`, { attempt, after: step - 1, limit: 1 }, signal);
    this.step = trace.data.steps.find((one) => one.sequence === step) ?? null;
    const { response, ...streams } = this.step?.output ?? {};
    this.stream = (stream === "body" ? response?.body : streams[stream]) ?? null;
    return this.stream !== null;
  }

  async #child(text, signal) {
    const [, key, position] = /^(.*?)(?:@(\d+))?$/.exec(text) ?? [];
    const { data } = await get(path`/executions/${this.run.id}/children`, { key, limit: 200 }, signal);
    return data.items.find((one) => position === undefined || one.position === Number(position)) ?? null;
  }

  /** Reads on, piece by piece: `each(text)`. Stops after some megabytes; `isWhole` says whether that was all. */
  async more(each, signal) {
    if (!this.stream.artifact) {
      each((this.stream.head ?? "") + (this.stream.tail ?? ""));
      this.isWhole = true;
      return;
    }
    const from = this.read;
    const answer = await fetch(this.file.href, { credentials: "same-origin", signal,
      headers: { Range: `bytes=${from}-${from + AT_ONCE - 1}` } });
    if (!answer.ok) throw new Problem({ status: answer.status, title: `The server answered ${answer.status}.` });
    // Pieces begin where a letter may be half: what was read so far ended at a whole one.
    const decoder = new TextDecoder();
    const reader = answer.body.getReader();
    let last = new Uint8Array();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.read += value.length;
      last = value;
      each(decoder.decode(value, { stream: true }));
    }
    const total = Number(answer.headers.get("Content-Range")?.split("/")[1] ?? this.read);
    this.isWhole = this.read >= total;
    if (this.isWhole) each(decoder.decode());
    else this.read -= half(last);
  }
}

/** How many bytes at the end begin a letter that is not whole. */
function half(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back];
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
