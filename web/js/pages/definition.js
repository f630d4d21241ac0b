import { all, call, post, put, Problem } from "../api.js";
import { askFirst } from "../actions.js";
import { DocumentForm } from "../document-form.js";
import { draftOf } from "../drafts.js";
import { EditPage } from "../edit-page.js";
import { button } from "../parts.js";
import { go } from "../router.js";
import { openMenu } from "../elements/as-menu.js";
import { toast } from "../elements/as-toast.js";
import { versionsPanel } from "./versions-panel.js";
import "../elements/as-source.js";

const NEW = "+";
/** What the server adds to a definition. */
const SET_BY_SERVER = ["id", "project", "version", "createdAt", "updatedAt", "caseCount", "history", "medianMs", "lastRun"];

/**
 * One definition of the catalog: fields and text side by side, both checked by the server while somebody types, its
 * versions below. A page says `source`, `member` (its list in a catalog document), `noun`, `list` and `fields()`.
 */
export class DefinitionPage extends EditPage {
  permission = "editCatalog"; versions = [];

  constructor(shell, params) {
    super(shell, params);
    this.key = params.key;
    this.isNew = params.key === NEW;
  }

  get besideNew() { return true; }

  /** What deleting it means. */
  get loss() { return "Its versions stay for the runs that used them."; }

  async fetch(signal) {
    let found = null;
    await all(this.source, { project: this.project, q: this.key, limit: 200 }, (items) => {
      found ??= items.find((one) => one.key === this.key) ?? null;
    }, signal);
    if (!found) throw new Problem({ status: 404, detail: `There is no ${this.noun} ${this.key} here.` });
    return found;
  }

  async load(signal) {
    const feed = await super.load(signal);
    this.versions = this.thing ? await this.#versions(signal) : [];
    return feed;
  }

  valuesOf(thing) { return bare(thing); }

  versionOf({ version }) { return version; }

  formOf(options) {
    return new DocumentForm({ ...options, member: this.member, key: this.isNew ? null : this.key, probe: (values) => this.#probe(values) });
  }

  async save(values, version) {
    const body = this.isNew ? values : { key: this.key, ...values };
    if (this.isNew) return (await post(this.source, body, { project: this.project })).data;
    const { data } = await put(`${this.source}/${this.thing.id}`, body, version);
    this.versions = await this.#versions(this.signal).catch(() => this.versions);
    return data;
  }

  made({ key }) { go(`${this.list[1]}/${key}`, { replace: true }); }

  actions() {
    if (!this.mayChange) return null;
    return [button("", (event) => openMenu(event.currentTarget, [
      { label: "Copy into a new one", icon: "i-plus", run: () => this.#copy() },
      { label: "Delete", icon: "i-x", run: () => this.#askDelete() },
    ], { label: `Actions for ${this.thing.name}` }), { kind: "ghost icon", icon: "i-dots", "aria-haspopup": "menu",
      "aria-label": `Actions for ${this.thing.name}` })];
  }

  versionsPanel() {
    return versionsPanel(this.versions, { noun: this.noun, bare, current: this.thing,
      restore: this.mayChange ? (old) => this.#restore(old) : null });
  }

  async #versions(signal) {
    const versions = [];
    await all(`${this.source}/${this.thing.id}/versions`, { limit: 200 }, (items) => versions.push(...items), signal);
    return versions;
  }

  /** What the server would say of the draft, by a dry run. */
  async #probe(values) {
    const body = this.isNew ? values : { key: this.key, ...values };
    try {
      await call("POST", "/catalog/apply", { query: { project: this.project, dryRun: true }, body: { [this.member]: [body] } });
      return [];
    } catch (problem) {
      if (problem.status !== 422) throw problem;
      const inside = `/${this.member}/0`;
      return problem.errors.map(({ pointer, message }) =>
        ({ pointer: pointer.startsWith(inside) ? pointer.slice(inside.length) : pointer, message }));
    }
  }

  /** Puts an older version in force again, as a new one. */
  async #restore(old) {
    const before = this.thing;
    const { data } = await put(`${this.source}/${before.id}`, bare(old), before.version);
    this.renew(data);
    toast(`Version ${old.version} holds again, as version ${data.version}.`, { label: "Undo", run: async () => {
      const undone = await put(`${this.source}/${before.id}`, bare(before), data.version).catch((problem) => { toast(problem.message); });
      if (undone) this.renew(undone.data);
    } });
  }

  #copy() {
    sessionStorage.setItem("assay.copy", JSON.stringify(bare(this.thing)));
    draftOf(newAddress(this.list[1])).drop();
    go(newAddress(this.list[1]));
  }

  /** What a new one begins with: a copy that was asked for, else an example. */
  initial() {
    const copied = sessionStorage.getItem("assay.copy");
    sessionStorage.removeItem("assay.copy");
    if (!copied) return this.example();
    const values = JSON.parse(copied);
    return { ...values, key: `${values.key}-copy`.slice(0, 63), name: `Copy of ${values.name}`.slice(0, 255) };
  }

  #askDelete() {
    const { id, name, key } = this.thing;
    askFirst({ title: `Delete ${name}`, label: `Delete ${this.noun}`, says: this.loss, typed: key,
      run: async () => {
        await call("DELETE", `${this.source}/${id}`);
        go(this.list[1]);
      } });
  }
}

/** A definition without what the server adds. */
export function bare(thing) {
  const values = { ...thing };
  for (const name of SET_BY_SERVER) delete values[name];
  return values;
}

/** Fields that every definition has. */
export const commonFields = (isNew) => [
  { name: "key", label: "Key", kind: "text", required: true, when: () => isNew,
    help: "Small letters, digits and -. Addresses and suites name it; it stays for good." },
  { name: "name", label: "Name", kind: "text" },
  { name: "description", label: "Description", kind: "textarea" },
];

/** The address of the page that makes a new one. */
export const newAddress = (list) => `${list}/${NEW}`;
