import { get, path } from "../api.js";
import { openDialog } from "../elements/as-dialog.js";
import { ListPage } from "../list-page.js";
import { button, time } from "../parts.js";
import { to } from "../router.js";
import { h } from "../render.js";

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

  columns() {
    return [
      { head: "What", cell: ({ code }) => CODES[code] ?? code, second: ({ message }) => message },
      { head: "File", cell: ({ file }) => h("span", { class: "breakable" }, file), wide: true },
      { head: "Line", cell: ({ line, column }) => h("span", { class: "num" }, line ? (column ? `${line}:${column}` : line) : ""), right: true },
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
