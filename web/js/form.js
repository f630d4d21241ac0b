import { settled } from "./frame.js";
import { KINDS } from "./form-kinds.js";

/**
 * What a form knows, apart from how it is drawn: the draft somebody types, the values it began with, what the server
 * said. `fields` are {name, label, kind, help?, …}; a name is the JSON Pointer of its value without the first slash,
 * `window/runs`, so the pointers of a refusal lead to their fields. The server checks; `check(value, values)` of a field
 * is only for what the server would say in other units.
 */
export class Form {
  draft = {};
  /** Field name → sentence. */
  wrong = new Map();
  /** What was refused and belongs to no field. */
  others = [];
  problem = null;
  /** A save was refused, and nothing was typed since. */
  isRefused = false;
  isBusy = false;
  /** Who may only look changes nothing. */
  isReadOnly = false;
  /** Where somebody else was faster: {theirs, version, names, chosen}. */
  conflict = null;
  /** The draft was found again after the page was left. */
  isFoundAgain = false;
  /** What the server says while somebody types: [{pointer, message}], or null as long as it was not asked. */
  told = null;
  /** Why it cannot be saved at all now, as a sentence. */
  block = null;
  #base; #keep; #watchers = new Set();
  #probe = settled(() => this.#ask(), 400);

  /**
   * `submit(values, version)` saves and answers nothing of interest; on 412 `latest()` answers {values, version}, what
   * stands there now. `probe(values)` answers what the server would say of them. `keep` is {read(), write(kept), drop()}, where what was typed
   * survives the page. `doesSave` is false for one that asks what to do and saves nothing.
   */
  constructor({ fields, values = {}, version = null, submit, latest = null, probe = null, submitLabel = "Save",
    keep = null, doesSave = true }) {
    Object.assign(this, { fields, version, submit, latest, probe, submitLabel, doesSave });
    this.#keep = keep;
    this.#base = this.draftOf(values);
    this.draft = { ...this.#base };
    this.#findAgain(keep?.read());
  }

  /** Runs `work` after every change; answers what ends that. */
  watch(work) {
    this.#watchers.add(work);
    return () => this.#watchers.delete(work);
  }

  /** Fields that stand in the form; the others are edited elsewhere, as text. */
  get drawn() { return this.shown.filter(({ isHidden }) => !isHidden); }

  changed() { for (const work of this.#watchers) work(); }

  /** Fields that apply to what is chosen so far. */
  get shown() { return this.fields.filter((field) => !field.when || field.when(this.read())); }

  get isChanged() { return this.fields.some(({ name }) => !same(this.draft[name], this.#base[name])); }

  set(name, draft) {
    this.draft[name] = draft;
    this.wrong.delete(name);
    this.typed();
  }

  /** Something was typed: it is kept, and the server is asked what it thinks. */
  typed() {
    this.#write();
    Object.assign(this, { told: null, isRefused: false });
    if (this.probe) this.#probe();
    this.changed();
  }

  /** Takes back everything that was typed. */
  discard() {
    this.draft = { ...this.#base };
    this.wrong.clear();
    Object.assign(this, { others: [], problem: null, told: null, block: null, isRefused: false, isFoundAgain: false, conflict: null });
    this.#keep?.drop();
    this.changed();
  }

  /** The values as the API takes them; what is empty and not asked for is left out. */
  read(fields = this.fields) {
    const values = {};
    for (const field of fields) put(values, field.name, KINDS[field.kind].read(this.draft[field.name], field));
    return values;
  }

  /** Saves; answers whether it worked. */
  async save() {
    if (this.isBusy || this.conflict) return false;
    const values = this.read(this.shown);
    Object.assign(this, { wrong: this.#checked(values), others: this.block ? [this.block] : [], problem: null });
    this.isRefused = this.wrong.size > 0 || this.block !== null;
    if (this.isRefused) { this.changed(); return false; }
    this.isBusy = true;
    this.changed();
    try {
      await this.submit(values, this.version);
      this.#base = { ...this.draft };
      this.isFoundAgain = false;
      this.#keep?.drop();
      return true;
    } catch (problem) {
      await this.#refused(problem);
      return false;
    } finally {
      this.isBusy = false;
      this.changed();
    }
  }

  /** Takes mine or theirs for a field that both have changed. */
  choose(name, whose) {
    this.conflict.chosen[name] = whose;
    this.changed();
  }

  /** Goes on from what stands there now, with what was chosen. */
  settle() {
    const { theirs, version, chosen } = this.conflict;
    for (const { name } of this.fields) {
      const isMine = !same(this.draft[name], this.#base[name]) && chosen[name] !== "theirs";
      if (!isMine) this.draft[name] = theirs[name];
    }
    this.#base = theirs;
    this.version = version;
    this.conflict = null;
    this.problem = null;
    this.typed();
  }

  async #ask() {
    const asked = JSON.stringify(this.draft);
    const told = await this.probe(this.read(this.shown)).catch(() => null);
    // What was typed meanwhile is asked for anew.
    if (!told || asked !== JSON.stringify(this.draft)) return;
    this.told = told;
    this.wrong = new Map();
    // Nobody is told to fill in what they have not come to yet.
    for (const { pointer, message } of told) if (message !== "is required") this.#mark(pointer, message);
    this.changed();
  }

  #checked(values) {
    const found = new Map();
    for (const field of this.shown) {
      const value = get(values, field.name);
      const fault = field.required && value === undefined ? "is required" : field.check?.(value, values);
      if (fault) found.set(field.name, sentence(fault));
    }
    return found;
  }

  async #refused(problem) {
    Object.assign(this, { problem, isRefused: true });
    this.told = problem.errors?.length > 0 ? problem.errors : this.told;
    for (const { pointer, message } of problem.errors ?? []) {
      if (!this.#mark(pointer, message)) this.others.push(`${pointer.replace(/^[?/]/, "")} ${message}`.trim());
    }
    if (problem.status !== 412 || !this.latest) return;
    try {
      const { values, version } = await this.latest();
      this.#meet(this.draftOf(values), version);
    } catch (other) {
      this.problem = other;
    }
  }

  /** Somebody else has changed the thing: what both changed differently has to be chosen, the rest settles itself. */
  #meet(theirs, version) {
    const names = this.fields.map(({ name }) => name).filter((name) => !same(this.draft[name], theirs[name])
      && !same(this.draft[name], this.#base[name]) && !same(theirs[name], this.#base[name]));
    this.conflict = { theirs, version, names, chosen: Object.fromEntries(names.map((name) => [name, "mine"])) };
  }

  /** Takes up what was typed before the page was left; the thing may have changed since. */
  #findAgain(kept) {
    if (!kept) return;
    const now = this.#base;
    this.#base = { ...now };
    for (const { name } of this.fields) {
      if (!(name in kept.draft)) continue;
      this.draft[name] = kept.draft[name];
      // What has no version cannot have changed meanwhile.
      if (kept.base) this.#base[name] = kept.base[name];
    }
    if (!same(this.#base, now)) this.#meet(now, this.version);
    if (this.conflict?.names.length === 0) this.settle();
    this.isFoundAgain = this.isChanged;
  }

  /** Keeps in the browser what was changed and what it was before, but no secrets. */
  #write() {
    const names = this.fields.filter(({ name, kind }) => kind !== "secret" && !same(this.draft[name], this.#base[name]))
      .map(({ name }) => name);
    const of = (values) => Object.fromEntries(names.map((name) => [name, values[name]]));
    if (names.length > 0) this.#keep?.write({ draft: of(this.draft), base: of(this.#base) });
    else this.#keep?.drop();
  }

  /** The shown field that a pointer leads to: its own, or the one it lies in. */
  #at(pointer) {
    const asked = pointer.replace(/^[/?]/, "");
    return this.shown.findLast(({ name }) => asked === name || asked.startsWith(`${name}/`));
  }

  /** Puts a fault to its field; answers whether there is one. */
  #mark(pointer, message) {
    const field = this.#at(pointer);
    if (!field) return false;
    const before = this.wrong.get(field.name);
    const text = sentence(said(field, pointer, message));
    this.wrong.set(field.name, before ? `${before} ${text}` : text);
    return true;
  }

  /** What the controls hold of values. */
  draftOf(values) {
    return Object.fromEntries(this.fields.map((field) =>
      [field.name, KINDS[field.kind].draft(get(values, field.name) ?? field.initial, field)]));
  }
}

/** Where in a field the fault lies is said too: "2: must be …". */
function said(field, pointer, message) {
  const inside = pointer.slice(field.name.length + 2);
  if (!inside) return message;
  return `${inside.split("/").map((piece) => (/^\d+$/.test(piece) ? Number(piece) + 1 : piece)).join(" › ")} ${message}`;
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export const get = (values, name) => name.split("/").reduce((at, piece) => at?.[piece], values);

function put(values, name, value) {
  if (value === undefined) return;
  const pieces = name.split("/");
  const last = pieces.pop();
  let at = values;
  for (const piece of pieces) at = at[piece] ??= {};
  at[last] = value;
}
