import { call, get, path, put, remove } from "../api.js";
import { refused } from "../actions.js";
import { Form } from "../form.js";
import { LivePage } from "../live-page.js";
import { button, time } from "../parts.js";
import { h } from "../render.js";
import { setSingleKeys, singleKeysOn } from "../keys.js";
import { roleName } from "../role-words.js";
import { to } from "../router.js";
import { loadSession, me, myProjects } from "../session.js";
import { setTheme, theme } from "../theme.js";
import { toast } from "../elements/as-toast.js";
import "../elements/as-form.js";

const THEMES = { system: "As the system", light: "Light", dark: "Dark" };

/** Who one is, one's password and logins, what one may where, and how the pages look in this browser. */
export default class ProfilePage extends LivePage {
  #logins = [];
  #name = new Form({ values: { name: me().name }, fields: [{ name: "name", label: "Name", kind: "text", required: true, help: "As people read it." }],
    submit: (values) => this.#rename(values) });
  #password = new Form({ submitLabel: "Change password", fields: [
    { name: "currentPassword", label: "Present password", kind: "secret", required: true },
    { name: "password", label: "New password", kind: "secret", required: true, help: "At least 8 characters. Your other logins end." }],
    submit: (values) => this.#repass(values) });

  start() {
    this.shell.title("Profile");
    this.shell.top({ title: "Profile" });
    super.start();
  }

  async load(signal) {
    this.#logins = (await get("/auth/sessions", {}, signal)).data.items;
    return null;
  }

  async #rename(values) {
    await call("PATCH", "/auth/me", { body: values });
    await loadSession();
    toast("Saved.");
    this.shell.top({ title: "Profile" });
  }

  async #repass(values) {
    await put("/auth/password", values);
    toast("Your password is changed. Your other logins have ended.");
    this.reload();
  }

  async #end({ id }) {
    try {
      await remove(path`/auth/sessions/${id}`);
      this.reload();
    } catch (problem) {
      refused("The login could not be ended", problem);
    }
  }

  content() {
    return this.instead("Your profile could not be loaded", 3)
      ?? h("div", { class: "guide stack" }, this.#who(), this.#looks(), this.#entry(), this.#open(), this.#where());
  }

  #entry() {
    return h("section", { class: "panel", "aria-label": "Password", key: "password" }, h("header", null, h("h2", null, "Password")),
      h("div", { class: "body" }, h("as-form", { ".model": this.#password })));
  }

  #open() {
    return h("section", { class: "panel", "aria-label": "Logins", key: "logins" }, h("header", null, h("h2", null, "Where you are logged in")),
      h("ul", { class: "rows" }, this.#logins.map((one) => h("li", { key: one.id, class: "item mid", "data-login": one.id },
        h("span", { class: "grow" }, one.current ? h("b", null, "Here") : one.remoteAddress ?? "somewhere",
          h("span", { class: "small dim block" }, "since ", time(one.createdAt), ", seen ", time(one.refreshedAt))),
        !one.current && button("End", () => this.#end(one), { kind: "small", "aria-label": `End the login from ${one.remoteAddress}` })))));
  }

  #who() {
    const { email, admin } = me();
    return h("section", { class: "panel", "aria-label": "You", key: "who" }, h("header", null, h("h2", null, "You")),
      h("dl", { class: "body facts wide" }, [["E-mail", email], ["May", admin ? "Everything, as administrator" : "What your projects allow"]]
        .map(([term, value]) => [h("dt", { key: `t${term}` }, term), h("dd", { key: `d${term}`, class: "breakable" }, value)])),
      h("div", { class: "body" }, h("as-form", { ".model": this.#name })),
      h("footer", null, h("a", { class: "link", href: "/me/tokens" }, "Your API tokens")));
  }

  #looks() {
    return h("section", { class: "panel", "aria-label": "In this browser", key: "looks" }, h("header", null, h("h2", null, "In this browser")),
      h("div", { class: "body stack" },
        h("fieldset", null, h("legend", { class: "lab" }, "Theme"),
          Object.entries(THEMES).map(([value, label]) => h("label", { key: value, class: "line tickline" },
            h("input", { type: "radio", name: "theme", value, checked: theme() === value, onchange: () => { setTheme(value); this.redraw(); } }), label))),
        h("label", { class: "line tickline" },
          h("input", { type: "checkbox", name: "single-keys", checked: singleKeysOn(),
            onchange: (event) => { setSingleKeys(event.target.checked); this.redraw(); } }),
          "Single keys do things (press ? for the list)")));
  }

  #where() {
    return h("section", { class: "panel", "aria-label": "Your projects", key: "where" }, h("header", null, h("h2", null, "Your projects")),
      h("ul", { class: "rows" }, myProjects().map(({ project, name, role }) => h("li", { key: project, class: "item mid" },
        h("a", { class: "grow clip", href: to`/p/${project}/runs` }, name), h("span", { class: "small dim" }, roleName(role))))));
  }
}
