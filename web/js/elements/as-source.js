import { h, render } from "../render.js";
import { button, status } from "../parts.js";
import { copyText, download } from "../actions.js";
import "./as-complete.js";
import { yaml } from "../yaml.js";
import { lineOf, readYAML } from "../yaml-reader.js";
import { many } from "../words.js";

/**
 * The document of a `DocumentForm`, given as `model`, as YAML: what is typed moves the fields, the fields move the text,
 * and what the server has to say of it leads to the line. JSON, and a catalog with just this in it, may be pasted.
 */
class AsSource extends HTMLElement {
  #form = null; #text = ""; #fault = null; #isTyping = false; #unwatch = null;

  set model(form) {
    if (form !== this.#form) {
      this.#unwatch?.();
      this.#form = form;
      this.#unwatch = form.watch(() => this.#follow());
    }
    this.#follow();
  }

  /** The text follows the fields, but never under the hands of somebody who types it. */
  #follow() {
    if (!this.#isTyping && !this.#fault) this.#text = yaml(this.#form.read(this.#form.shown));
    this.#draw();
  }

  #draw() {
    const form = this.#form;
    const faults = this.#fault ? [{ line: this.#fault.line, text: this.#fault.fault }] : this.#told();
    render(this, h("section", { class: "panel source", "aria-label": "As YAML" },
      h("header", null, h("h2", { class: "grow" }, "As YAML"), this.#verdict(faults),
        button("Copy", () => copyText(this.#text, "Definition copied."), { kind: "ghost small" }),
        button("Download", () => this.#download(), { kind: "ghost small", icon: "i-download", disabled: this.#fault !== null })),
      h("label", { class: "field area mono" }, h("span", { class: "sr" }, "Definition as YAML"),
        h("textarea", { name: "source", rows: "24", spellcheck: "false", autocomplete: "off", wrap: "off", value: this.#text,
          readonly: form.isReadOnly, "aria-invalid": this.#fault ? "true" : null,
          "aria-describedby": faults.length > 0 ? "source-faults" : null,
          onfocus: () => { this.#isTyping = true; }, onblur: () => { this.#isTyping = false; this.#follow(); },
          oninput: (event) => this.#type(event.target.value),
          onkeydown: (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#form.save(); } })),
      h("as-complete", { ".model": () => form.names?.() ?? [] }),
      faults.length > 0 && h("ul", { class: "rows", id: "source-faults" }, faults.map(({ line, text }, at) =>
        h("li", { key: at, class: "item mid" }, status("failed", { size: "s", label: false }),
          h("span", { class: "grow small breakable" }, text),
          button(`Line ${line}`, () => this.#goTo(line), { kind: "ghost small" }))))));
  }

  #verdict(faults) {
    const { told } = this.#form;
    const [shape, words] = faults.length > 0 ? ["failed", many(faults.length, "fault")] : told ? ["passed", "Valid"] : ["pending", ""];
    return words && h("span", { class: "small line", role: "status" }, status(shape, { size: "s", label: false }), words);
  }

  #told() {
    const told = this.#form.told ?? [];
    if (told.length === 0) return [];
    const { places } = readYAML(this.#text);
    if (!places) return [];
    return told.map(({ pointer, message }) => ({ line: lineOf(places, pointer), text: `${pointer} ${message}`.trim() }));
  }

  #type(text) {
    this.#text = text;
    const { value, fault, line } = readYAML(text);
    const isDocument = typeof value === "object" && value !== null && !Array.isArray(value);
    this.#fault = fault ? { fault, line } : isDocument ? null : { fault: "This is no definition: it has names with values.", line: 1 };
    this.#form.block = this.#fault?.fault ?? null;
    if (this.#fault) return this.#draw();
    const inside = this.#form.inside(value);
    this.#form.take(inside);
    // What is taken out of a catalog stands there as it is taken.
    if (inside !== value) { this.#text = yaml(inside); this.#draw(); }
  }

  #download() {
    const { key, document } = this.#form.whole();
    download(`${key || "new"}.yaml`, yaml(document));
  }

  #goTo(line) {
    const area = this.querySelector("textarea");
    const lines = this.#text.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    area.focus();
    area.setSelectionRange(from, from + lines[line - 1].length);
    area.scrollTop = Math.max(0, (line - 4) * area.scrollHeight / lines.length);
  }
}
customElements.define("as-source", AsSource);
