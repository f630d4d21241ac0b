import { askFirst, refused } from "../actions.js";
import { call, get, link, path, post } from "../api.js";
import { openDialog } from "../elements/as-dialog.js";
import { ListPage } from "../list-page.js";
import { button, time } from "../parts.js";
import { may } from "../session.js";
import { toast } from "../elements/as-toast.js";
import { go, to } from "../router.js";
import { h } from "../render.js";
import { many } from "../words.js";

const STATES = { refused: "to be mended", replayed: "sent again", dismissed: "let go" };
const PATIENCE_MS = 600_000;
const CODES = { damaged_file: "Damaged file", bad_line: "Line that cannot be read", late_result: "Came too late",
  duplicate_file: "Same file again", unknown_status: "Unknown status", too_deep: "Nested too deep",
  plan_mismatch: "Plan does not fit" };

/** What was not taken of the files of an import, in the order it was met. */
export default class IntakePage extends ListPage {
  noun = "refusal"; permission = "read";
  #number; #run = null;

  constructor(shell, params, url) {
    super(shell, params, url);
    this.#number = params.number;
  }

  get title() { return "Not taken"; }

  start() {
    super.start();
    this.#head();
  }

  #head() {
    this.shell.top({ crumbs: [["Runs", to`/p/${this.project}/runs`],
      [this.#run ? `${this.#run.name} #${this.#number}` : `#${this.#number}`, to`/p/${this.project}/runs/${this.#number}`]],
    here: this.title });
  }

  query() { return {}; }

  async load(signal) {
    const { data } = await get("/executions", { project: this.project, number: this.#number, limit: 1 }, signal);
    this.#run = data.items[0] ?? null;
    this.#head();
    if (!this.#run) return null;
    this.source = path`/executions/${this.#run.id}/intake`;
    return super.load(signal);
  }

  get heading() { return this.title; }

  hint() { return "Everything in its files could be read."; }

  nameOf({ number, code }) { return `${number}, ${CODES[code] ?? code}`; }

  keyOf({ number }) { return number; }

  #address(one, what) { return path`/executions/${this.#run.id}/intake/${one.number}/` + what; }

  actions(one) {
    if (!may(this.project, "ingestResults")) return [];
    const isRefused = one.state === "refused";
    return [
      one.hasFile && { label: "Download the file", icon: "i-download", href: link(this.#address(one, "file")) },
      isRefused && { label: "Send it mended", icon: "i-file", run: () => this.#choose(one) },
      isRefused && { label: "Let it go", icon: "i-x", run: () => askFirst({ title: "Let it go", label: "Let it go",
        says: "It stays in this list; nobody is asked to mend it any more.",
        run: () => post(this.#address(one, "dismissal")), done: () => this.reload() }) },
    ];
  }

  #choose(one) {
    const input = Object.assign(document.createElement("input"), { type: "file" });
    input.addEventListener("change", () => { if (input.files[0]) this.#send(one, input.files[0]); });
    input.click();
  }

  async #send(one, file) {
    try {
      const { data } = await call("POST", this.#address(one, "replay"), { body: file, type: "application/octet-stream", patienceMs: PATIENCE_MS });
      const run = data.runs[0];
      toast(run ? `${many(run.accepted ?? 0, "result")} taken.` : "It was sent.");
      if (run && run.number !== Number(this.#number)) return go(to`/p/${this.project}/runs/${run.number}`);
    } catch (problem) {
      refused("It could not be taken", problem);
    }
    this.reload();
  }

  columns() {
    return [
      { head: "What", cell: ({ code }) => CODES[code] ?? code, second: ({ message }) => message },
      { head: "File", cell: ({ file }) => h("span", { class: "breakable" }, file), wide: true },
      { head: "Line", cell: ({ line, column }) => h("span", { class: "num" }, line ? (column ? `${line}:${column}` : line) : ""), right: true },
      { head: "State", cell: ({ state }) => STATES[state] ?? state },
      { head: "When", cell: ({ at }) => time(at), wide: true },
      { head: "Text", right: true, cell: (one) => one.excerpt
        && button("Show", () => show(one), { kind: "small", "aria-label": `Show ${this.nameOf(one)}` }) },
    ];
  }
}

const show = (one) => openDialog({ title: CODES[one.code] ?? one.code, wide: true, draw: () => [
  h("p", null, one.message),
  h("pre", { class: "payload", tabindex: "0", role: "region", "aria-label": "Text" }, one.excerpt),
] });
