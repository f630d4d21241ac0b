import { call, Problem } from "../api.js";
import { EditPage } from "../edit-page.js";
import { go, to } from "../router.js";
import { size } from "../format.js";
import { button } from "../parts.js";
import { many } from "../words.js";
import { draftOf } from "../drafts.js";
import { toast } from "../elements/as-toast.js";
import { h } from "../render.js";

const PATIENCE_MS = 600_000;

/** Files of results that another tool made, sent from the browser: together they are one run. */
export default class ResultsPage extends EditPage {
  noun = "import"; permission = "ingestResults"; isNew = true;
  #files = [];

  get list() { return ["Runs", to`/p/${this.project}/runs`]; }

  get here() { return "Import results"; }

  get submitLabel() { return "Import"; }

  fields() {
    return [
      { name: "suite", label: "Suite", kind: "text", help: "Key of the suite the results belong to; it need not be in the catalog." },
      { name: "name", label: "Name", kind: "text", help: "What people call the run. Default: the suite's name." },
      { name: "branch", label: "Branch", kind: "text" }, { name: "commit", label: "Commit", kind: "text" },
    ];
  }

  get besideNew() { return true; }

  get hasActions() { return true; }

  actions() { return button("Choose files", () => this.#choose(), { icon: "i-file" }); }

  #choose() {
    const input = document.createElement("input");
    Object.assign(input, { type: "file", multiple: true });
    input.addEventListener("change", () => {
      this.#files = [...input.files];
      this.redraw();
    });
    input.click();
  }

  async save(said) {
    const files = this.#files;
    if (files.length === 0) throw new Problem({ status: 422, detail: "Choose the files first." });
    const runKey = crypto.randomUUID();
    let run = null;
    for (const [at, file] of files.entries()) {
      const { data } = await call("POST", "/results", { body: file, type: "application/octet-stream", patienceMs: PATIENCE_MS,
        query: { project: this.project, ...said, file: file.name, runKey, complete: at === files.length - 1 } });
      run ??= data.runs[0] ?? null;
    }
    return { run, count: files.length };
  }

  made({ run, count }) {
    draftOf().drop();
    toast(`${many(count, "file")} sent.`);
    if (run) go(to`/p/${this.project}/runs/${run.number}`);
  }

  nameOf() { return "The files"; }

  beside() {
    return [
      h("section", { class: "panel", key: "files", "aria-label": "Files" }, h("header", null, h("h2", null, "Files")),
        h("div", { class: "body stack" }, this.#files.length === 0
          ? h("p", { class: "say" }, "JUnit, Allure, CTRF, TAP, Cucumber, TRX, NUnit, xUnit, Robot, go test, Mocha, Jest, Playwright, "
            + "Dart or our own NDJSON: the format is found by content. Together they are one run.")
          : h("ul", { class: "stack" }, this.#files.map((file) => h("li", { key: file.name, class: "line" },
            h("span", { class: "breakable" }, file.name), h("span", { class: "push dim num" }, size(file.size))))))),
      h("section", { class: "panel", key: "ci", "aria-label": "From CI" }, h("header", null, h("h2", null, "From CI")),
        h("div", { class: "body stack" }, h("p", { class: "say" }, "In a job, the command line sends them and exits by the verdict:"),
          h("pre", { class: "payload", tabindex: "0", role: "region", "aria-label": "Command" },
            `assay results import 'reports/**/*.xml' --project ${this.project} --suite nightly --fail`))),
    ];
  }
}
