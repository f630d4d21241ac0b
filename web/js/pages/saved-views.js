import { askForm } from "../actions.js";
import { button } from "../parts.js";
import { go } from "../router.js";
import { me } from "../session.js";

const LONGEST = 30;

/** Filters of the list of runs that somebody gave a name; this browser keeps them, for each person and project. */
export class SavedViews {
  #place;

  constructor(project) { this.#place = `assay.views ${me()?.id} ${project}`; }

  get all() { try { return JSON.parse(localStorage.getItem(this.#place)) ?? []; } catch { return []; } }

  #keep(views) { localStorage.setItem(this.#place, JSON.stringify(views)); }

  /** Entries for the views of the filter; `search` is that of the address. */
  entries(search) {
    return this.all.map(({ label, search: its }) =>
      ({ label, on: its === search, run: () => go(location.pathname + its, { replace: true }) }));
  }

  /** What can be done with the filter there is: give it a name, or forget the one it has; `changed()` draws. */
  tools(search, isFiltered, changed) {
    const known = this.all.find((one) => one.search === search);
    if (known) return button("Forget view", () => { this.#keep(this.all.filter((one) => one !== known && one.label !== known.label)); changed(); },
      { kind: "ghost small", "aria-label": `Forget view ${known.label}` });
    return isFiltered && button("Save view", () => this.#ask(search, changed), { kind: "ghost small" });
  }

  #ask(search, changed) {
    askForm({ title: "Save this view", label: "Save view", question: `view ${search}`,
      says: "It is kept in this browser, for you. To share it send the address: the filter stands in it.",
      fields: [{ name: "label", label: "Name", kind: "text", required: true,
        check: (label) => (label?.length > LONGEST ? `must be at most ${LONGEST} characters`
          : this.all.some((one) => one.label === label) ? "is taken by another view" : null) }],
      submit: async ({ label }) => {
        this.#keep([...this.all, { label, search }]);
        changed();
      } });
  }
}
