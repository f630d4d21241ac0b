import { h, render } from "../render.js";
import { word } from "../words.js";
import "./as-status.js";

/** A verdict in a chamfered cartouche. Attribute: status. A change cross-fades once. */
class AsStamp extends HTMLElement {
  static observedAttributes = ["status"];

  connectedCallback() { this.#draw(); }
  attributeChangedCallback() { if (this.isConnected) this.#draw(); }

  #draw() {
    const status = this.getAttribute("status");
    this.dataset.status = status;
    render(this, h("span", { class: `stamp ${status}`, key: status },
      h("as-status", { status, mute: true }), word(status)));
  }
}
customElements.define("as-stamp", AsStamp);
