import { h, render } from "../render.js";
import { icon, kbd } from "../parts.js";
import { settled } from "../frame.js";
import { landmark, openMenu, place } from "./as-menu.js";

/**
 * Saved views, a text field and chips. Property `model`: {label, views: [{label, on, run}], text, placeholder,
 * typed(text), chips: [{name, label, value, options?, many?, suggestions?, type?, set(value), problem?}], tools?:
 * what stands behind them}. Without
 * `typed` there is no text field. A chip with `options` opens a menu, one without a small field. Esc in the text field
 * clears it, then the last chip.
 */
class AsFilter extends HTMLElement {
  #model = null;
  #typed = settled((text) => this.#model.typed(text), 250);

  set model(model) {
    this.#model = model;
    this.#draw();
  }

  /** Puts the caret into the text field. */
  focusText() {
    const field = this.querySelector("input[type=search]");
    field?.focus();
    field?.select();
  }

  /** Clears the text, else the last chip that is set; answers whether there was one. */
  clearLast() {
    const { text, typed, chips } = this.#model;
    if (text) { this.#typed.cancel(); this.querySelector("input[type=search]").value = ""; typed(""); return true; }
    const last = chips.findLast((chip) => chip.value);
    last?.set("");
    return Boolean(last);
  }

  #draw() {
    const { label, views, text, placeholder, chips } = this.#model;
    render(this, h("div", { class: "toolbar", role: "search", "aria-label": label },
      views && h("div", { class: "seg", role: "group", "aria-label": "Views" }, views.map((view) =>
        h("button", { type: "button", key: view.label, "aria-pressed": String(view.on), onclick: view.run },
          view.label))),
      this.#model.typed && h("label", { class: "field" }, h("span", { class: "sr" }, placeholder), icon("i-filter", "s"),
        // The field belongs to the person while they type; the address only sets it from outside.
        h("input", { type: "search", placeholder, size: "24", spellcheck: "false", autocomplete: "off",
          "data-filter": true, ".initial": text,
          ref: (node) => Object.defineProperty(node, "initial", { set: (value) => {
            if (document.activeElement !== node) node.value = value ?? "";
          } }),
          oninput: (event) => this.#typed(event.target.value.trim()),
          onkeydown: (event) => this.#key(event) }),
        kbd("/")),
      chips.map((chip) => this.#chip(chip)), this.#model.tools));
  }

  #chip(chip) {
    const set = chip.value !== "" && chip.value !== null && chip.value !== undefined;
    const open = (event) => (chip.options ? this.#menu(event.currentTarget, chip)
      : this.#field(event.currentTarget, chip));
    if (!set) {
      return h("button",
        { key: chip.name, type: "button", class: "chip dashed", "aria-haspopup": chip.options ? "menu" : "dialog",
        "data-chip": chip.name, onclick: open }, icon("i-plus"), chip.label);
    }
    const words = chip.options
      ? chip.value.split(",").map((one) => chip.options.find((option) => option.value === one)?.label ?? one).join(", ")
      : chip.value;
    return h("span", { key: chip.name, class: "chip", "data-chip": chip.name, "data-invalid": Boolean(chip.problem) },
      h("button",
        { type: "button", class: "plain", "aria-haspopup": chip.options ? "menu" : "dialog", onclick: open,
          title: chip.problem ?? null },
        `${chip.label} `, h("b", { class: "clip" }, words)),
      h("button",
        { type: "button", class: "plain", "aria-label": `Remove filter ${chip.label}`, onclick: () => chip.set("") },
        icon("i-x")));
  }

  #menu(anchor, chip) {
    const chosen = new Set(chip.value ? chip.value.split(",") : []);
    openMenu(anchor, chip.options.map((option) => ({
      label: option.label, mark: option.mark, checked: chosen.has(option.value), single: !chip.many,
      run: () => {
        if (!chip.many) return chip.set(chosen.has(option.value) ? "" : option.value);
        if (!chosen.delete(option.value)) chosen.add(option.value);
        chip.set([...chosen].join(","));
      },
    })), { label: chip.label, home: () => this.#chipButton(chip.name) });
  }

  /** The button of a chip, set or not. */
  #chipButton(name) {
    const chip = this.querySelector(`[data-chip="${name}"]`);
    return chip?.matches("button") ? chip : chip?.querySelector("button");
  }

  #field(anchor, chip) {
    const box = document.createElement("form");
    box.className = "popfield";
    box.popover = "auto";
    const list = `suggest-${chip.name}`;
    render(box, h("label", { class: "field" }, h("span", { class: "sr" }, chip.label),
      h("input", { type: chip.type ?? "text", value: chip.value ?? "", placeholder: chip.label, list, spellcheck: "false",
          autocomplete: "off" })),
      h("datalist", { id: list }, (chip.suggestions ?? []).map((value) => h("option", { key: value, value }))),
      h("button", { class: "btn primary small" }, "Set"));
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = box.querySelector("input").value.trim();
      box.hidePopover();
      chip.set(value);
      requestAnimationFrame(() => this.#chipButton(chip.name)?.focus());
    });
    box.addEventListener("toggle", (event) => { if (event.newState === "closed") box.remove(); });
    landmark(anchor).append(box);
    box.showPopover();
    place(box, anchor);
    box.querySelector("input").focus();
    box.querySelector("input").select();
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    if (!this.clearLast()) event.target.blur();
  }
}
customElements.define("as-filter", AsFilter);
