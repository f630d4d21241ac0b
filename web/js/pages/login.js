import { h, render } from "../render.js";
import { icon, kbd, mark, status } from "../parts.js";
import { go, safePath } from "../router.js";
import { logIn } from "../session.js";

const ORNAMENT = Array.from({ length: 80 }, (_, at) =>
  at >= 62 ? "pending" : at >= 57 ? "running" : { 15: "failed", 30: "timeout", 48: "failed" }[at] ?? "passed");

/** Log in: e-mail, password, and nothing that says which of them was wrong. */
export default class LoginPage {
  #shell;
  #url;
  #error = "";
  #busy = false;
  #isStopped = false;

  constructor(shell, _, url) {
    this.#shell = shell;
    this.#url = url;
  }

  start() {
    this.#shell.title("Log in");
    this.#draw();
    this.#shell.page.querySelector("input").focus();
  }

  update(_, url) { this.#url = url; }

  stop() { this.#isStopped = true; }

  #draw() {
    if (this.#isStopped) return;
    render(this.#shell.page, h("div", { class: "gate" },
      h("form", { class: "panel door", onsubmit: (event) => this.#submit(event) },
        h("h1", { class: "sr" }, "Log in to Assay"),
        h("div", { class: "brand" }, mark(), h("span", { class: "word" }, "Assay")),
        this.#url.searchParams.has("ended")
          && h("p", { class: "note small", role: "status" }, icon("i-info"),
            "Your session ended. Log in and you are back where you were."),
        h("label", null, h("span", { class: "lab" }, "E-mail"), h("span", { class: "field tall" },
          h("input", { type: "email", name: "email", autocomplete: "username", required: true,
              "aria-describedby": this.#error ? "login-error" : null }))),
        h("label", null, h("span", { class: "lab" }, "Password"), h("span", { class: "field tall" },
          h("input", { type: "password", name: "password", autocomplete: "current-password", required: true,
              "aria-describedby": this.#error ? "login-error" : null }))),
        this.#error
          && h("p", { class: "small failed line", role: "alert", id: "login-error" },
            status("failed", { size: "s", label: false }), this.#error),
        h("button", { class: "btn primary tall", disabled: this.#busy }, "Log in", kbd("Enter")),
        h("p", { class: "small faint" }, "First start: ask your admin, or see ",
          h("span", { class: "mono" }, "credentials.json"), ".")),
      h("div", { class: "gatestreak", "aria-hidden": "true" },
        h("as-streak", { ".model": { ticks: ORNAMENT, height: 44, label: "" } }))));
  }

  async #submit(event) {
    event.preventDefault();
    const { email, password } = event.target.elements;
    this.#busy = true;
    this.#draw();
    try {
      await logIn(email.value.trim(), password.value);
      go(safePath(this.#url.searchParams.get("next")), { replace: true });
    } catch (problem) {
      this.#error = sentence(problem);
      this.#busy = false;
      this.#draw();
      password.select();
    }
  }
}

function sentence(problem) {
  if (problem.status === 401 || problem.status === 422) return "E-mail or password is wrong.";
  if (problem.status === 429) return `Too many tries. Wait ${problem.retryAfter ?? 60} s.`;
  return problem.message;
}
