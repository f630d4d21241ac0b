import { all, path, Problem, put } from "../api.js";
import { EditPage } from "../edit-page.js";
import { button } from "../parts.js";
import { h } from "../render.js";
import { phrases, ROLE_NAMES, roleName } from "../role-words.js";
import { ROLES } from "../roles.js";
import { go, to } from "../router.js";
import { askRemove } from "./members.js";

/** One member and the role; a new one is chosen among the users. */
export default class MemberPage extends EditPage {
  source = path`/projects/${this.project}/members`; noun = "member"; permission = "manageMembers"; besideNew = true;
  #users = [];

  get list() { return ["Members", to`/p/${this.project}/settings/members`]; }

  fields() {
    return [
      { name: "user", label: "Person", kind: "select", required: true, when: () => this.isNew,
        options: this.#users.map(({ id, name, email }) => ({ value: id, label: `${name}, ${email}` })) },
      { name: "role", label: "Role", kind: "select", required: true,
        options: Object.keys(ROLES).map((value) => ({ value, label: ROLE_NAMES[value] })) },
    ];
  }

  async prepare(signal) {
    if (!this.isNew) return;
    const members = new Set((await this.#members(signal)).map(({ user }) => user.id));
    this.#users = [];
    await all("/users", { limit: 200 }, (items) => this.#users.push(...items), signal);
    this.#users = this.#users.filter(({ id, disabled }) => !disabled && !members.has(id));
  }

  async #members(signal) {
    const found = [];
    await all(this.source, { limit: 200 }, (items) => found.push(...items), signal);
    return found;
  }

  async fetch(signal) {
    const found = (await this.#members(signal)).find(({ user }) => user.id === this.id);
    if (!found) throw new Problem({ status: 404, detail: "This person is no member of the project." });
    return found;
  }

  valuesOf({ role }) { return { role }; }

  async save({ user = this.id, role }) { return (await put(path`/projects/${this.project}/members/${user}`, { role })).data; }

  made() { go(this.list[1], { replace: true }); }

  nameOf({ user }) { return user.name; }

  actions() {
    return this.mayChange
      && button("Remove", () => askRemove(this.project, this.thing.user, () => go(this.list[1])), { kind: "danger" });
  }

  beside() {
    const role = this.form?.read().role;
    if (!ROLES[role]) return null;
    return h("section", { class: "panel", "aria-label": "What this role may do" },
      h("header", null, h("h2", null, `A ${roleName(role)} may`)),
      h("ul", { class: "body stack tightstack" }, phrases(ROLES[role]).map((text) => h("li", { key: text }, text))));
  }
}
