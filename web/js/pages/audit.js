import { refused } from "../actions.js";
import { takeAudit } from "../audit-export.js";
import { ListPage } from "../list-page.js";
import { exact } from "../format.js";
import { button, starter, status, time } from "../parts.js";
import { h } from "../render.js";
import { go, withQuery } from "../router.js";
import { myProjects } from "../session.js";
import { openDialog } from "../elements/as-dialog.js";
import { openMenu } from "../elements/as-menu.js";
import "../elements/as-diff.js";

/** The families of actions, as the first words of what is written. */
const FAMILIES = ["access", "agent", "alert", "alertRule", "artifact", "audit", "channel", "environment", "execution", "login", "logout", "member", "notification",
  "project", "secret", "setAside", "subscription", "token", "trigger", "user"];
const FILTERS = ["project", "action", "outcome"];

/** Who changed what, and from where; for administrators. */
export default class AuditPage extends ListPage {
  source = "/audit"; noun = "entry"; permission = "administer";
  #filter = filterOf(new URL(location.href));

  #taken = null;

  get title() { return "Audit log"; }

  start() {
    super.start();
    this.#top();
  }

  #top() {
    this.shell.top({ title: this.title, actions: button(this.#taken === null ? "Take away" : `${this.#taken.toLocaleString()} lines`,
      (event) => openMenu(event.currentTarget, [
        { label: "As CSV, for a spreadsheet", icon: "i-download", run: () => this.#take("csv") },
        { label: "As NDJSON, a line each", icon: "i-download", run: () => this.#take("ndjson") }], { label: "Take away" }),
      { icon: "i-download", "aria-haspopup": "menu", disabled: this.#taken !== null }) });
  }

  /** The log that the filters let through, as a file. */
  async #take(format) {
    const told = (lines) => { this.#taken = lines; if (!this.isStopped) this.#top(); };
    try {
      told(0);
      await takeAudit(format, this.query(), told, this.signal);
    } catch (problem) {
      if (!this.isStopped) refused("The log could not be taken away", problem);
    }
    this.#taken = null;
    if (!this.isStopped) this.#top();
  }

  query() { return Object.fromEntries(FILTERS.map((name) => [name, this.#filter[name] || null])); }

  update(_params, url) {
    const filter = filterOf(url);
    if (FILTERS.every((name) => filter[name] === this.#filter[name])) return;
    this.#filter = filter;
    this.reload();
  }

  get isFiltered() { return FILTERS.some((name) => this.#filter[name] !== ""); }

  above() {
    return h("as-filter", { key: "filter", class: "above", ".model": { label: "Filter the log", chips: [
      this.#chip("action", "What", FAMILIES.map((value) => ({ value, label: value }))),
      this.#chip("outcome", "Outcome", ["done", "refused"].map((value) => ({ value, label: value }))),
      this.#chip("project", "Project", myProjects().map(({ project, name }) => ({ value: project, label: name }))),
    ] } });
  }

  #chip(name, label, options) {
    return { name, label, value: this.#filter[name], options, set: (value) => go(withQuery({ [name]: value }), { replace: true }) };
  }

  hint() { return "Every change is written here, every refusal, and readings that matter."; }

  nameOf({ action, target }) { return `${action} ${target?.id ?? ""}`; }

  columns() {
    return [
      { head: "What", cell: ({ action }) => action, second: ({ target }) => (target ? `${target.kind} ${target.id}` : "") },
      { head: "Who", cell: ({ actor }) => (actor ? h("span", { class: "line" }, starter(actor), actor.name ?? actor.kind) : "nobody") },
      { head: "Outcome", cell: ({ outcome }) => h("span", { class: "line nowrap" },
        status(outcome === "done" ? "passed" : "failed", { label: false }), outcome), wide: true },
      { head: "Project", cell: ({ project }) => project ?? "", wide: true },
      { head: "When", cell: ({ at }) => time(at), right: true },
    ];
  }

  actions(entry) { return [{ label: "Show all of it", icon: "i-file", run: () => shown(entry) }]; }
}

const filterOf = (url) => Object.fromEntries(FILTERS.map((name) => [name, url.searchParams.get(name) ?? ""]));

/** One entry with what was before and after. */
function shown({ action, actor, target, at, outcome, remoteAddress, requestId, before, after }) {
  const text = (value) => (value === null || value === undefined ? "" : JSON.stringify(value, null, 2));
  const facts = [["When", exact(at)], ["Who", actor?.name ?? actor?.kind], ["On", target && `${target.kind} ${target.id}`],
    ["Outcome", outcome], ["From", remoteAddress], ["Request", requestId]].filter(([, value]) => value);
  openDialog({ title: action, wide: true, draw: () => [
    h("dl", { class: "facts wide" }, facts.map(([name, value]) =>
      [h("dt", { key: `t${name}` }, name), h("dd", { key: `d${name}`, class: "breakable" }, value)])),
    (before || after) && h("as-diff", { ".model": { before: text(before), after: text(after), label: "Before and after" } }),
  ] });
}
