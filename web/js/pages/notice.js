import { on } from "../events.js";
import { h, render } from "../render.js";
import { because, button, empty } from "../parts.js";
import { askPalette } from "../palette.js";
import { homeProject, me } from "../session.js";

/** One page for what is not here, not yours, not reachable, or not made yet. */
export class NoticePage {
  #shell;
  #params;
  #stops = [];

  /** `params`: {problem, again} for what could not be loaded, {nowhere} for who is in no project, else "not here". */
  constructor(shell, params) {
    this.#shell = shell;
    this.#params = params;
  }

  start() {
    this.#shell.top({});
    render(this.#shell.page, this.#content());
    const { again } = this.#params;
    if (!again) return;
    // Nobody should have to press a button because the network was away.
    addEventListener("online", again);
    const wasLive = on("state", ({ state }) => { if (state === "live") again(); });
    this.#stops = [wasLive, () => removeEventListener("online", again)];
  }

  update() { this.start(); }

  stop() { for (const stop of this.#stops) stop(); }

  #content() {
    const { problem, again, nowhere } = this.#params;
    if (problem) {
      this.#shell.title("Not reachable");
      return notice("This page could not be loaded", because(problem), button("Try again", again, { kind: "primary" }));
    }
    if (nowhere) {
      this.#shell.title("No project");
      return me()?.admin
        ? notice("There is no project yet", "Everything belongs to one.", h("a", { class: "btn primary", href: "/projects/new" }, "New project"))
        : notice("You are in no project yet", "Ask your admin to add you to one.");
    }
    return notHere(this.#shell);
  }
}

/** What stands in the page when its address names nothing that the person can see. */
export function notHere(shell) {
  shell.title("Not found");
  return notice("Not here, or not yours", "The address names nothing that you can see.",
    homeProject() && button("Search", () => askPalette(homeProject()), { kind: "primary", icon: "i-search" }),
    h("a", { class: "btn", href: "/" }, "Go to runs"));
}

const notice = (title, text, ...actions) =>
  h("div", { class: "notice", key: "notice" }, empty(title, text, actions, "h1"));
