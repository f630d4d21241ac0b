import { post } from "../api.js";
import { Form } from "../form.js";
import { h, render } from "../render.js";
import { mark } from "../parts.js";
import { go } from "../router.js";
import { toast } from "../elements/as-toast.js";
import "../elements/as-form.js";

/** Where an invitation or a reset leads: whoever has the link chooses a password. The token stays behind the #, out of every log. */
export default class WelcomePage {
  #shell; #form;

  constructor(shell) {
    this.#shell = shell;
    const token = location.hash.slice(1);
    this.#form = new Form({ submitLabel: "Set password",
      fields: [{ name: "password", label: "New password", kind: "secret", required: true, help: "At least 8 characters." }],
      submit: ({ password }) => this.#redeem(token, password) });
  }

  start() {
    this.#shell.title("Choose a password");
    render(this.#shell.page, h("div", { class: "gate" }, h("section", { class: "panel door", "aria-label": "Choose a password" },
      h("div", { class: "brand" }, mark(), h("span", { class: "word" }, "Assay")),
      h("h1", null, "Choose a password"), h("as-form", { ".model": this.#form }))));
    this.#shell.page.querySelector("input").focus();
  }

  update() {}

  stop() {}

  async #redeem(token, password) {
    try {
      const { data } = await post("/auth/password-links/redemption", { token, password });
      go("/login", { replace: true });
      toast(`Your password is set. Log in as ${data.email}.`);
    } catch (problem) {
      const isDead = problem.errors?.some(({ pointer }) => pointer === "/token");
      throw isDead ? Object.assign(problem, { errors: [{ pointer: "", message: "This link was used, replaced or is too old. Ask for another one" }] }) : problem;
    }
  }
}
