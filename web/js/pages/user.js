import { all, call, path, post, Problem } from "../api.js";
import { EditPage } from "../edit-page.js";
import { button } from "../parts.js";
import { invite } from "../invite.js";
import { go } from "../router.js";
import { me } from "../session.js";
import { askDisable } from "./users.js";

/** A new user, or a new password for one. */
export default class UserPage extends EditPage {
  source = "/users"; noun = "user"; permission = "administer"; list = ["Users", "/users"];

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true, when: () => this.isNew },
      { name: "email", label: "E-mail", kind: "text", type: "email", required: true, when: () => this.isNew,
        help: "They log in with it. Nothing is sent to it." },
      { name: "password", label: this.isNew ? "First password" : "New password", kind: "secret", required: true,
        help: this.isNew ? "At least 8 characters. Tell it them yourself." : "At least 8 characters. Their open sessions end." },
      { name: "admin", label: "Administrator: may everything in every project", kind: "switch", when: () => this.isNew },
    ];
  }

  async fetch(signal) {
    let found = null;
    await all("/users", { limit: 200 }, (items) => { found ??= items.find(({ id }) => id === this.id) ?? null; }, signal);
    if (!found) throw new Problem({ status: 404, detail: "There is no such user." });
    return found;
  }

  valuesOf() { return {}; }

  async save(values) {
    if (this.isNew) return (await post("/users", values)).data;
    return (await call("PATCH", path`/users/${this.id}`, { body: { password: values.password } })).data;
  }

  made() { go("/users", { replace: true }); }

  actions() {
    return this.thing && !this.thing.disabled && this.id !== me()?.id && [
      button("Make a link", () => invite(this.thing), { icon: "i-link" }),
      button("Disable", () => askDisable(this.thing, () => go("/users")), { kind: "danger" }),
    ];
  }
}
