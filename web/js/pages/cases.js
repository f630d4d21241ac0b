import { ListPage } from "../list-page.js";
import { h } from "../render.js";
import { button, time } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { openStart } from "../start-run.js";
import { many } from "../words.js";
import { newAddress } from "./definition.js";

/** All test cases of a project. */
export default class CasesPage extends ListPage {
  source = "/test-cases"; noun = "case"; permission = "editCatalog"; searches = "Name or key";
  addAddress = newAddress(to`/p/${this.project}/cases`);
  #tag;

  constructor(shell, params, url) {
    super(shell, params, url);
    this.#tag = url.searchParams.get("tag") ?? "";
  }

  update(_params, url) {
    const tag = url.searchParams.get("tag") ?? "";
    if (tag === this.#tag) return;
    this.#tag = tag;
    this.reload();
  }

  address({ key }) { return to`/p/${this.project}/cases/${key}`; }

  query() { return { ...super.query(), tag: this.#tag }; }

  get isFiltered() { return this.#tag !== ""; }

  get chips() {
    return [{ name: "tag", label: "Tag", value: this.#tag, suggestions: [...new Set(this.rows.flatMap(({ tags }) => tags))].sort(),
      set: (tag) => go(withQuery({ tag }), { replace: true }) }];
  }

  hint() {
    return ["A case is steps that an agent runs. Make one here, or put a whole catalog in with ",
      h("span", { class: "mono" }, "assay apply catalog.yaml"), "."];
  }

  columns() {
    return [
      { head: "Case", cell: ({ name }) => name, second: ({ key }) => key },
      { head: "Tags", cell: ({ tags }) => h("span", { class: "wrapline" }, tags.map((tag) =>
        h("a", { key: tag, class: "tag taglink", href: withQuery({ tag }) }, tag))), wide: true },
      { head: "Steps", cell: ({ steps }) => h("span", { class: "num dim nowrap" }, many(steps.length, "step")) },
      { head: "Changed", cell: ({ updatedAt }) => time(updatedAt), wide: true },
      { head: "Version", cell: ({ version }) => h("span", { class: "num dim" }, `v${version}`), wide: true, right: true },
      { head: "Run", cell: ({ key, name }) => may(this.project, "startExecution") && button("Run",
        () => openStart(this.project, { testCase: key, name }), { kind: "small", icon: "i-play", "aria-label": `Run ${name}` }), right: true },
    ];
  }
}
