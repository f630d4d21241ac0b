import { h } from "../render.js";
import { button } from "../parts.js";
import "./as-pick.js";

/** The control of each kind of field: `draw(field, draft, set, its)`; `its` are the attributes every control carries. */
const input = (type, more = {}) => (field, draft, set, its) => h("span", { class: "field tall" },
  h("input", { ...its, type, value: draft, autocomplete: "off", spellcheck: "false", placeholder: field.placeholder ?? null,
    ...more, oninput: (event) => set(event.target.value) }),
  field.unit && h("span", { class: "small faint" }, field.unit));

const area = (rows, kind) => (field, draft, set, its) => h("span", { class: `field area ${kind}` },
  h("textarea", { ...its, rows: Math.min(Math.max(field.rows ?? rows, draft.split("\n").length), 24), value: draft, spellcheck: "false", autocomplete: "off",
    placeholder: field.placeholder ?? null, wrap: kind === "mono" ? "off" : null,
    oninput: (event) => set(event.target.value) }));

const CONTROLS = {
  text: (field, ...rest) => input(field.type ?? "text")(field, ...rest),
  number: input("text", { inputmode: "decimal" }),
  secret: input("password", { autocomplete: "new-password" }),
  textarea: area(3, ""),
  list: area(3, ""),
  code: area(18, "mono"),
  select: (field, draft, set, its) => h("span", { class: "field tall" },
    h("select", { ...its, onchange: (event) => set(event.target.value) },
      (field.options.some((one) => one.value === draft) ? field.options : [...field.options, { value: draft, label: draft || "Choose" }])
        .map(({ value, label }) => h("option", { key: value, value, selected: value === draft }, label)))),
  switch: (field, draft, set, its) => h("label", { class: "line tickline" },
    h("input", { ...its, type: "checkbox", checked: draft, onchange: (event) => set(event.target.checked) }), field.label),
  many: (field, draft, set, its) => h("div", { class: "checks" },
    field.options.length === 0 && h("p", { class: "small dim" }, field.none ?? "There is none yet."),
    field.options.map(({ value, label, hint }, at) => h("label", { key: value, class: "line tickline" },
      h("input", { type: "checkbox", name: its.name, id: at === 0 ? its.id : null, value, checked: draft.includes(value),
        "aria-invalid": its["aria-invalid"],
        onchange: (event) => set(event.target.checked ? [...draft, value] : draft.filter((one) => one !== value)) }),
      h("span", { class: "breakable" }, label, hint && h("span", { class: "faint small" }, ` ${hint}`))))),
  picked: (field, draft, set, its) => h("as-pick", { ".model": { field, draft, set, its } }),
  steps: (field, draft, set, its) => outline(its, Array.isArray(draft) ? draft : [], (step) => [
    h("span", { class: "grow clip" }, typeof step?.name === "string" ? step.name : "without a name"),
    h("span", { class: "small faint" }, ACTIONS.find((one) => one in Object(step)) ?? "")]),
  rows: (field, draft, set, its) => outline(its, Array.isArray(draft) ? draft : [], (row) => [
    h("span", { class: "grow clip small mono" }, Object.entries(Object(row)).map(([name, value]) => `${name} = ${value}`).join(", "))]),
  map: (field, draft, set, its) => h("div", { class: "maprows" },
    draft.map((row, at) => h("div", { key: at, class: "line" },
      cell(`Name of ${field.entry} ${at + 1}`, row.name, (name) => set(draft.with(at, { ...row, name })), its),
      cell(`Value of ${row.name || `${field.entry} ${at + 1}`}`, row.value,
        (value) => set(draft.with(at, { ...row, value })), its),
      button("", () => set(draft.toSpliced(at, 1)),
        { kind: "ghost icon", icon: "i-x", "aria-label": `Remove ${row.name || `${field.entry} ${at + 1}`}` }))),
    button(`Add ${field.entry === "environment" ? "an" : "a"} ${field.entry}`, () => set([...draft, { name: "", value: "" }]),
      { kind: "ghost small", icon: "i-plus" })),
};

const ACTIONS = ["command", "http", "wait"];

/** What is edited as text, to be read. */
const outline = (its, entries, draw) => (entries.length === 0 ? h("p", { class: "small dim", id: its.id }, "None yet.")
  : h("ol", { class: "outline rows", id: its.id, tabindex: its["aria-invalid"] ? "-1" : null, "aria-invalid": its["aria-invalid"] },
    entries.map((entry, at) => h("li", { key: at, class: "line" }, h("span", { class: "num faint" }, at + 1), draw(entry)))));

const cell = (label, value, set, its) => h("span", { class: "field grow tall" },
  h("input", { type: "text", "aria-label": label, "aria-invalid": its["aria-invalid"], value, autocomplete: "off",
    spellcheck: "false", oninput: (event) => set(event.target.value) }));

export const control = (field, draft, set, its) => CONTROLS[field.kind](field, draft, set, its);

/** A draft to be read beside another one. */
export function shownValue(field, draft) {
  const label = (value) => field.options?.find((one) => one.value === value)?.label ?? value;
  const words = {
    many: () => draft.map(label).join(", "),
    picked: () => draft.join("\n"),
    map: () => draft.map(({ name, value }) => `${name} = ${value}`).join("\n"),
    steps: () => JSON.stringify(draft, null, 2), rows: () => JSON.stringify(draft, null, 2),
    json: () => (draft === null ? "" : JSON.stringify(draft, null, 2)),
    switch: () => (draft ? "yes" : "no"),
    select: () => label(draft),
    secret: () => (draft ? "a new one" : "as it was"),
  }[field.kind]?.() ?? draft;
  return h("span", { class: "value breakable", "data-kind": field.kind }, words || h("span", { class: "faint" }, "nothing"));
}
