import { h } from "../render.js";
import { button } from "../parts.js";
import { may } from "../session.js";
import { many } from "../words.js";

/**
 * Which runs people have picked to do something to: some by id, or all that the filter lets through. `its` is {project,
 * filter(): as in the address, onScreen(): ids, changed(): draws, ended(): everything was let go, done(): something was
 * done to them}.
 */
export class RunsSelection {
  /** Rows show a box to be picked by. */
  isOn = false;
  #its; #isAll = false; #ids = new Set();

  constructor(its) { this.#its = its; }

  /** Whether somebody may do anything to many runs at all. */
  get isAllowed() { return this.#mayCancel || this.#mayRetry; }

  get #mayCancel() { return may(this.#its.project, "cancelExecution"); }

  get #mayRetry() { return may(this.#its.project, "retryExecution"); }

  begin() {
    this.isOn = true;
    this.#its.changed();
  }

  end() {
    this.isOn = false;
    this.#isAll = false;
    this.#ids.clear();
    this.#its.ended();
  }

  #all() {
    this.#isAll = true;
    this.#ids.clear();
    this.#its.changed();
  }

  /** Picks a run or lets it go; who lets one of all go keeps the others of those on screen. */
  toggle(id) {
    if (this.#isAll) {
      this.#isAll = false;
      this.#ids = new Set(this.#its.onScreen());
    }
    this.isOn = true;
    if (!this.#ids.delete(id)) this.#ids.add(id);
    this.#its.changed();
  }

  /** What the row of a run needs to be picked by. */
  of({ id }) { return { isOn: this.isOn, isPicked: this.#isAll || this.#ids.has(id), toggle: () => this.toggle(id) }; }

  /** Asks before it cancels them, or runs them again. */
  cancel() { this.#ask("askCancelMany"); }

  retry() { this.#ask("askRetryMany"); }

  get #isEmpty() { return !this.#isAll && this.#ids.size === 0; }

  async #ask(name) {
    if (this.#isEmpty) return;
    const bulk = await import("./runs-bulk.js");
    bulk[name](this.#its.project, this.#asked, () => {
      this.end();
      this.#its.done();
    });
  }

  /** What the API is told: these runs, or all that the filter lets through. */
  get #asked() {
    if (!this.#isAll) return { ids: [...this.#ids] };
    const { status, ...rest } = this.#its.filter();
    const set = Object.entries(rest).filter(([, value]) => value);
    return { filter: { ...Object.fromEntries(set), ...(status && { status: status.split(",") }) } };
  }

  /** What can be done with them; nothing while none is picked. */
  bar() {
    if (!this.isOn) return null;
    const isFiltered = Object.values(this.#its.filter()).some(Boolean);
    const isEmpty = this.#isEmpty;
    const what = this.#isAll ? (isFiltered ? "All runs that match" : "All runs")
      : isEmpty ? "No run selected" : `${many(this.#ids.size, "run")} selected`;
    return h("section", { class: "pickbar", "aria-label": "Selected runs", key: "picked" },
      h("b", { role: "status" }, what),
      !this.#isAll && button(isFiltered ? "Select all that match" : "Select all", () => this.#all(), { kind: "ghost" }),
      h("span", { class: "line push" },
        this.#mayCancel && button("Cancel…", () => this.cancel(), { disabled: isEmpty }),
        this.#mayRetry && button("Run again…", () => this.retry(), { icon: "i-retry", disabled: isEmpty }),
        button("", () => this.end(), { kind: "ghost icon", icon: "i-x", title: "Let go of them (Esc)", "aria-label": "Let go of them" })));
  }
}
