import { call, path } from "../api.js";
import { askFirst, refused } from "../actions.js";
import { ListPage } from "../list-page.js";
import { time } from "../parts.js";
import { h } from "../render.js";
import { toast } from "../elements/as-toast.js";

/** What the server could not do and tries again later; for administrators. */
export default class SetAsidePage extends ListPage {
  source = "/set-aside"; noun = "item"; permission = "administer";

  get title() { return "Set aside"; }

  query() { return { limit: null }; }

  hint() { return "What a loop of the server cannot do waits here and is tried again. Nothing waits."; }

  nameOf({ loop, item }) { return `${loop} ${item}`; }

  columns() {
    return [
      { head: "Item", cell: ({ loop, item }) => `${loop} ${item}`, second: ({ error }) => error },
      { head: "Project", cell: ({ project }) => project ?? "", wide: true },
      { head: "Tries", cell: ({ tries }) => h("span", { class: "num" }, tries) },
      { head: "First", cell: ({ firstAt }) => time(firstAt), wide: true },
      { head: "Again", cell: ({ dueAt }) => time(dueAt), right: true },
    ];
  }

  actions(row) {
    return [
      { label: "Try again now", icon: "i-retry", run: () => this.#retry(row) },
      { label: "Give up", icon: "i-x", run: () => askFirst({ title: `Give up ${this.nameOf(row)}`, label: "Give it up", typed: row.item,
        says: "It is not tried again: what it would have done never happens. This cannot be taken back.",
        run: async () => { await call("DELETE", path`/set-aside/${row.loop}/${row.item}`); this.reload(); } }) },
    ];
  }

  async #retry(row) {
    try {
      await call("POST", path`/set-aside/${row.loop}/${row.item}/retry`);
      toast("It is tried again within ten seconds.");
      this.reload();
    } catch (problem) {
      refused("It could not be tried again", problem);
    }
  }
}
