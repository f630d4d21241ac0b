import { path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { testChannel } from "../channel-test.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { status, time } from "../parts.js";
import { onOff } from "../on-off.js";
import { go, to } from "../router.js";

/** Where alerts are told: webhooks and mail, with a test of each. */
export default class ChannelsPage extends ListPage {
  source = "/channels"; noun = "channel"; permission = "manageChannels";
  addAddress = to`/p/${this.project}/settings/channels/new`;

  address({ id }) { return to`/p/${this.project}/settings/channels/${id}`; }

  hint() { return "A channel is a webhook or a list of mail addresses. Alert rules tell it when something breaks."; }

  columns() {
    return [
      { head: "Channel", cell: ({ name }) => name, second: ({ kind }) => ({ webhook: "Webhook", email: "Mail" })[kind] ?? kind },
      { head: "Goes to", cell: receiver, wide: true },
      { head: "State", cell: (one) => (one.disabledAt
        ? h("span", { class: "line" }, status("failed", { label: false }), h("span", null, "Off since ", time(one.disabledAt)))
        : h("span", { class: "line" }, status("passed", { label: false }), "On")) },
      { head: "Changed", cell: ({ updatedAt }) => time(updatedAt), wide: true },
    ];
  }

  actions(channel) {
    return [
      this.mayChange && { label: "Send a test", icon: "i-channel", run: () => testChannel(channel, this.project) },
      { label: "What was sent", icon: "i-file", run: () => go(to`/p/${this.project}/settings/notifications` + `?channel=${channel.id}`) },
      this.mayChange && onOff(path`/channels/${channel.id}`, channel, () => this.reload()),
      this.mayChange && { label: "Delete", icon: "i-x", run: () => askDeleteChannel(channel, () => this.reload()) },
    ];
  }
}

const receiver = ({ webhook, email }) => h("span", { class: "breakable small" }, webhook?.url ?? email?.to.join(", "));

/** Says what deleting a channel means, then does it. */
export const askDeleteChannel = ({ id, name }, done) => askFirst({
  title: `Delete ${name}`, label: "Delete channel", typed: name,
  says: "Rules that tell this channel go on without it. What it was told stays in the log.",
  run: async () => { await remove(path`/channels/${id}`); done(); },
});
