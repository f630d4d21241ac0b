import { get, path, post, put } from "../api.js";
import { showOnce } from "../actions.js";
import { testChannel } from "../channel-test.js";
import { EditPage } from "../edit-page.js";
import { h } from "../render.js";
import { button, icon, time } from "../parts.js";
import { onOff } from "../on-off.js";
import { go, to } from "../router.js";
import { failureOf } from "../sent.js";
import { sentPanel } from "./sent-panel.js";
import { askDeleteChannel } from "./channels.js";

/** One channel: where it goes, a test, what it was told last. */
export default class ChannelPage extends EditPage {
  source = "/channels"; noun = "channel"; permission = "manageChannels";
  #sent = [];

  get list() { return ["Channels", to`/p/${this.project}/settings/channels`]; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true, help: "As people read it, such as “Team chat”." },
      { name: "kind", label: "How the message travels", kind: "select", required: true,
        options: [{ value: "webhook", label: "Webhook" }, { value: "email", label: "Mail" }] },
      { name: "webhook/url", label: "Address", kind: "text", type: "url", required: true,
        when: ({ kind }) => kind === "webhook", placeholder: "https://", help: "The message is posted here as signed JSON." },
      { name: "webhook/secret", label: "Secret", kind: "secret", when: ({ kind }) => kind === "webhook",
        help: this.isNew ? "Signs each message. Left empty, one is made and shown once."
          : "Left empty, the present one stays. A new one replaces it at once." },
      { name: "email/to", label: "Addresses", kind: "list", required: true, when: ({ kind }) => kind === "email",
        help: "One a line. One mail goes to all of them." },
    ];
  }

  async prepare(signal) {
    if (this.isNew) return;
    const { data } = await get("/notifications", { project: this.project, channel: this.id, limit: 10 }, signal);
    this.#sent = data.items;
  }

  async fetch(signal) { return (await get(path`/channels/${this.id}`, {}, signal)).data; }

  versionOf({ version }) { return version; }

  async save(values, version) {
    if (!this.isNew) return (await put(path`/channels/${this.id}`, values, version)).data;
    return (await post("/channels", { ...values, project: this.project })).data;
  }

  async made(channel) {
    super.made(channel);
    if (channel.webhook?.secret) await showOnce({ title: `Secret of ${channel.name}`,
      says: "The receiver checks signatures with it. It is shown this once.",
      rows: [{ label: "Secret", value: channel.webhook.secret }] });
  }

  actions() {
    if (!this.mayChange) return null;
    const { label, icon: shape, run } = onOff(path`/channels/${this.id}`, this.thing, (channel) => this.became(channel));
    return [
      button(label, run, { kind: "wide", icon: shape }),
      button("Send a test", () => testChannel(this.thing, this.project, () => this.reload()), { icon: "i-channel" }),
      button("Delete", () => askDeleteChannel(this.thing, () => go(this.list[1])), { kind: "danger wide" }),
    ];
  }

  beside() {
    const { disabledAt, disabledReason } = this.thing;
    return [
      disabledAt && h("p", { class: "note warn small" }, icon("i-info"), h("span", null, "Off since ", time(disabledAt), ". ",
        failureOf(disabledReason), " Saving turns it on again.")),
      sentPanel({ title: "Told last", items: this.#sent, none: "Nothing was sent yet.",
        more: to`/p/${this.project}/settings/notifications` + `?channel=${this.id}` }),
    ];
  }
}
