import { h, render } from "../render.js";
import { icon, status } from "../parts.js";
import { go } from "../router.js";
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

/** What the failed attempts have in common. */
function sameness(attempts) {
  const failed = attempts.filter((one) => one.errorClass);
  if (failed.length < 2) return "";
  return new Set(failed.map((one) => one.errorClass)).size === 1 ? "same kind of error" : "different errors";
}
customElements.define("as-attempts", AsAttempts);
