import { path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { status, time } from "../parts.js";
import { go, to } from "../router.js";
import { eventWord } from "../sent.js";

/** Addresses that are told of events. */
export default class SubscriptionsPage extends ListPage {
  source = "/subscriptions"; noun = "subscription"; permission = "manageSubscriptions";
  addAddress = to`/p/${this.project}/settings/subscriptions/new`;

  address({ id }) { return to`/p/${this.project}/settings/subscriptions/${id}`; }

  hint() { return "A subscription posts events to an address of yours, signed, and tries again until they arrive."; }

  columns() {
    return [
      { head: "Subscription", cell: ({ name }) => name, second: ({ url }) => url },
      { head: "Events", cell: ({ events }) => events.map(eventWord).join(", "), wide: true },
      { head: "State", cell: stateOfReceiver },
      { head: "Changed", cell: ({ updatedAt }) => time(updatedAt), wide: true },
    ];
  }

  actions(one) {
    return [
      { label: "What was sent", icon: "i-file", run: () => go(`${this.address(one)}/deliveries`) },
      this.mayChange && { label: "Delete", icon: "i-x", run: () => askDeleteSubscription(one, () => this.reload()) },
    ];
  }
}

function stateOfReceiver({ disabledAt, failingSince }) {
  const [shape, words] = disabledAt ? ["failed", ["Off since ", time(disabledAt)]]
    : failingSince ? ["retrying", ["Failing since ", time(failingSince)]] : ["passed", ["On"]];
  return h("span", { class: "line" }, status(shape, { label: false }), h("span", null, ...words));
}

/** Says what deleting a subscription means, then does it. */
export const askDeleteSubscription = ({ id, name }, done) => askFirst({
  title: `Delete ${name}`, label: "Delete subscription", typed: name,
  says: "What is on its way to it is given up. Its log goes with it.",
  run: async () => { await remove(path`/subscriptions/${id}`); done(); },
});
