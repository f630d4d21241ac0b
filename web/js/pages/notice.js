import { h, render } from "../render.js";
import { because, button, empty } from "../parts.js";
import { askPalette } from "../palette.js";
import { homeProject } from "../session.js";

/** One page for what is not here, not yours, not reachable, or not made yet. */
export class NoticePage {
  #shell;
  #params;

  constructor(shell, params) {
    this.#shell = shell;
    this.#params = params;
  }

  start() {
    const { problem, again, nowhere } = this.#params;
    this.#shell.top({});
    if (problem) {
      this.#shell.title("Not reachable");
      return this.#draw("Assay could not be loaded", because(problem), button("Try again", again, { kind: "primary" }));
    }
    if (nowhere) {
      this.#shell.title("No project");
      return this.#draw("You are in no project yet", "Ask your admin to add you to one.");
    }
    this.#shell.title("Not found");
    this.#draw("Not here, or not yours", "The address names nothing that you can see.",
      homeProject() && button("Search", () => askPalette(homeProject()), { kind: "primary", icon: "i-search" }),
      h("a", { class: "btn", href: "/" }, "Go to runs"));
  }

  update() { this.start(); }

  #draw(title, text, ...actions) {
    render(this.#shell.page, h("div", { class: "notice" }, empty(title, text, actions, "h1")));
  }
}
