import { path } from "../api.js";
import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { button, revision, time } from "../parts.js";
import { eventWord } from "../hooks.js";
import { nameOf, openEntry, runLink, runsOf, stateCell, takeUp } from "./hook-entry.js";

/** Everything that reached a trigger, newest first. */
export default class HookEntriesPage extends ListPage {
  noun = "delivery"; permission = "manageTriggers";
  #trigger; #runs = new Map();

  constructor(shell, params, url) {
    super(shell, params, url);
    this.#trigger = params.id;
    this.source = path`/triggers/${params.id}/deliveries`;
  }

  query() { return {}; }

  async load(signal) {
    const [feed, runs] = await Promise.all([super.load(signal), runsOf(this.project, this.#trigger, signal)]);
    this.#runs = runs;
    return feed;
  }

  hint() { return "What GitHub sends to the address of this trigger stands here for 30 days, also when it starts nothing."; }

  keyOf(one) { return one.delivery; }

  nameOf(one) { return nameOf(one); }

  columns() {
    return [
      { head: "Event", cell: ({ event }) => eventWord(event), second: (one) => one.branch },
      { head: "State", cell: (one) => stateCell(one) },
      { head: "Run", cell: (one) => runLink(this.project, this.#runs.get(one.execution)) },
      { head: "Commit", cell: ({ commit }) => h("span", { class: "line small" }, revision({ commit })), wide: true },
      { head: "Came", cell: ({ receivedAt }) => time(receivedAt), wide: true },
      { head: "Details", cell: (one) => button("Show", () => this.#open(one), { kind: "small",
        "aria-label": `Show ${nameOf(one)}` }), right: true },
    ];
  }

  actions(one) { return [this.#again(one) && { label: "Take up again", icon: "i-retry", run: this.#again(one) }]; }

  #open(one) { openEntry(this.project, this.#trigger, one, this.#again(one)); }

  #again(one) {
    return this.mayChange && one.state !== "started" ? () => takeUp(this.#trigger, one, () => this.reload()) : null;
  }
}
