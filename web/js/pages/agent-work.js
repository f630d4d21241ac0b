import { get, path } from "../api.js";
import { ListPage } from "../list-page.js";
import { status, time } from "../parts.js";
import { to } from "../router.js";
import { many, word } from "../words.js";
import { h } from "../render.js";

/** What an agent runs now. */
export default class AgentWorkPage extends ListPage {
  noun = "case"; permission = "read";
  #agent = null; #others = 0;
  #again = this.spaced(() => this.reload(), 1000);

  constructor(shell, params, url) {
    super(shell, params, url);
    this.id = params.id;
    this.source = path`/agents/${params.id}/work`;
  }

  get title() { return this.#agent?.name ?? "Agent"; }

  start() {
    super.start();
    this.#head();
  }

  #head() {
    this.shell.title(this.title);
    this.shell.top({ crumbs: [["Agents", to`/p/${this.project}/settings/agents`]], here: this.title });
  }

  async load(signal) {
    const [work, agents] = await Promise.all([get(this.source, { project: this.project }, signal),
      get("/agents", { project: this.project }, signal)]);
    this.rows = work.data.items;
    this.#others = work.data.others;
    this.#agent = agents.data.items.find(({ id }) => id === this.id) ?? null;
    this.#head();
    return work.feed;
  }

  take(type) { if (/^(agent\.|execution\.(started|finished|retrying))/.test(type)) this.#again(); }

  get heading() { return this.title; }

  hint() { return "It runs nothing of this project now."; }

  above() {
    return [this.#others > 0 && h("p", { class: "note small above", key: "others" },
      `It also runs ${many(this.#others, "case")} of other projects.`)];
  }

  address({ root, number, definition, id }) {
    return number ? to`/p/${this.project}/runs/${number}` : to`/p/${this.project}/runs/${root}` + `?case=${definition?.key ?? id}`;
  }

  columns() {
    return [
      { head: "Case", cell: ({ name }) => name, second: ({ definition }) => definition?.key },
      { head: "State", cell: (one) => h("span", { class: "line" }, status(one.status, { label: false }), word(one.status)) },
      { head: "Since", cell: ({ startedAt }) => time(startedAt), right: true },
    ];
  }
}
