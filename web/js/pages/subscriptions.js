import { path, post, remove } from "../api.js";
import { askFirst, showOnce } from "../actions.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { status, time } from "../parts.js";
import { onOff } from "../on-off.js";
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
      this.mayChange && onOff(path`/subscriptions/${one.id}`, one, () => this.reload()),
      this.mayChange && { label: "Replace secret", icon: "i-key", run: () => askReplaceSecret(one) },
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

/** Says what another secret means, makes one and shows it. */
export function askReplaceSecret({ id, name }) {
  let secret = "";
  askFirst({
    title: `Replace the secret of ${name}`, label: "Replace secret",
    says: "From the next try on the new one signs. Until the receiver knows it, it may refuse what is sent; that is tried again.",
    run: async () => { secret = (await post(path`/subscriptions/${id}/secret`)).data.secret; },
    done: () => showSecret({ name, secret }),
  });
}

export const showSecret = ({ name, secret }) => showOnce({ title: `Secret of ${name}`,
  says: "The receiver checks signatures with it. It is shown this once.", rows: [{ label: "Secret", value: secret }] });
