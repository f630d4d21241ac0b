import { get, path, put } from "../api.js";
import { EditPage } from "../edit-page.js";
import { h } from "../render.js";
import { time } from "../parts.js";
import { SETTINGS, inWords, sourceWord } from "../setting-words.js";

/** What a project says of its runs, and what holds where it says nothing. */
export default class SettingsPage extends EditPage {
  noun = "setting"; permission = "manageSettings"; list = ["Project settings"];

  get here() { return "Project settings"; }

  head() {
    this.shell.title(this.here);
    this.shell.top({ title: this.here });
  }

  async fetch(signal) { return (await get(path`/projects/${this.project}/settings`, {}, signal)).data; }

  versionOf({ version }) { return version; }

  fields() {
    const { system } = this.thing;
    const empty = (name) => `Left empty: ${inWords(name, system[name])}.`;
    const number = (name, more) => ({ name, kind: "number", short: true, label: SETTINGS[name].label, unit: SETTINGS[name].unit,
      per: SETTINGS[name].per, help: `${more} ${empty(name)}`, check: between(SETTINGS[name]) });
    return [
      number("concurrency", "The others wait."),
      number("timeoutMs", "For a try of a case that says nothing itself."),
      number("stepTimeoutMs", "For a step that says nothing itself."),
      number("traceSteps", "A longer trace is kept step by step and loads in pages."),
      number("progressMs", "Progress of a suite and what a running step prints."),
      number("keepRunsDays", "0 keeps them for ever."),
      { name: "retry/on", label: "A case that says nothing itself is tried again when it", kind: "many", help: `None ticked: ${inWords("retry", system.retry)}.`,
        options: [{ value: "failed", label: "failed" }, { value: "timeout", label: "ran out of time" }] },
      { name: "retry/maxAttempts", label: "Tries in all", kind: "number", short: true, when: isRetried, help: `The first included. Left empty: ${system.retry.maxAttempts}.` },
      { name: "retry/backoffMs", label: "Wait before the second", kind: "number", short: true, per: 1 / 1000, unit: "s", when: isRetried,
        help: `Doubles with each. Left empty: ${system.retry.backoffMs / 1000} s.` },
    ];
  }

  async save(values, version) { return (await put(path`/projects/${this.project}/settings`, values, version)).data; }

  beside() {
    const { effective, updatedAt } = this.thing;
    return h("section", { class: "panel", "aria-label": "What holds" },
      h("header", null, h("h2", { class: "grow" }, "What holds")),
      h("div", { class: "body stack" },
        h("dl", { class: "facts wide" }, Object.entries(SETTINGS).filter(([name]) => effective[name]).map(([name, { label }]) => [
          h("dt", { key: `t${name}` }, label),
          h("dd", { key: `d${name}` }, inWords(name, effective[name].value), " ",
            h("span", { class: "small faint" }, sourceWord(effective[name].from)))])),
        h("p", { class: "small dim" }, "A suite, a case and the start of a run may say otherwise, in this order. Runs keep what held when they were started."),
        updatedAt && h("p", { class: "small faint" }, "Changed ", time(updatedAt))));
  }
}

const isRetried = ({ retry }) => retry?.on !== undefined;

/** Bounds in the units of the field: the server would name them in its own. */
const between = ({ least, most, per = 1 }) => (value) => (typeof value === "number" && !(value >= least / per && value <= most / per)
  ? `must be between ${least.toLocaleString("en")} and ${most.toLocaleString("en")}` : null);
