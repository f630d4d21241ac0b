import { h } from "../render.js";
import { to } from "../router.js";
import { commonFields, DefinitionPage } from "./definition.js";

/** One test item: the values that a case runs against. */
export default class ItemPage extends DefinitionPage {
  source = "/test-items"; noun = "item"; member = "testItems";

  get list() { return ["Items", to`/p/${this.project}/items`]; }

  get loss() { return ["Nothing can be started with it any more.", "Its versions stay for the runs that used them."]; }

  example() { return { parameters: { name: "value" } }; }

  fields() {
    return [
      ...commonFields(this.isNew),
      { name: "parameters", label: "Parameters", kind: "map", entry: "parameter", help: "They win over the defaults of a case." },
      { name: "rows", label: "Rows", kind: "rows", help: "One set of values a run. They are edited as text." },
    ];
  }

  beside() { return [h("as-source", { ".model": this.form }), !this.isNew && this.versionsPanel()]; }
}
