import { call, get, path, post, remove } from "../api.js";
import { askFirst, refused } from "../actions.js";
import { ListPage } from "../list-page.js";
import { button, status, time } from "../parts.js";
import { h } from "../render.js";
import { to } from "../router.js";
import { may } from "../session.js";
import { toast } from "../elements/as-toast.js";

const STATES = { online: ["passed", "Online"], draining: ["retrying", "Draining"], offline: ["aborted", "Offline"],
  revoked: ["cancelled", "Revoked"] };
const MOST_BLOCKS = 12;

/** The machines that run the work of a project: what they can do, how busy they are, drain and revoke. */
export default class AgentsPage extends ListPage {
  source = "/agents"; noun = "agent"; permission = "manageAgents";
  addAddress = to`/p/${this.project}/settings/agents/new`;
  #again = this.spaced(() => this.reload(), 1000);

  #waiting = [];

  query() { return { project: this.project, limit: null }; }

  address({ id }) { return to`/p/${this.project}/settings/agents/${id}/work`; }

  async load(signal) {
    const [feed, waiting] = await Promise.all([super.load(signal), may(this.project, "enrolAgents")
      && get("/agents/enrolment-tokens", { project: this.project }, signal)]);
    this.#waiting = waiting ? waiting.data.items : [];
    return feed;
  }

  /** Agents that were asked for and have not come. */
  above() {
    return this.#waiting.length > 0 && h("section", { class: "panel above", key: "waiting", "aria-label": "Expected" },
      h("header", null, h("h2", { class: "grow" }, "Expected")),
      h("ul", { class: "rows" }, this.#waiting.map((token) => h("li", { key: token.id, class: "item mid tallrow" },
        h("div", { class: "grow" }, h("span", { class: "breakable" }, token.name ?? "An agent"),
          h("span", { class: "small faint block breakable" }, [token.project ? "of this project" : "shared by all projects",
            token.slots && `${token.slots} slots`, ...token.labels].filter(Boolean).join(", "))),
        h("span", { class: "small dim nowrap" }, "until ", time(token.expiresAt)),
        button("Take back", () => this.#takeBack(token), { kind: "small", "aria-label": `Take back the command of ${token.name ?? "an agent"}` })))));
  }

  #takeBack({ id, name }) {
    askFirst({ title: `Take back the command of ${name ?? "an agent"}`, label: "Take back",
      says: "Nothing can be enrolled with it any more.",
      run: async () => { await call("DELETE", path`/agents/enrolment-tokens/${id}`, { query: { project: this.project } }); this.reload(); } });
  }

  hint() { return "An agent is a program on any machine. It asks for work and runs the cases whose labels it offers."; }

  /** Beats are no events; what began and ended changes how busy they are. */
  take(type) {
    if (type.startsWith("agent.") || type === "execution.started" || type === "execution.finished") this.#again();
  }

  columns() {
    return [
      { head: "Agent", cell: ({ name }) => name, second: ({ project }) => (project ? "of this project" : "shared by all projects") },
      { head: "State", cell: ({ state }) => h("span", { class: "line nowrap" }, status(STATES[state]?.[0] ?? "pending", { label: false }),
        STATES[state]?.[1] ?? state) },
      { head: "Slots", cell: slots },
      { head: "Labels", wide: true, cell: ({ labels }) => h("span", { class: "wrapline" },
        labels.map((label) => h("span", { key: label, class: "tag" }, label))) },
      { head: "Heard of", wide: true, right: true, cell: ({ lastBeatAt }) => time(lastBeatAt) ?? "never" },
    ];
  }

  actions(agent) {
    if (!this.mayChange || agent.state === "revoked") return [];
    return [
      agent.state === "online" && { label: "Drain", icon: "i-out", run: () => this.#drain(agent) },
      { label: "Revoke", icon: "i-x", run: () => this.#revoke(agent) },
    ];
  }

  async #drain({ id, name }) {
    try {
      await post(path`/agents/${id}/drain`);
      toast(`${name} finishes what it runs and gets nothing more.`);
      this.reload();
    } catch (problem) {
      refused(`${name} could not be drained`, problem);
    }
  }

  #revoke({ id, name, busy }) {
    askFirst({ title: `Revoke ${name}`, label: "Revoke agent", typed: name,
      says: [busy > 0 ? `It runs ${busy} now: they are taken from it and offered to others.` : "It runs nothing now.",
        "Its credential stops working at once. To come back it has to be enrolled again."],
      run: async () => { await remove(path`/agents/${id}`); this.reload(); } });
  }
}

/** "1 of 4", with a block for each slot. */
function slots({ busy, slots: all }) {
  return h("span", { class: "line nowrap" },
    all <= MOST_BLOCKS && h("span", { class: "blocks", "aria-hidden": "true" },
      Array.from({ length: all }, (_, at) => h("i", { key: at, "data-busy": at < busy }))),
    h("span", { class: "num small" }, `${busy} of ${all} busy`));
}
