import { h, render } from "../render.js";
import { shape, word } from "../words.js";

/**
 * The shape of one status, with its word as accessible name. Attributes: status, size ("s", "l"), mute (decoration
 * beside a word), wordy (shows the word too).
 */
class AsStatus extends HTMLElement {
  static observedAttributes = ["status", "size", "mute", "wordy"];

  connectedCallback() { this.#draw(); }
  attributeChangedCallback() { if (this.isConnected) this.#draw(); }

  #draw() {
    const status = this.getAttribute("status");
    const name = shape(status) === status ? status : shape(status);
    const special = ["critical", "warning", "info"].includes(status);
    const use = status === "info" ? "i-info" : `st-${special ? status : name}`;
    const family = { critical: "failed", warning: "warn", info: "faint" }[status] ?? name;
    const wordy = this.hasAttribute("wordy");
    const label = special ? status[0].toUpperCase() + status.slice(1) : word(status);
    const silent = wordy || this.hasAttribute("mute");
    const base = status === "info" ? "st i" : "st";
    render(this,
      h("svg", { class: `${base} ${family} ${this.getAttribute("size") ?? ""}`.trim(),
        role: silent ? null : "img", "aria-label": silent ? null : label, "aria-hidden": silent ? "true" : null },
        h("use", { href: `#${use}` })),
      wordy && h("span", null, label));
  }
}
customElements.define("as-status", AsStatus);
