import { all, get, path, post, put } from "../api.js";
import { EditPage } from "../edit-page.js";
import { share } from "../format.js";
import { h } from "../render.js";
import { button, icon, status, time } from "../parts.js";
import { go, to } from "../router.js";
import { onOff } from "../on-off.js";
import { judged, ruleSentence } from "../rule-words.js";
import { many } from "../words.js";
import { askDeleteRule } from "./rules.js";

const MOST_RUNS = 100;

/** One alert rule, and what it would say of the runs that there were. */
export default class RulePage extends EditPage {
  source = "/alerts/rules"; noun = "alert rule"; permission = "manageAlertRules";
  #suites = []; #channels = []; #history = new Map();

  get besideNew() { return true; }

  get list() { return ["Alert rules", to`/p/${this.project}/alerts/rules`]; }

  async prepare(signal) {
    const suites = []; const channels = [];
    const query = { project: this.project, limit: 200 };
    await Promise.all([all("/test-suites", query, (items) => suites.push(...items), signal),
      all("/channels", query, (items) => channels.push(...items), signal)]);
    this.#suites = suites;
    this.#channels = channels;
  }

  async fetch(signal) { return (await get(path`/alerts/rules/${this.id}`, {}, signal)).data; }

  initial() { return { threshold: 0.9, window: { runs: 10 }, severity: "warning", suite: this.#suites[0]?.key }; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true },
      { name: "suite", label: "Suite", kind: "select", required: true,
        options: this.#suites.map(({ key, name }) => ({ value: key, label: name })) },
      { name: "threshold", label: "Passed, at least", kind: "number", per: 100, unit: "%", required: true, short: true,
        check: (value) => (typeof value === "number" && !(value >= 0.0001 && value <= 1) ? "must be between 0.01 and 100" : null) },
      { name: "window/runs", label: "Of the last", kind: "number", unit: "runs", required: true, short: true,
        help: "Only runs that passed, failed or timed out count." },
      { name: "minimumSamples", label: "As soon as there are", kind: "number", unit: "runs", short: true,
        help: "Left empty: 3, or all of them when they are fewer." },
      { name: "severity", label: "Severity", kind: "select", required: true, options: [{ value: "critical", label: "Critical" },
        { value: "warning", label: "Warning" }, { value: "info", label: "Info" }] },
      { name: "channels", label: "Who is told", kind: "many", none: "There is no channel yet: nobody would be told.",
        options: this.#channels.map(({ id, name, disabledAt }) => ({ value: id, label: name, hint: disabledAt ? "off" : "" })) },
    ];
  }

  versionOf({ version }) { return version; }

  // A rule always measures the pass rate so far.
  async save(values, version) {
    const rule = { ...values, metric: "passRate", comparison: "below" };
    if (!this.isNew) return (await put(path`/alerts/rules/${this.id}`, rule, version)).data;
    return (await post("/alerts/rules", { ...rule, project: this.project })).data;
  }

  actions() {
    if (!this.mayChange) return null;
    const { label, icon: shape, run } = onOff(path`/alerts/rules/${this.id}`, this.thing, (rule) => this.became(rule));
    return [button(label, run, { icon: shape }),
      button("Delete", () => askDeleteRule(this.thing, () => go(this.list[1])), { kind: "danger wide" })];
  }

  content() {
    if (this.form) this.#ask(this.form.draft.suite);
    return super.content();
  }

  /** Asks for the verdicts of a suite, once. */
  async #ask(suite) {
    if (!suite || this.#history.has(suite)) return;
    this.#history.set(suite, null);
    try {
      const { data } = await get("/executions", { project: this.project, suite, status: "passed,failed,timeout",
        limit: MOST_RUNS }, this.signal);
      this.#history.set(suite, data.items.reverse().map((run) => run.status));
      this.redraw();
    } catch {
      this.#history.delete(suite);
    }
  }

  /** The rule in words, and its judgement of the present. */
  beside() {
    const rule = this.form.read();
    const suite = this.#suites.find(({ key }) => key === rule.suite);
    const sentence = ruleSentence(rule, suite?.name);
    const history = this.#history.get(rule.suite);
    const offSince = this.thing?.disabledAt;
    return [offSince && h("p", { class: "note warn small", key: "off" }, icon("i-info"),
      h("span", null, "Off since ", time(offSince), ". It opens no alert.")),
    h("section", { class: "panel", key: "says", "aria-label": "What it says" },
      h("header", null, h("h2", null, "What it says")),
      h("div", { class: "body stack" }, h("p", null, sentence ?? "Not enough to say yet."),
        sentence && history && this.#now(rule, history)))];
  }

  #now(rule, history) {
    const ticks = history.slice(-Math.min(rule.window.runs, MOST_RUNS));
    const now = judged(rule, history);
    return [
      ticks.length > 0 && h("as-streak", { ".model": { ticks, height: 20, most: 12, label: `The last ${many(ticks.length, "run")}` } }),
      now ? h("p", { class: "line", role: "status" }, status(now.isBreach ? rule.severity : "passed", { label: false }),
        h("span", null, `${now.passed} of the last ${many(now.samples, "run")} passed: ${share(now.passed / now.samples)}. `,
          h("b", null, now.isBreach ? "It would open now." : "It would be quiet.")))
        : h("p", { class: "dim" }, `Not enough runs yet: ${ticks.length}.`),
    ];
  }
}
