import { all, get, path, post, put } from "../api.js";
import { askFirst, copyRow, showOnce } from "../actions.js";
import { EditPage } from "../edit-page.js";
import { h } from "../render.js";
import { button, empty, icon, time } from "../parts.js";
import { onOff } from "../on-off.js";
import { go, to } from "../router.js";
import { eventWord } from "../hooks.js";
import { nameOf, openEntry, runLink, runsOf, stateCell, takeUp } from "./hook-entry.js";
import { askDeleteTrigger } from "./triggers.js";

/** One trigger: what it starts, and its address to be given to GitHub. */
export default class TriggerPage extends EditPage {
  source = "/triggers"; noun = "trigger"; permission = "manageTriggers";
  #suites = []; #environments = []; #came = []; #runs = new Map();

  get list() { return ["Triggers", to`/p/${this.project}/settings/triggers`]; }

  async prepare(signal) {
    const suites = []; const environments = [];
    const query = { project: this.project, limit: 200 };
    const [came, runs] = await Promise.all([
      this.isNew ? null : get(path`/triggers/${this.id}/deliveries`, { limit: 10 }, signal),
      this.isNew ? this.#runs : runsOf(this.project, this.id, signal),
      all("/test-suites", query, (items) => suites.push(...items), signal),
      all("/environments", query, (items) => environments.push(...items), signal)]);
    this.#suites = suites;
    this.#environments = environments;
    this.#came = came?.data.items ?? [];
    this.#runs = runs;
  }

  initial() { return { provider: "github", events: ["push"], suite: this.#suites[0]?.key }; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true },
      { name: "provider", label: "Who calls", kind: "select", required: true, options: [{ value: "github", label: "GitHub" }] },
      { name: "events", label: "On", kind: "many", required: true,
        options: ["push", "pull_request"].map((value) => ({ value, label: eventWord(value) })) },
      { name: "branch", label: "Branch", kind: "text", placeholder: "every branch",
        help: "A pattern such as main or release/*." },
      { name: "suite", label: "Suite to start", kind: "select", required: true,
        options: this.#suites.map(({ key, name }) => ({ value: key, label: name })) },
      { name: "environment", label: "Environment", kind: "select",
        options: [{ value: "", label: "None" }, ...this.#environments.map(({ name }) => ({ value: name, label: name }))] },
      { name: "parameters", label: "Parameters", kind: "map", entry: "parameter" },
      { name: "secret", label: this.isNew ? "Secret" : "New secret", kind: "secret",
        help: this.isNew ? "GitHub signs with it. Left empty, one is made and shown once."
          : "Left empty, the present one stays. What is signed with the old one is refused from then on." },
    ];
  }

  async fetch(signal) { return (await get(path`/triggers/${this.id}`, {}, signal)).data; }

  versionOf({ version }) { return version; }

  async save(values, version) {
    if (!this.isNew) return (await put(path`/triggers/${this.id}`, values, version)).data;
    return (await post("/triggers", { ...values, project: this.project })).data;
  }

  async made(trigger) {
    super.made(trigger);
    await showOnce({ title: `${trigger.name} is ready`,
      says: "Give both to GitHub, under Settings, Webhooks, with the content type application/json. The secret is shown this once.",
      rows: [{ label: "Payload URL", value: trigger.url }, ...(trigger.secret ? [{ label: "Secret", value: trigger.secret }] : [])] });
  }

  actions() {
    if (!this.mayChange) return null;
    const { label, icon: shape, run } = onOff(path`/triggers/${this.id}`, this.thing, (trigger) => this.became(trigger));
    return [
      button(label, run, { kind: "wide", icon: shape }),
      button("Replace secret", () => this.#askSecret(), { kind: "wide", icon: "i-key" }),
      button("Delete", () => askDeleteTrigger(this.thing, () => go(this.list[1])), { kind: "danger wide" })];
  }

  #askSecret() {
    let secret = "";
    const { name } = this.thing;
    askFirst({ title: `Replace the secret of ${name}`, label: "Replace secret",
      says: "What GitHub signs with the present one is refused from now on, until it has the new one.",
      run: async () => { secret = (await post(path`/triggers/${this.id}/secret`)).data.secret; },
      done: () => showOnce({ title: `New secret of ${name}`, says: "Give it to GitHub. It is shown this once.",
        rows: [{ label: "Secret", value: secret }] }) });
  }

  beside() {
    const { url, events, suite } = this.thing;
    const { disabledAt } = this.thing;
    return [disabledAt && h("p", { class: "note warn small" }, icon("i-info"),
      h("span", null, "Off since ", time(disabledAt), ". What comes is kept and starts nothing.")),
    this.#log(), h("section", { class: "panel", "aria-label": "At GitHub" },
      h("header", null, h("h2", { class: "grow" }, "At GitHub"),
        h("a", { class: "link small", href: to`/p/${this.project}/runs` + `?suite=${suite}` }, "Runs")),
      h("div", { class: "body stack" }, copyRow({ label: "Payload URL", value: url }),
        h("ol", { class: "steps-to small dim" }, h("li", null, "Open Settings, Webhooks, Add webhook of the repository."),
          h("li", null, "Payload URL: the one above. Content type: application/json."),
          h("li", null, "Secret: the one shown when it was made or replaced."),
          h("li", null, `Events: ${events.map(eventWord).join(", ").toLowerCase()}.`))))];
  }

  /** What came last, each with its run or why there is none. */
  #log() {
    return h("section", { class: "panel", "aria-label": "Received last" },
      h("header", null, h("h2", { class: "grow" }, "Received last"), this.#came.length > 0
        && h("a", { class: "link small", href: to`/p/${this.project}/settings/triggers/${this.id}/deliveries` }, "All")),
      this.#came.length === 0 ? empty("Nothing has come yet.", null, null, "p")
        : h("ul", { class: "rows" }, this.#came.map((one) => h("li", { key: one.delivery, class: "item mid tallrow" },
          h("div", { class: "grow" }, stateCell(one, [nameOf(one), ", ", time(one.receivedAt)])),
          runLink(this.project, this.#runs.get(one.execution)),
          button("Show", () => openEntry(this.project, this.id, one, this.mayChange && (() => takeUp(this.id, one, () => this.reload()))),
            { kind: "small", "aria-label": `Show ${nameOf(one)}` })))));
  }
}
