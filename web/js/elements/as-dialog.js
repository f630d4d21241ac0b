import { h, render } from "../render.js";
import { button } from "../parts.js";

/**
 * Opens a modal dialog. `draw(dialog)` describes its body; `submit(dialog)` runs on Enter or the main button and may be
 * a promise; while it runs the button is off, and when it throws the dialog stays open with the sentence that `explain`
 * makes. Answers the element: `redraw()`, `close()`, `fail(text)`.
 */
export function openDialog(options) {
  const dialog = document.createElement("as-dialog");
  document.body.append(dialog);
  dialog.open(options);
  return dialog;
}

/** The page below is left: what stands above it belongs to it. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll("as-dialog")) dialog.close();
}

class AsDialog extends HTMLElement {
  #options = null;
  #busy = false;
  #error = "";

  open(options) {
    this.#options = options;
    this.redraw();
    const native = this.querySelector("dialog");
    native.addEventListener("close", () => { this.remove(); options.closed?.(); });
    native.addEventListener("click", (event) => { if (event.target === native) native.close(); });
    native.showModal();
    (native.querySelector("[autofocus]") ?? native.querySelector("button.primary"))?.focus();
  }

  close() { this.querySelector("dialog")?.close(); }

  fail(text) { this.#error = text; this.redraw(); }

  redraw() {
    const { title, draw, submit, submitLabel, danger, wide } = this.#options;
    // Without a submit of its own the body may hold a form.
    const form = h(submit ? "form" : "div", submit ? { method: "dialog", novalidate: true, onsubmit: (event) => this.#submit(event) } : null,
      h("header", null, h("h2", { id: "dialog-title" }, title),
        button("", () => this.close(), { kind: "ghost small icon push", icon: "i-x", "aria-label": "Close" })),
      h("div", { class: "body stack" }, draw(this),
        this.#error
          && h("p", { class: "small failed line", role: "alert" },
            h("as-status", { status: "failed", size: "s", mute: true }), this.#error)),
      submit && h("footer", null,
        button("Back", () => this.close(), { kind: "ghost" }),
        h("button", { class: `btn ${danger ? "danger" : "primary"}`, disabled: this.#busy }, submitLabel)));
    render(this, h("dialog", { class: wide ? "dialog broad" : "dialog", "aria-labelledby": "dialog-title" }, form));
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#busy || !this.#options.submit) return;
    this.#busy = true;
    this.#error = "";
    this.redraw();
    try {
      await this.#options.submit(this);
      this.close();
    } catch (problem) {
      this.#error = this.#options.explain?.(problem) ?? problem.message;
    } finally {
      this.#busy = false;
      if (this.isConnected) this.redraw();
    }
  }
}
customElements.define("as-dialog", AsDialog);
