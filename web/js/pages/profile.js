import { LivePage } from "../live-page.js";
import { h } from "../render.js";
import { setSingleKeys, singleKeysOn } from "../keys.js";
import { roleName } from "../role-words.js";
import { to } from "../router.js";
import { me, myProjects } from "../session.js";
import { setTheme, theme } from "../theme.js";

const THEMES = { system: "As the system", light: "Light", dark: "Dark" };

/** Who one is, what one may where, and how the pages look in this browser. */
export default class ProfilePage extends LivePage {
  start() {
    this.shell.title("Profile");
    this.shell.top({ title: "Profile" });
    super.start();
  }

  content() {
    return this.instead("Your profile could not be loaded", 3) ?? h("div", { class: "guide stack" }, this.#who(), this.#looks(), this.#where());
  }

  #who() {
    const { name, email, admin } = me();
    return h("section", { class: "panel", "aria-label": "You", key: "who" }, h("header", null, h("h2", null, "You")),
      h("dl", { class: "body facts wide" }, [["Name", name], ["E-mail", email], ["May", admin ? "Everything, as administrator" : "What your projects allow"]]
        .map(([term, value]) => [h("dt", { key: `t${term}` }, term), h("dd", { key: `d${term}`, class: "breakable" }, value)])),
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
