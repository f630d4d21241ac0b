import { all, get, path, post, put } from "../api.js";
import { EditPage } from "../edit-page.js";
import { h } from "../render.js";
import { button, icon, time } from "../parts.js";
import { onOff } from "../on-off.js";
import { go, to } from "../router.js";
import { eventOptions, failureOf } from "../sent.js";
import { word } from "../words.js";
import { sentPanel } from "./sent-panel.js";
import { askDeleteSubscription, askReplaceSecret, showSecret } from "./subscriptions.js";

const VERDICTS = ["passed", "failed", "timeout", "cancelled", "aborted"];

/** One subscription: what it is told, where, and how that went. */
export default class SubscriptionPage extends EditPage {
  source = "/subscriptions"; noun = "subscription"; permission = "manageSubscriptions";
  #suites = []; #sent = [];

  get list() { return ["Subscriptions", to`/p/${this.project}/settings/subscriptions`]; }

  async prepare(signal) {
    const suites = [];
    const [, sent] = await Promise.all([
      all("/test-suites", { project: this.project, limit: 200 }, (items) => suites.push(...items), signal),
      this.isNew ? null : get(path`/subscriptions/${this.id}/deliveries`, { limit: 10 }, signal),
    ]);
    this.#suites = suites;
    this.#sent = sent?.data.items ?? [];
  }

  initial() { return { events: ["execution.finished"] }; }

  fields() {
    const ofRuns = ({ events }) => events?.includes("execution.finished");
    return [
      { name: "name", label: "Name", kind: "text", required: true },
      { name: "url", label: "Address", kind: "text", type: "url", required: true, placeholder: "https://",
        help: "Events are posted here as JSON, signed after Standard Webhooks." },
      { name: "events", label: "Events", kind: "many", required: true, options: eventOptions() },
      { name: "filter/suite", label: "Only runs of", kind: "select", when: ofRuns,
        options: [{ value: "", label: "every suite" }, ...this.#suites.map(({ key, name }) => ({ value: key, label: name }))] },
      { name: "filter/status", label: "Only runs that ended", kind: "many", when: ofRuns,
        options: VERDICTS.map((value) => ({ value, label: word(value) })), help: "None ticked: all of them." },
      { name: "secret", label: this.isNew ? "Secret" : "New secret", kind: "secret",
        help: this.isNew ? "Signs each event. Left empty, one is made and shown once."
          : "Left empty, the present one stays. A new one signs from the next try on." },
    ];
  }

  async fetch(signal) { return (await get(path`/subscriptions/${this.id}`, {}, signal)).data; }

  versionOf({ version }) { return version; }

  async save(values, version) {
    if (!this.isNew) return (await put(path`/subscriptions/${this.id}`, values, version)).data;
    return (await post("/subscriptions", { ...values, project: this.project })).data;
  }

  async made(one) {
    super.made(one);
    if (one.secret) await showSecret(one);
  }

  actions() {
    if (!this.mayChange) return null;
    const { label, icon: shape, run } = onOff(path`/subscriptions/${this.id}`, this.thing, (one) => this.became(one));
    return [
      button(label, run, { kind: "wide", icon: shape }),
      button("Replace secret", () => askReplaceSecret(this.thing), { kind: "wide", icon: "i-key" }),
      button("Delete", () => askDeleteSubscription(this.thing, () => go(this.list[1])), { kind: "danger wide" })];
  }

  beside() {
    const { disabledAt, disabledReason, failingSince } = this.thing;
    return [
      disabledAt && h("p", { class: "note warn small" }, icon("i-info"), h("span", null, "Off since ", time(disabledAt), ". ",
        failureOf(disabledReason), " Saving turns it on again.")),
      !disabledAt && failingSince && h("p", { class: "note warn small" }, icon("i-info"),
        h("span", null, "Failing since ", time(failingSince), ". It is tried again.")),
      sentPanel({ title: "Sent last", items: this.#sent, none: "Nothing was sent yet.",
        more: to`/p/${this.project}/settings/subscriptions/${this.id}/deliveries` }),
    ];
  }
}
