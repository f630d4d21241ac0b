import { path, post, remove } from "../api.js";
import { askFirst, refused } from "../actions.js";
import { ListPage } from "../list-page.js";
import { status, time } from "../parts.js";
import { h } from "../render.js";
import { to } from "../router.js";
import { toast } from "../elements/as-toast.js";

const STATES = { online: ["passed", "Online"], draining: ["retrying", "Draining"], offline: ["aborted", "Offline"],
  revoked: ["cancelled", "Revoked"] };
const MOST_BLOCKS = 12;

/** The machines that run the work of a project: what they can do, how busy they are, drain and revoke. */
export default class AgentsPage extends ListPage {
  source = "/agents"; noun = "agent"; permission = "manageAgents";
  addAddress = to`/p/${this.project}/settings/agents/new`;
  #again = this.spaced(() => this.reload(), 1000);

  query() { return { project: this.project, limit: null }; }

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
