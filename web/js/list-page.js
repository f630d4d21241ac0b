import { get } from "./api.js";
import { LivePage } from "./live-page.js";
import { h } from "./render.js";
import { button, empty } from "./parts.js";
import { openMenu } from "./elements/as-menu.js";
import { go, withQuery } from "./router.js";
import { may } from "./session.js";

const PAGE = 100;

/**
 * A list of things somebody set up: it loads page by page, says what to do when there is none, and draws a table. A page
 * says `source`, `noun`, `permission`, `columns()` as [{head, cell(row), wide?, right?}] (the first names the row),
 * `hint()` for the empty list, and as it needs `address(row)`, `actions(row)` as menu entries, `query()` and `above()`.
 */
export class ListPage extends LivePage {
  rows = []; next = null; text = "";
  #isMore = false;

  constructor(shell, params, url) {
    super(shell, params);
    this.text = url.searchParams.get("q") ?? "";
  }

  // For the page

  get title() { return this.#nouns[0].toUpperCase() + this.#nouns.slice(1); }

  /** What the server is asked for beside text and page. */
  query() { return { project: this.project }; }

  /** The address where one more is made; null when that happens elsewhere. */
  addAddress = null;

  hint() { return null; }

  address(_row) { return null; }

  actions(_row) { return []; }

  above() { return null; }

  /** The heading of a page whose top bar shows where it is instead. */
  get heading() { return null; }

  /** Chips beside the search, and whether one of them leaves anything out. */
  get chips() { return []; }

  get isFiltered() { return false; }

  /** The placeholder of the search; null for a list that is short by nature. */
  get searches() { return null; }

  // Of the page

  get #nouns() { return this.noun.replace(/y$/, "ie") + "s"; }

  get mayChange() { return may(this.project, this.permission); }

  start() {
    this.shell.top({ title: this.title, actions: this.#add("startrun") });
    this.shell.title(this.title);
    super.start();
  }

  keys() {
    return [
      this.searches && { keys: "/", says: "search", run: () => this.shell.page.querySelector("as-filter")?.focusText() },
      this.addAddress && this.mayChange && { keys: "n", says: `new ${this.noun}`, run: () => go(this.addAddress) },
    ];
  }

  async load(signal) {
    const { data, feed } = await this.#ask(null, signal);
    this.rows = data.items;
    this.next = data.nextCursor;
    return feed;
  }

  #ask(cursor, signal) {
    return get(this.source, { limit: PAGE, q: this.text || null, ...this.query(), cursor }, signal);
  }

  async #more() {
    this.#isMore = true;
    this.redraw();
    try {
      const { data } = await this.#ask(this.next, this.signal);
      this.rows.push(...data.items);
      this.next = data.nextCursor;
    } catch (problem) {
      if (!this.isStopped) this.problem = problem;
    }
    this.#isMore = false;
    this.redraw();
  }

  #typed(text) {
    this.text = text;
    go(withQuery({ q: text }), { replace: true });
    this.reload();
  }

  #add(kind = "") {
    return this.addAddress && this.mayChange
      && h("a", { class: `btn primary ${kind}`, href: this.addAddress }, `New ${this.noun}`);
  }

  content() {
    return [
      this.heading && h("h1", { class: "sr", key: "h1" }, this.heading),
      this.searches && h("as-filter", { key: "filter", ".model": { label: `Search ${this.#nouns}`, text: this.text,
        placeholder: this.searches, chips: this.chips, typed: (text) => this.#typed(text) } }),
      this.stale(`The ${this.#nouns} may be out of date`),
      this.instead(`The ${this.#nouns} could not be loaded`, 4) ?? [this.above(), this.rows.length > 0 ? this.#table()
        : h("div", { class: "panel", key: "none" }, this.text || this.isFiltered ? empty(`No ${this.noun} matches`, null)
          : empty(`No ${this.#nouns} yet`, this.hint(), this.#add()))],
    ];
  }

  #table() {
    const columns = this.columns();
    return h("div", { class: "panel thinglist", key: "rows" },
      h("table", { class: "things" },
        h("caption", { class: "sr" }, this.title),
        h("thead", null, h("tr", null, columns.map(({ head, wide, right }) =>
          h("th", { key: head, scope: "col", class: `${wide ? "wide" : ""} ${right ? "right" : ""}`.trim() || null }, head)),
        h("th", { scope: "col" }, h("span", { class: "sr" }, "Actions")))),
        h("tbody", null, this.rows.map((row) => this.#row(row, columns)))),
      this.next && h("footer", null, button(this.#isMore ? "Loading" : "Show more", () => this.#more(),
        { kind: "small", disabled: this.#isMore }), h("span", null, `${this.rows.length.toLocaleString()} shown`)));
  }

  #row(row, [first, ...rest]) {
    const actions = this.actions(row).filter(Boolean);
    const href = this.address(row);
    const name = this.nameOf(row);
    return h("tr", { key: this.keyOf(row), "data-row": name },
      h("th", { scope: "row" }, href ? h("a", { href, class: "breakable" }, first.cell(row)) : first.cell(row),
        first.second && h("span", { class: "small faint breakable second" }, first.second(row))),
      rest.map(({ head, cell, wide, right }) =>
        h("td", { key: head, class: `${wide ? "wide" : ""} ${right ? "right" : ""}`.trim() || null }, cell(row))),
      h("td", { class: "right", key: "actions" }, actions.length > 0
        && button("", (event) => openMenu(event.currentTarget, actions, { label: `Actions for ${name}` }),
          { kind: "ghost icon small", icon: "i-dots", "aria-haspopup": "menu", "aria-label": `Actions for ${name}` })));
  }

  keyOf(row) { return row.id ?? row.name; }

  nameOf(row) { return row.name; }
}
