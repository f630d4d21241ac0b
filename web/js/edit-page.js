import { all, Problem } from "./api.js";
import { draftOf } from "./drafts.js";
import { Form } from "./form.js";
import { LivePage } from "./live-page.js";
import { h } from "./render.js";
import { icon } from "./parts.js";
import { go } from "./router.js";
import { isArchived, may } from "./session.js";
import { toast } from "./elements/as-toast.js";
import "./elements/as-form.js";

/**
 * One thing that somebody sets up, or a new one when its id is "new". A page says `source`, `noun`, `permission`,
 * `list` as [label, address], `fields()`, `save(values, version)` which answers what the server made of it, and as it
 * needs `prepare(signal)` for what the fields choose from, `valuesOf(thing)`, `beside()` and `made(thing)`.
 */
export class EditPage extends LivePage {
  thing = null; form = null;

  constructor(shell, params) {
    super(shell, params);
    this.id = params.id;
    this.isNew = params.id === "new";
  }

  // For the page

  /** Loads what the fields choose from. */
  async prepare(_signal) {}

  /** Finds the thing; for what has no address of its own in the API, in the list. */
  async fetch(signal) {
    let found = null;
    await all(this.source, { project: this.project, limit: 200 }, (items) => {
      found ??= items.find((one) => one.id === this.id) ?? null;
    }, signal);
    if (!found) throw new Problem({ status: 404, detail: `This ${this.noun} is not here, or not yours.` });
    return found;
  }

  /** What a field shows at first, from what the API answered. */
  valuesOf(thing) { return thing; }

  initial() { return {}; }

  versionOf(_thing) { return null; }

  get submitLabel() { return this.isNew ? `Add ${this.noun}` : "Save"; }

  /** Where to go with what was made. */
  made(thing) { go(`${this.list[1]}/${encodeURIComponent(thing.id)}`, { replace: true }); }

  nameOf(thing) { return thing.name; }

  /** What stands beside the form; for one that is not made yet only where the page says so. */
  beside() { return null; }

  get besideNew() { return false; }

  /** What can be done to it, beside the form. */
  actions() { return null; }

  get hasActions() { return this.thing !== null; }

  // Of the page

  isNew = false;

  get mayChange() { return may(this.project, this.permission); }

  start() {
    this.head();
    super.start();
  }

  async load(signal) {
    const [thing] = await Promise.all([this.isNew ? null : this.fetch(signal), this.prepare(signal)]);
    this.thing = thing;
    this.form ??= this.#form();
    this.head();
    return null;
  }

  /** Begins anew with what the thing is now, or with nothing. */
  renew(thing) {
    this.thing = thing;
    this.form = this.#form();
    this.head();
    this.reload();
  }

  /** Takes up what was done to the thing beside the form; what was typed stays. */
  became(thing) {
    this.thing = thing;
    this.form.version = this.versionOf(thing);
    this.head();
    this.redraw();
  }

  /** The kind of form. */
  formOf(options) { return new Form(options); }

  #form() {
    const form = this.formOf({
      fields: this.fields(),
      values: this.thing ? this.valuesOf(this.thing) : this.initial(),
      version: this.thing && this.versionOf(this.thing),
      keep: draftOf(),
      submitLabel: this.submitLabel,
      latest: async () => {
        this.thing = await this.fetch(this.signal);
        return { values: this.valuesOf(this.thing), version: this.versionOf(this.thing) };
      },
      submit: async (values, version) => {
        const thing = await this.save(values, version);
        if (this.isNew) { toast(`${this.nameOf(thing)} is set up.`); return this.made(thing); }
        toast("Saved.");
        this.thing = thing;
        form.version = this.versionOf(thing);
        this.head();
        this.redraw();
      },
    });
    form.isReadOnly = !this.mayChange;
    form.watch(() => this.redraw());
    return form;
  }

  /** What the page is called. */
  get here() { return this.isNew ? `New ${this.noun}` : this.thing ? this.nameOf(this.thing) : ""; }

  head() {
    this.shell.title(this.here || this.list[0]);
    this.shell.top({ crumbs: [this.list], here: this.here, actions: this.hasActions && this.actions() });
  }

  content() {
    return [
      h("h1", { class: "sr", key: "h1" }, this.here || this.list[0]),
      this.stale(`This ${this.noun} may be out of date`),
      this.instead(`This ${this.noun} could not be loaded`, 6) ?? h("div", { class: "editing", key: "editing" },
        h("section", { class: "panel body editform", "aria-label": this.here },
          this.form.isReadOnly && h("p", { class: "note small" }, icon("i-info"),
            isArchived(this.project) ? "The project is archived: this can be looked at, not changed." : "Your role may look at this, not change it."),
          h("as-form", { ".model": this.form })),
        h("div", { class: "stack besides" }, (!this.isNew || this.besideNew) && this.beside())),
    ];
  }
}
