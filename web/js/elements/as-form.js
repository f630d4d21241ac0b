import { h, render } from "../render.js";
import { because, button, icon, kbd, status } from "../parts.js";
import { many } from "../words.js";
import { control, shownValue } from "./form-controls.js";

/** Each form on a page names its fields apart from those of the others. */
let forms = 0;
const GROUPS = ["many", "map", "steps", "rows"];

/**
 * Draws a `Form` given as `model`: fields with their help and faults, what belongs to no field on top, Save with
 * Ctrl+Enter, the mark of unsaved changes, and both versions when somebody else was faster.
 */
class AsForm extends HTMLElement {
  #form = null; #unwatch = null; #name = `form-${forms += 1}`;

  set model(form) {
    if (form !== this.#form) {
      this.#unwatch?.();
      this.#form = form;
      this.#unwatch = form.watch(() => this.#draw());
    }
    this.#draw();
  }

  #draw() {
    const form = this.#form;
    render(this, h("form", { class: "form", novalidate: true, onsubmit: (event) => this.#save(event),
        onkeydown: (event) => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#save(event); } },
      form.isFoundAgain && !form.conflict
        && h("p", { class: "note small", role: "status", key: "again" }, icon("i-info"),
          h("span", { class: "grow" }, `This is what you had typed before.${form.doesSave ? " It is not saved yet." : ""}`),
          button("Take it back", () => form.discard(), { kind: "small" })),
      form.conflict ? this.#conflict() : this.#refusal(),
      h("fieldset", { class: "formfields", disabled: form.isReadOnly, key: "fields" }, form.drawn.map((field) => this.#field(field))),
      !form.isReadOnly && h("footer", { class: "line formend", key: "end" },
        h("button", { class: "btn primary", disabled: form.isBusy || Boolean(form.conflict), "aria-keyshortcuts": "Control+Enter" },
          form.submitLabel, kbd("Ctrl Enter")),
        form.back && h("a", { class: "btn ghost", href: form.back }, "Back"),
        form.isChanged && form.doesSave && h("span", { class: "small dim unsaved", role: "status" }, "Unsaved changes"),
        form.isChanged && form.doesSave && !form.isFoundAgain
          && button("Take back", () => form.discard(), { kind: "ghost small", disabled: form.isBusy }))));
  }

  /** What went wrong, as far as it does not stand at a field. */
  #refusal() {
    const { problem, others, wrong, isRefused, doesSave } = this.#form;
    if (!isRefused) return null;
    const inFields = wrong.size > 0 ? `${many(wrong.size, "field")} to mend below.` : "";
    const text = others.length > 0 ? `${others.join("; ").replace(/\.$/, "")}. ${inFields}`
      : inFields || because(problem);
    return h("div", { class: "note failure small", role: "alert", key: "refused" },
      status("failed", { size: "s", label: false }),
      h("span", { class: "grow" }, h("b", null, doesSave ? "Not saved. " : "Not done. "), text));
  }

  #conflict() {
    const form = this.#form;
    const { names, chosen, theirs } = form.conflict;
    const fields = form.fields.filter(({ name }) => names.includes(name));
    return h("section", { class: "panel conflict", key: "conflict", "aria-labelledby": `${this.#name}-conflict` },
      h("header", null, h("h2", { id: `${this.#name}-conflict` }, "Somebody else saved this meanwhile")),
      h("div", { class: "body stack", role: "alert" },
        h("p", { class: "small dim" }, fields.length > 0 ? "Choose what holds where both of you changed something. What only one changed is kept."
          : "You changed different things: both are kept."),
        fields.map((field) => h("fieldset", { key: field.name },
          h("legend", { class: "lab" }, field.label),
          [["mine", "Mine", form.draft[field.name]], ["theirs", "Theirs", theirs[field.name]]].map(([whose, label, draft]) =>
            h("label", { key: whose, class: "choicerow" },
              h("input", { type: "radio", name: `conflict ${field.name}`, checked: chosen[field.name] === whose,
                onchange: () => form.choose(field.name, whose) }),
              h("span", { class: "small nowrap whose" }, label), shownValue(field, draft)))))),
      h("footer", null, button("Go on with this", () => { form.settle(); this.querySelector("button.primary")?.focus(); },
        { kind: "small primary" }), h("span", null, "Nothing is saved yet.")));
  }

  #field(field) {
    const form = this.#form;
    const id = `${this.#name} ${field.name}`.replace(/[^a-zA-Z0-9]+/g, "-");
    const wrong = form.wrong.get(field.name);
    const described = [field.help && `${id}-help`, wrong && `${id}-wrong`].filter(Boolean).join(" ") || null;
    const its = { id, name: field.name, "aria-describedby": described, "aria-invalid": wrong ? "true" : null,
      required: Boolean(field.required) };
    const asGroup = GROUPS.includes(field.kind);
    const label = [field.label, !field.required && !field.short && field.kind !== "switch" && !asGroup && h("span", { class: "faint" }, " optional")];
    const parts = [
      field.kind !== "switch" && (asGroup ? h("legend", { class: "lab" }, label) : h("label", { class: "lab", for: id }, label)),
      control(field, form.draft[field.name], (draft) => form.set(field.name, draft), its),
      wrong && h("p", { class: "small failed wrong", id: `${id}-wrong` }, wrong),
      field.help && h("p", { class: "small faint", id: `${id}-help` }, field.help),
    ];
    return h(asGroup ? "fieldset" : "div",
      { key: field.name, class: `formfield${field.short ? " short" : field.half ? " half" : ""}`, "data-field": field.name,
        "aria-describedby": asGroup ? described : null }, parts);
  }

  async #save(event) {
    event.preventDefault();
    if (await this.#form.save() || !this.isConnected) return;
    this.querySelector("[aria-invalid=true], [role=alert] input")?.focus();
  }
}
customElements.define("as-form", AsForm);
