import { all, call, path, Problem } from "../api.js";
import { EditPage } from "../edit-page.js";
import { button } from "../parts.js";
import { go, to } from "../router.js";
import { askDelete } from "./environments.js";

/** One environment with its variables. */
export default class EnvironmentPage extends EditPage {
  source = "/environments"; noun = "environment"; permission = "manageEnvironments";

  get list() { return ["Environments", to`/p/${this.project}/settings/environments`]; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true, when: () => this.isNew, placeholder: "staging",
        help: "Small letters, digits and -. Commands and addresses name it; it stays." },
      { name: "variables", label: "Variables", kind: "map", entry: "variable", values: "text", clear: {},
        help: "A step gets one by ${NAME}. Everybody in the project can read them: what is secret belongs to the secrets." },
    ];
  }

  async fetch(signal) {
    let found = null;
    await all(this.source, { project: this.project, limit: 200 }, (items) => {
      found ??= items.find(({ name }) => name === this.id) ?? null;
    }, signal);
    if (!found) throw new Problem({ status: 404, detail: "There is no such environment in this project." });
    return found;
  }

  async save({ name, variables }) {
    const query = { project: this.project };
    const { data } = this.isNew ? await call("POST", "/environments", { query, body: { name, variables } })
      : await call("PUT", path`/environments/${this.id}`, { query, body: { variables } });
    return data;
  }

  made({ name }) { go(`${this.list[1]}/${encodeURIComponent(name)}`, { replace: true }); }

  actions() {
    return this.mayChange && button("Delete", () => askDelete(this.project, this.id, () => go(this.list[1])), { kind: "danger" });
  }
}
