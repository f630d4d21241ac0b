import { Form, get } from "./form.js";
import { KINDS } from "./form-kinds.js";

const REST = { name: "", label: "Other members", kind: "json", isHidden: true };

/**
 * The form of a whole document that can be edited as text too. What has no field, or is written in a way that no field
 * could show, is kept as it stands: it lives in the draft under the empty name.
 */
export class DocumentForm extends Form {
  #member; #key;

  /** `member` is its list in a catalog document, `key` its key where that is no field. */
  constructor({ member, key, ...options }) {
    super({ ...options, fields: [...options.fields, REST] });
    this.#member = member;
    this.#key = key;
  }

  /** The definition in what was pasted: itself, or the only one of a catalog. */
  inside(values) {
    const list = values[this.#member];
    const isAlone = Object.keys(values).length === 1 && Array.isArray(list) && list.length === 1 && isObject(list[0]);
    return isAlone ? list[0] : values;
  }

  /** {key, document}: a catalog with this in it, as import and the command line take it. */
  whole() {
    const values = { ...(this.#key && { key: this.#key }), ...this.read(this.shown) };
    return { key: values.key, document: { [this.#member]: [values] } };
  }

  /** Takes the document that somebody wrote as text. */
  take(values) {
    this.draft = this.draftOf(values);
    this.wrong.clear();
    this.typed();
  }

  draftOf(values) {
    const draft = {};
    const rest = structuredClone(values);
    for (const field of this.fields) {
      if (field === REST) continue;
      const kind = KINDS[field.kind];
      const value = get(values, field.name);
      draft[field.name] = shown(kind, value, field);
      if (value !== undefined && survives(kind, value, field)) drop(rest, field.name);
    }
    draft[""] = rest;
    return draft;
  }

  set(name, draft) {
    // What could not be shown gives way to what is typed in its place.
    if (get(this.draft[""], name) !== undefined) {
      this.draft[""] = structuredClone(this.draft[""]);
      drop(this.draft[""], name);
    }
    super.set(name, draft);
  }

  read(fields = this.fields) {
    const values = super.read(fields.filter((field) => field !== REST));
    return merged(values, this.draft[""] ?? {});
  }
}

function shown(kind, value, field) {
  try { return kind.draft(value ?? undefined, field); } catch { return kind.draft(undefined, field); }
}

/** Whether a value comes out of its field as it went in. */
function survives(kind, value, field) {
  try { return JSON.stringify(kind.read(kind.draft(value, field), field)) === JSON.stringify(value); } catch { return false; }
}

/** Takes a member out, and the objects that held nothing else. */
function drop(values, name) {
  const pieces = name.split("/");
  for (let depth = pieces.length; depth > 0; depth -= 1) {
    const holder = pieces.slice(0, depth - 1).reduce((at, piece) => at?.[piece], values);
    if (!isObject(holder)) return;
    const member = holder[pieces[depth - 1]];
    if (depth < pieces.length && (!isObject(member) || Object.keys(member).length > 0)) return;
    delete holder[pieces[depth - 1]];
  }
}

function merged(values, rest) {
  for (const [name, value] of Object.entries(rest)) {
    if (isObject(value) && isObject(values[name])) merged(values[name], value);
    else if (!isObject(values[name])) values[name] = value;
  }
  return values;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
