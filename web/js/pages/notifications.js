import { all, path } from "../api.js";
import { sendAgain } from "../actions.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { status, time } from "../parts.js";
import { go, withQuery } from "../router.js";
import { about, failureOf, isUnderWay, stateOf } from "../sent.js";

const AGAIN_MS = 2000;

/** What channels were told, newest first; one channel when the address says so. */
export default class NotificationsPage extends ListPage {
  source = "/notifications"; noun = "notification"; permission = "manageChannels";
  #channel; #channels = [];
  #again = this.spaced(() => this.reload(), AGAIN_MS);

  constructor(shell, params, url) {
    super(shell, params, url);
    this.#channel = url.searchParams.get("channel") ?? "";
  }

  update(_params, url) {
    this.#channel = url.searchParams.get("channel") ?? "";
    this.reload();
  }

  query() { return { ...super.query(), channel: this.#channel }; }

  async load(signal) {
    const channels = [];
    const [feed] = await Promise.all([super.load(signal),
      all("/channels", { project: this.project, limit: 200 }, (items) => channels.push(...items), signal)]);
    this.#channels = channels;
    // What is under way is asked for until it has arrived.
    if (this.rows.some(isUnderWay)) setTimeout(() => this.#again(), AGAIN_MS);
    return feed;
  }

  hint() { return "When an alert opens or resolves, its rule tells its channels. What they were told stands here."; }

  above() {
    return h("as-filter", { key: "channels", ".model": { label: "Filter notifications", chips: [{ name: "channel", label: "Channel",
      value: this.#channel, options: this.#channels.map(({ id, name }) => ({ value: id, label: name })),
      set: (channel) => go(withQuery({ channel }), { replace: true }) }] } });
  }

  nameOf({ channel }) { return channel.name ?? "a deleted channel"; }

  actions(one) {
    return [this.mayChange && !isUnderWay(one) && { label: "Send again", icon: "i-retry",
      run: () => sendAgain(path`/notifications/${one.id}/retry`, () => this.reload()) }];
  }

  columns() {
    return [
      { head: "Channel", cell: (one) => this.nameOf(one), second: about },
      { head: "State", cell: (one) => {
        const [shape, word] = stateOf(one);
        return h("span", { class: "line", "data-state": one.state }, status(shape, { label: false }), h("span", null, word,
          one.reason && h("span", { class: "small dim block breakable" }, failureOf(one.reason, one.detail))));
      } },
      { head: "Tries", cell: ({ tries }) => h("span", { class: "num" }, tries), wide: true, right: true },
      { head: "Due", cell: (one) => (isUnderWay(one) ? time(one.dueAt) : null), wide: true },
      { head: "Sent", cell: ({ createdAt }) => time(createdAt), right: true },
    ];
  }
}
