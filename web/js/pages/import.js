import { download } from "../actions.js";
import { all, call } from "../api.js";
import { draftOf } from "../drafts.js";
import { EditPage } from "../edit-page.js";
import { h } from "../render.js";
import { button, status } from "../parts.js";
import { to } from "../router.js";
import { many } from "../words.js";
import { yaml } from "../yaml.js";
import { toast } from "../elements/as-toast.js";
import { bare } from "./definition.js";

const PARTS = [["environments", "/environments"], ["testCases", "/test-cases"], ["testItems", "/test-items"],
  ["testSuites", "/test-suites"]];
const KINDS = { environment: "Environment", testCase: "Case", testItem: "Item", testSuite: "Suite" };
const ACTIONS = { create: ["passed", "new"], update: ["retrying", "changed"] };

/** A whole project as one YAML document: what it would change is shown before it is applied. */
export default class ImportPage extends EditPage {
  noun = "document"; permission = "editCatalog"; isNew = true;
  #told = null;

  get list() { return ["Cases", to`/p/${this.project}/cases`]; }

  get besideNew() { return true; }

  get here() { return "Import and export"; }

  get hasActions() { return true; }

  get submitLabel() { return "Apply"; }

  fields() {
    return [{ name: "document", label: "Catalog as YAML or JSON", kind: "code", rows: 26, required: true,
      placeholder: "testCases:\n  - key: hello\n    steps:\n      - name: say hello\n        command: { argv: [echo, hello] }",
      help: "All of it is applied, or nothing. What it does not name is left alone." }];
  }

  formOf(options) {
    return super.formOf({ ...options, probe: ({ document }) => this.#probe(document) });
  }

  actions() {
    return [button("Open a file", () => this.#openFile(), { icon: "i-file", kind: "wide" }),
      button("Download YAML", () => this.#download(), { icon: "i-download" })];
  }

  async save({ document }) {
    const { data } = await this.#apply(document, false);
    return data;
  }

  /** It stays here, to be applied again after a change. */
  made({ changes }) {
    this.#told = null;
    const done = changes.filter(({ action }) => action !== "unchanged").length;
    toast(done === 0 ? "Nothing had to change." : `${many(done, "change")} applied.`);
    draftOf().drop();
    this.renew(null);
  }

  nameOf() { return "The document"; }

  #apply(document, dryRun) {
    return call("POST", "/catalog/apply", { query: { project: this.project, dryRun }, body: document, type: "application/yaml" });
  }

  /** What the document would change, as the server says. */
  async #probe(document) {
    const told = document?.trim() ? await this.#dryRun(document) : null;
    // An answer about what was typed before is no answer.
    if (document === this.form?.draft.document) this.#told = told;
    return [];
  }

  async #dryRun(document) {
    try {
      return { changes: (await this.#apply(document, true)).data.changes, errors: [] };
    } catch (problem) {
      if (problem.status !== 422 && problem.status !== 400) throw problem;
      return { changes: [], errors: problem.errors.length > 0 ? problem.errors : [{ pointer: "", message: problem.message }] };
    }
  }

  beside() {
    const told = this.form.draft.document.trim() ? this.#told : null;
    const changes = told?.changes.filter(({ action }) => action !== "unchanged") ?? [];
    const same = (told?.changes.length ?? 0) - changes.length;
    return h("section", { class: "panel", "aria-label": "What it would change" },
      h("header", null, h("h2", { class: "grow" }, "What it would change"),
        told && h("span", { class: "small", role: "status" }, told.errors.length > 0 ? many(told.errors.length, "fault")
          : changes.length > 0 ? many(changes.length, "change") : "Nothing")),
      !told && h("div", { class: "body dim" }, "Shown here as soon as there is a document, before anything is applied."),
      told && h("ul", { class: "rows casebox changes" },
        told.errors.map(({ pointer, message }, at) => h("li", { key: `fault ${at}`, class: "item mid" },
          status("failed", { label: false }), h("span", { class: "grow small breakable" }, `${pointer} ${message}`.trim()))),
        changes.map((one) => changed(one))),
      same > 0 && h("footer", null, `${many(same, "entry", "entries")} as ${same === 1 ? "it is" : "they are"}.`));
  }

  #openFile() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".yaml,.yml,.json";
    input.addEventListener("change", async () => this.form.set("document", await input.files[0].text()));
    input.click();
  }

  async #download() {
    const whole = {};
    try {
      for (const [name, source] of PARTS) {
        const found = [];
        await all(source, { project: this.project, limit: 200 }, (items) => found.push(...items.map(bare)), this.signal);
        if (found.length > 0) whole[name] = found;
      }
    } catch (problem) {
      return toast(problem.message);
    }
    download(`${this.project}.yaml`, yaml(whole));
  }
}

function changed({ action, kind, key, fields }) {
  const [shape, word] = ACTIONS[action] ?? ["pending", action];
  return h("li", { key: `${kind} ${key}`, class: "item mid", "data-action": action }, status(shape, { label: false }),
    h("span", { class: "grow breakable" }, h("b", null, key), h("span", { class: "dim" }, ` ${KINDS[kind] ?? kind}, ${word}`),
      fields.length > 0 && h("span", { class: "small dim block" }, fields.join(", "))));
}
