import { all, get } from "../api.js";
import { h } from "../render.js";
import { button } from "../parts.js";
import { to } from "../router.js";
import { may } from "../session.js";
import { openStart } from "../start-run.js";
import { commonFields, DefinitionPage } from "./definition.js";

/** One suite: which cases it has and how they run. */
export default class SuitePage extends DefinitionPage {
  source = "/test-suites"; noun = "suite"; member = "testSuites";
  #environments = []; #names = new Map();

  get list() { return ["Suites", to`/p/${this.project}/suites`]; }

  get loss() { return ["Triggers and rules that name it do nothing any more.", "Its versions stay for the runs that used them."]; }

  example() { return { cases: [], options: { parallel: 4, stopOnFailure: false } }; }

  async prepare(signal) {
    const found = [];
    const [first] = await Promise.all([this.#cases({ limit: 200 }, signal),
      all("/environments", { project: this.project, limit: 200 }, (items) => found.push(...items), signal)]);
    for (const { key, name } of first) this.#names.set(key, name);
    this.#environments = found.map(({ name }) => name);
  }

  #cases(query, signal) {
    return get("/test-cases", { project: this.project, limit: 50, ...query }, signal).then(({ data }) => data.items);
  }

  /** Cases with a text in name or key, then those with it as a tag. */
  async #find(text) {
    const [named, tagged] = await Promise.all([this.#cases({ q: text.slice(0, 255) || null }, this.signal),
      /^\S+$/.test(text) ? this.#cases({ tag: text }, this.signal).catch(() => []) : []]);
    return [...named, ...tagged.filter(({ key }) => !named.some((one) => one.key === key))];
  }

  fields() {
    return [
      ...commonFields(this.isNew),
      { name: "cases", label: "Cases", kind: "picked", noun: "case", names: this.#names, find: (text) => this.#find(text),
        help: "They start in this order." },
      { name: "tags", label: "Or cases with tags", kind: "text", placeholder: "smoke and not slow",
        help: "Instead of a list: all cases that this is true for when a run starts." },
      { name: "options/parallel", label: "At the same time", kind: "number", unit: "cases", short: true, help: "Empty: no limit." },
      { name: "options/timeoutMs", label: "Time limit of a case", kind: "number", per: 0.001, unit: "s", short: true },
      { name: "options/retry/maxAttempts", label: "Tries of a case", kind: "number", short: true },
      { name: "options/environment", label: "Environment", kind: "select",
        options: [{ value: "", label: "None" }, ...this.#environments.map((value) => ({ value, label: value }))] },
      { name: "options/stopOnFailure", label: "Cancel what has not started once a case fails", kind: "switch" },
    ];
  }

  actions() {
    return [
      h("a", { class: "btn wide", href: `${to`/p/${this.project}/runs`}?suite=${this.key}` }, "Runs"),
      may(this.project, "startExecution")
        && button("Run", () => openStart(this.project, this.key), { kind: "primary", icon: "i-play" }),
      super.actions()];
  }

  beside() { return [h("as-source", { ".model": this.form }), !this.isNew && this.versionsPanel()]; }
}
