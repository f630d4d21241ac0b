import { call, get, path, Problem } from "../api.js";
import { EditPage } from "../edit-page.js";
import { button } from "../parts.js";
import { go, to } from "../router.js";
import { askDelete } from "./secrets.js";

/** Sets one secret; what it was cannot be seen. */
export default class SecretPage extends EditPage {
  noun = "secret"; permission = "manageSecrets";

  get list() { return ["Secrets", to`/p/${this.project}/settings/secrets`]; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true, when: () => this.isNew, placeholder: "API_TOKEN",
        help: "A step gets the value by ${secret:NAME}." },
      { name: "value", label: "Value", kind: "secret", required: true,
        help: this.isNew ? "Nobody can read it again." : "Replaces the present one for all attempts that start from now on." },
    ];
  }

  async fetch(signal) {
    const { data } = await get("/secrets", { project: this.project }, signal);
    const found = data.items.find(({ name }) => name === this.id);
    if (!found) throw new Problem({ status: 404, detail: "There is no such secret in this project." });
    return found;
  }

  valuesOf() { return {}; }

  async save({ name = this.id, value }) {
    await call("PUT", path`/secrets/${name}`, { query: { project: this.project }, body: { value } });
    return { name };
  }

  made() { go(this.list[1], { replace: true }); }

  actions() {
    return this.mayChange && button("Delete", () => askDelete(this.project, this.id, () => go(this.list[1])), { kind: "danger" });
  }
}
