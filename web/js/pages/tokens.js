import { path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { ListPage } from "../list-page.js";
import { time } from "../parts.js";
import { h } from "../render.js";

export const SCOPES = { read: "read", write: "change and start what you may", ingest: "upload results", agent: "enrol agents" };

/** The API tokens of the person logged in. */
export default class TokensPage extends ListPage {
  source = "/tokens"; noun = "API token"; permission = "keepOwnThings"; addAddress = "/me/tokens/new";

  get mayChange() { return true; }

  query() { return {}; }

  hint() { return "Scripts and CI use a token instead of your password. It never does more than you may."; }

  columns() {
    return [
      { head: "Token", cell: ({ name }) => name, second: ({ project }) => (project ? `only in ${project}` : "in all your projects") },
      { head: "May", cell: ({ scopes }) => h("span", { class: "small" }, scopes.map((one) => SCOPES[one] ?? one).join(", ")) },
      { head: "Used", cell: ({ lastUsedAt }) => time(lastUsedAt) ?? h("span", { class: "dim" }, "never"), wide: true },
      { head: "Until", cell: ({ expiresAt }) => time(expiresAt) ?? h("span", { class: "dim" }, "for ever"), right: true },
    ];
  }

  actions({ id, name, lastUsedAt }) {
    return [{ label: "Revoke", icon: "i-x", run: () => askFirst({ title: `Revoke ${name}`, label: "Revoke token",
      says: [lastUsedAt ? ["It was used last ", time(lastUsedAt), "."] : "It was never used.",
        "What uses it gets 401 from now on. A token cannot be brought back, only replaced."],
      run: async () => { await remove(path`/tokens/${id}`); this.reload(); } }) }];
  }
}
