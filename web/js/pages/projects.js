import { call, path, post } from "../api.js";
import { askFirst, refused } from "../actions.js";
import { ListPage } from "../list-page.js";
import { time } from "../parts.js";
import { h } from "../render.js";
import { go, to, withQuery } from "../router.js";
import { loadSession } from "../session.js";
import { toast } from "../elements/as-toast.js";

/** All projects, those that are put away apart; only an administrator sees them all. */
export default class ProjectsPage extends ListPage {
  source = "/projects"; noun = "project"; permission = "administer"; addAddress = "/projects/new";
  #isArchive = inArchive(new URL(location.href));

  query() { return { archived: this.#isArchive }; }

  update(_params, url) {
    if (inArchive(url) === this.#isArchive) return;
    this.#isArchive = inArchive(url);
    this.reload();
  }

  address({ key }) { return to`/p/${key}/runs`; }

  get isFiltered() { return this.#isArchive; }

  above() {
    const tab = (label, isArchive) => h("button", { key: label, type: "button", "aria-pressed": String(isArchive === this.#isArchive),
      onclick: () => go(withQuery({ archived: isArchive ? "true" : "" }), { replace: true }) }, label);
    return h("div", { class: "seg above", key: "which", role: "group", "aria-label": "Which projects" },
      tab("In use", false), tab("Archived", true));
  }

  hint() { return "Everything belongs to a project: cases, runs, people, agents."; }

  columns() {
    return [
      { head: "Project", cell: ({ name }) => name, second: ({ key }) => key },
      { head: "Archived", cell: ({ archivedAt }) => time(archivedAt) ?? "", wide: !this.#isArchive },
      { head: "Made", cell: ({ createdAt }) => time(createdAt), right: true, wide: this.#isArchive },
    ];
  }

  actions(project) {
    return [project.archivedAt ? { label: "Take out of the archive", icon: "i-retry", run: () => this.#takeOut(project) }
      : { label: "Archive", icon: "i-out", run: () => this.#archive(project) }];
  }

  #archive({ key, name }) {
    askFirst({ title: `Archive ${name}`, label: "Archive project", typed: key,
      says: ["Everybody who sees it now can go on reading it.", "Nothing starts or changes in it: its triggers ignore what comes. What runs now ends as it does.",
        "You can take it out of the archive at any time."],
      run: () => post(path`/projects/${key}/archive`, { key }), done: () => this.#changed(`${name} is archived.`) });
  }

  async #takeOut({ key, name }) {
    try {
      await call("DELETE", path`/projects/${key}/archive`);
      this.#changed(`${name} is in use again.`);
    } catch (problem) {
      refused(`${name} could not be taken out`, problem);
    }
  }

  async #changed(said) {
    toast(said);
    await loadSession().catch(() => {});
    this.reload();
  }
}

const inArchive = (url) => url.searchParams.get("archived") === "true";
