import { get } from "../api.js";
import { h } from "../render.js";
import { button, empty, status, time } from "../parts.js";
import { to } from "../router.js";
import { may } from "../session.js";
import { openStart } from "../start-run.js";
import { look, word } from "../words.js";
import { commonFields, DefinitionPage } from "./definition.js";

/** A new case that passes, to be changed. */
const EXAMPLE = { steps: [{ name: "say hello", command: { argv: ["echo", "hello"] },
  expect: { stdout: { contains: "hello" } } }] };

/** One test case. */
export default class CasePage extends DefinitionPage {
  source = "/test-cases"; noun = "case"; member = "testCases";
  #runs = []; #stored = [];

  get list() { return ["Cases", to`/p/${this.project}/cases`]; }

  get loss() { return ["A suite that lists it can no longer start.", "Its versions stay for the runs that used them."]; }

  example() { return EXAMPLE; }

  fields() {
    return [
      ...commonFields(this.isNew),
      { name: "tags", label: "Tags", kind: "list", rows: 2, help: "Words that suites select by, one a line." },
      { name: "labels", label: "Needs an agent with", kind: "list", rows: 2, help: "Labels, one a line. None: every agent will do." },
      { name: "timeoutMs", label: "Time limit", kind: "number", per: 0.001, unit: "s", short: true },
      { name: "retry/maxAttempts", label: "Tries", kind: "number", short: true },
      { name: "retry/backoffMs", label: "Wait between", kind: "number", per: 0.001, unit: "s", short: true },
      { name: "retry/on", label: "Try again after", kind: "many",
        options: [{ value: "failed", label: "Failed" }, { value: "timeout", label: "Timed out" }] },
      { name: "parameters", label: "Parameters", kind: "map", entry: "parameter", help: "Defaults of what ${name} stands for." },
      { name: "steps", label: "Steps", kind: "steps", required: true },
    ];
  }

  async prepare(signal) {
    this.#stored = await this.#storedNames(signal);
    if (this.isNew) return;
    const { data } = await get("/executions", { project: this.project, case: this.key, limit: 8 }, signal);
    this.#runs = data.items;
  }

  formOf(options) {
    return Object.assign(super.formOf(options), { names: () => [...namesIn(this.form.read(this.form.shown)), ...this.#stored] });
  }

  /** What `${…}` may name beside what the case has itself; who may not read it types it. */
  async #storedNames(signal) {
    const [environments, secrets] = await Promise.all([["/environments", { limit: 200 }], ["/secrets", {}]].map(([source, query]) =>
      get(source, { project: this.project, ...query }, signal).then(({ data }) => data.items, () => [])));
    const found = new Map();
    for (const { name, variables } of environments) {
      for (const one of Object.keys(variables ?? {})) if (!found.has(one)) found.set(one, { name: one, hint: `environment ${name}` });
    }
    return [...found.values(), ...secrets.map(({ name }) => ({ name: `secret:${name}`, hint: "secret" }))];
  }

  actions() {
    return [may(this.project, "startExecution")
      && button("Run", () => openStart(this.project, { testCase: this.key, name: this.thing.name }), { kind: "primary", icon: "i-play" }),
    super.actions()];
  }

  beside() {
    return [h("as-source", { ".model": this.form }), !this.isNew && this.#ran(), !this.isNew && this.versionsPanel()];
  }

  #ran() {
    const runs = to`/p/${this.project}/runs`;
    return h("section", { class: "panel", "aria-label": "Runs" },
      h("header", null, h("h2", { class: "grow" }, "Runs by itself"),
        this.#runs.length > 0 && h("a", { class: "link small", href: `${runs}?case=${this.key}` }, "All")),
      this.#runs.length === 0 ? empty("Not run by itself yet", null, null, "p")
        : h("ul", { class: "rows" }, this.#runs.map((run) => h("li", { key: run.id, class: "item mid" },
          status(look(run), { label: false }),
          h("a", { class: "grow", href: `${runs}/${run.number}` }, h("b", { class: "num" }, `#${run.number}`), ` ${word(look(run))}`),
          h("span", { class: "small faint" }, time(run.createdAt))))));
  }
}

/** Names that a case gives itself: parameters, and what its steps capture. */
function namesIn({ parameters, steps }) {
  const names = new Map(Object.keys(Object(parameters)).map((name) => [name, "parameter"]));
  for (const [at, step] of (Array.isArray(steps) ? steps : []).entries()) {
    for (const name of Object.keys(Object(step?.capture))) if (!names.has(name)) names.set(name, `captured by step ${at + 1}`);
  }
  return [...names].map(([name, hint]) => ({ name, hint }));
}
