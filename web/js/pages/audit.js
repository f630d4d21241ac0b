import { ListPage } from "../list-page.js";
import { exact } from "../format.js";
import { starter, status, time } from "../parts.js";
import { h } from "../render.js";
import { go, withQuery } from "../router.js";
import { myProjects } from "../session.js";
import { openDialog } from "../elements/as-dialog.js";
import "../elements/as-diff.js";

/** Who changed what, and from where; for administrators. */
export default class AuditPage extends ListPage {
  source = "/audit"; noun = "entry"; permission = "administer";
  #project = new URL(location.href).searchParams.get("project") ?? "";

  get title() { return "Audit log"; }

  query() { return { project: this.#project || null }; }

  update(_params, url) {
    const project = url.searchParams.get("project") ?? "";
    if (project === this.#project) return;
    this.#project = project;
    this.reload();
  }

  get isFiltered() { return this.#project !== ""; }

  above() {
    return h("as-filter", { key: "project", class: "above", ".model": { label: "Filter the log", chips: [{ name: "project", label: "Project", value: this.#project,
      options: myProjects().map(({ project, name }) => ({ value: project, label: name })),
      set: (project) => go(withQuery({ project }), { replace: true }) }] } });
  }

  hint() { return "Every change is written here."; }

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
