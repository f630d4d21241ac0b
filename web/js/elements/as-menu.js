import { h, render } from "../render.js";
import { icon } from "../parts.js";

/**
 * Opens a menu under a button. `entries`: {label, icon?, checked?, href?, run?, key?} or {heading}. Entries with
 * `checked` stay open when chosen. Arrow keys walk, Esc closes, focus returns to the button, or to what `home` answers
 * when choosing has replaced it.
 */
export function openMenu(anchor, entries, { label, home = () => anchor }) {
  if (anchor.getAttribute("aria-expanded") === "true") return;
  const menu = document.createElement("as-menu");
  landmark(anchor).append(menu);
  menu.open(anchor, entries, label, home);
}

const PAUSE_MS = 800;

class AsMenu extends HTMLElement {
  #anchor = null;
  #entries = [];
  #home = null;
  #typed = "";
  #pause = 0;

  open(anchor, entries, label, home) {
    this.#anchor = anchor;
    this.#home = home;
    this.#entries = entries;
    this.popover = "auto";
    this.setAttribute("role", "menu");
    this.setAttribute("aria-label", label);
    anchor.setAttribute("aria-expanded", "true");
    this.#draw();
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("toggle", (event) => { if (event.newState === "closed") this.#closed(); });
    this.showPopover();
    place(this, anchor);
    this.#items()[0]?.focus();
  }

  #draw() {
    render(this, this.#entries.map((entry) => entry.heading
      ? h("div", { class: "caseset", role: "presentation" }, entry.heading)
      : h(entry.href ? "a" : "button", { class: "menuitem", href: entry.href, type: entry.href ? null : "button",
        role: entry.checked === undefined ? "menuitem" : entry.single ? "menuitemradio" : "menuitemcheckbox",
        "aria-checked": entry.checked === undefined ? null : String(entry.checked), tabindex: "-1",
        onclick: () => this.#choose(entry) },
        entry.mark ?? (entry.icon ? icon(entry.icon) : null),
        h("span", { class: "grow clip" }, entry.label),
        entry.checked && icon("i-check", "s"))));
  }

  #choose(entry) {
    entry.run?.();
    if (entry.checked === undefined || entry.single) { this.hidePopover(); return; }
    entry.checked = !entry.checked;
    this.#draw();
  }

  #items() { return [...this.querySelectorAll(".menuitem")]; }

  #key(event) {
    const items = this.#items();
    const at = items.indexOf(document.activeElement);
    const move = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (move !== undefined) items[(move + items.length) % items.length]?.focus();
    else if (event.key === "Tab") this.hidePopover();
    else if (event.key.length === 1 && (event.key !== " " || this.#typed)) {
      this.#type(event.key, items)?.focus();
      if (event.key === " ") event.preventDefault();
    }
    if (move !== undefined) event.preventDefault();
    if (event.key !== "Tab") event.stopPropagation();
  }

  /** The entry that begins with what was typed without a pause. */
  #type(letter, items) {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => { this.#typed = ""; }, PAUSE_MS);
    this.#typed += letter.toLowerCase();
    return items.find((item) => item.textContent.trim().toLowerCase().startsWith(this.#typed));
  }

  #closed() {
    this.#anchor.removeAttribute("aria-expanded");
    const hadFocus = this.contains(document.activeElement) || document.activeElement === document.body;
    this.remove();
    if (hadFocus) this.#home()?.focus();
  }
}
customElements.define("as-menu", AsMenu);

/** Where a pop-over of a button belongs, so that it stands in a landmark and inside the dialog that is open. */
export const landmark = (anchor) => anchor.closest("dialog") ?? document.getElementById("main") ?? document.body;

/** Puts a pop-over under its button, or above where there is no room, always inside the window. */
export function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const own = box.getBoundingClientRect();
  const below = at.bottom + 4 + own.height < innerHeight || at.top < own.height;
  const top = below ? Math.min(at.bottom + 4, innerHeight - own.height - 8) : at.top - own.height - 4;
  box.style.top = `${Math.max(8, top)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
  box.style.minWidth = `${Math.min(at.width, 320)}px`;
}
