import { h, render } from "../render.js";
import { button } from "../parts.js";

const SHOWN_MS = 6000;

/** One short notice at the bottom left, replacing the one before. Errors that need an answer stand in the page. */
class AsToast extends HTMLElement {
  #timer = 0;

  connectedCallback() { this.setAttribute("role", "status"); }

  show(text, action) {
    clearTimeout(this.#timer);
    render(this, h("div", { class: "toast", key: text + Date.now() }, h("span", null, text),
      action && button(action.label, () => { this.hide(); action.run(); }, { kind: "small" })));
    this.#timer = setTimeout(() => this.hide(), SHOWN_MS);
    // Who reads or reaches for the button has all the time.
    this.onpointerenter = () => clearTimeout(this.#timer);
    this.onpointerleave = () => { this.#timer = setTimeout(() => this.hide(), SHOWN_MS / 2); };
  }

  hide() {
    clearTimeout(this.#timer);
    render(this);
  }
}
customElements.define("as-toast", AsToast);

/** Shows a notice; `action` is {label, run}. */
export const toast = (text, action) => document.querySelector("as-toast")?.show(text, action);
