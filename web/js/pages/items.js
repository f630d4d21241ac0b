import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { time } from "../parts.js";
import { to } from "../router.js";
import { many } from "../words.js";
import { newAddress } from "./definition.js";

/** All test items of a project. */
export default class ItemsPage extends ListPage {
  source = "/test-items"; noun = "item"; permission = "editCatalog"; searches = "Name or key";
  addAddress = newAddress(to`/p/${this.project}/items`);

  address({ key }) { return to`/p/${this.project}/items/${key}`; }

  hint() { return "An item is a set of values, or several rows of them, that a case is run against."; }

  columns() {
    return [
      { head: "Item", cell: ({ name }) => name, second: ({ key }) => key },
      { head: "Holds", cell: ({ parameters, rows }) => h("span", { class: "dim" },
        [many(Object.keys(parameters ?? {}).length, "value"), rows?.length > 0 && many(rows.length, "row")].filter(Boolean).join(", ")) },
      { head: "Changed", cell: ({ updatedAt }) => time(updatedAt), wide: true },
      { head: "Version", cell: ({ version }) => h("span", { class: "num dim" }, `v${version}`), wide: true, right: true },
    ];
  }
}
