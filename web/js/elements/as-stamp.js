import { h, render } from "../render.js";
import { word } from "../words.js";
import "./as-status.js";

/** A verdict in a chamfered cartouche. Attributes: status, flaky. A change cross-fades once. */
class AsStamp extends HTMLElement {
  static observedAttributes = ["status", "flaky"];

  connectedCallback() { this.#draw(); }
  attributeChangedCallback() { if (this.isConnected) this.#draw(); }

  #draw() {
    const status = this.getAttribute("status");
    this.dataset.status = status;
    const shown = this.hasAttribute("flaky") ? "flaky" : status;
    render(this, h("span", { class: `stamp ${shown}`, key: shown },
      h("as-status", { status: shown, mute: true }), word(shown)));
  }
}
customElements.define("as-stamp", AsStamp);
