import { h, render } from "../render.js";
import { icon, status } from "../parts.js";
import { go } from "../router.js";
import { reason } from "../said.js";
import { openMenu } from "./as-menu.js";

const SHOWN = 5;

/**
 * The attempts of one case; hidden when there is only one. Property `model`: {attempts (oldest first), current
 * (number), href(number)}.
 */
class AsAttempts extends HTMLElement {
  set model({ attempts, current, href }) {
    this.hidden = attempts.length < 2;
    if (this.hidden) return render(this);
    const older = attempts.slice(0, -SHOWN);
    const newest = attempts.slice(-SHOWN);
    render(this, h("nav", { class: "attempts", "aria-label": "Attempts" },
      older.length > 0 && h("button", { type: "button", class: "btn small", "aria-haspopup": "menu",
        onclick: (event) => openMenu(event.currentTarget, older.map((one) => ({
          label: `Attempt ${one.attempt}`, mark: status(one.status, { size: "s", label: false }),
          run: () => go(href(one.attempt), { replace: true }) })), { label: "Older attempts" }) },
        `${older.length} older`, icon("i-down", "s")),
      newest.map((one) => h("a", { key: one.attempt, href: href(one.attempt), "data-status": one.status,
        "aria-current": one.attempt === current ? "true" : null }, status(one.status, { size: "s" }),
        `Attempt ${one.attempt}`)),
      h("span", { class: "small faint line" }, sameness(attempts))));
  }
}

/** What the attempts that did not pass have in common. */
function sameness(attempts) {
  const classes = attempts.map((one) => one.errorClass).filter(Boolean);
  if (classes.length < 2) return "";
  return new Set(classes).size === 1 ? `${reason(classes[0])} each time` : "for different reasons";
}
customElements.define("as-attempts", AsAttempts);
