import { path } from "../api.js";
import { sendAgain } from "../actions.js";
import { ListPage } from "../list-page.js";
import { duration } from "../format.js";
import { h } from "../render.js";
import { button, status, time } from "../parts.js";
import { eventWord, failureOf, isUnderWay, stateOf } from "../sent.js";
import { word } from "../words.js";
import { openDialog } from "../elements/as-dialog.js";

const AGAIN_MS = 2000;

/** What a subscription was sent, each with its body and every try. */
export default class DeliveriesPage extends ListPage {
  noun = "delivery"; permission = "manageSubscriptions";
  #again = this.spaced(() => this.reload(), AGAIN_MS);

  constructor(shell, params, url) {
    super(shell, params, url);
    this.source = path`/subscriptions/${params.id}/deliveries`;
  }

  query() { return {}; }

  async load(signal) {
    const feed = await super.load(signal);
    if (this.rows.some(isUnderWay)) setTimeout(() => this.#again(), AGAIN_MS);
    return feed;
  }

  hint() { return "An event of the kind it asks for is sent as soon as it happens."; }

  nameOf(one) { return [eventWord(one.event), subject(one)].filter(Boolean).join(", "); }

  actions(one) {
    return [this.mayChange && !isUnderWay(one) && { label: "Send again", icon: "i-retry",
      run: () => sendAgain(`${this.source}${path`/${one.id}/replay`}`, () => this.reload()) }];
  }

  columns() {
    return [
      { head: "Event", cell: ({ event }) => eventWord(event), second: subject },
      { head: "State", cell: (one) => {
        const [shape, said] = stateOf(one);
        return h("span", { class: "line", "data-state": one.state }, status(shape, { label: false }), h("span", null, said,
          one.reason && h("span", { class: "small dim block breakable" }, failureOf(one.reason))));
      } },
      { head: "Tries", cell: (one) => h("span", { class: "num" }, one.tries), right: true, wide: true },
      { head: "Next", cell: (one) => (isUnderWay(one) ? time(one.dueAt) : null), wide: true },
      { head: "Sent", cell: ({ createdAt }) => time(createdAt), wide: true },
      { head: "Details", cell: (one) => button("Show", () => open(one), { kind: "small",
        "aria-label": `Show ${this.nameOf(one)}` }), right: true },
    ];
  }
}

/** What the event is of. */
function subject({ body }) {
  const { name, number, status, rule } = body?.data ?? {};
  return name && number ? `${name} #${number}, ${word(status).toLowerCase()}` : rule?.name ?? name ?? null;
}

/** Every try and what was sent. */
const open = (one) => openDialog({
  title: `${eventWord(one.event)}, ${subject(one) ?? ""}`.replace(/, $/, ""), wide: true,
  draw: () => [
    one.attempts.length > 0 ? tries(one) : h("p", { class: "dim" }, "Not tried yet."),
    h("pre", { class: "payload", tabindex: "0", role: "region", "aria-label": "Body" }, JSON.stringify(one.body, null, 2)),
  ],
});

const tries = ({ attempts }) => h("ol", { class: "tries", "aria-label": "Tries" }, attempts.map((one) =>
  h("li", { key: one.number }, h("b", null, time(one.at)), ` ${duration(one.durationMs)} `,
    one.reason ? h("span", { class: "failed" }, failureOf(one.reason)) : h("span", { class: "passed" }, `answered ${one.status}`),
    one.reply && h("span", { class: "block mono breakable" }, one.reply))));
