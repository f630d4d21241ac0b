import { path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { ListPage } from "../list-page.js";
import { time } from "../parts.js";
import { h } from "../render.js";
import { to } from "../router.js";

/** Names of the secrets of a project; values never leave the server but to an agent. */
export default class SecretsPage extends ListPage {
  source = "/secrets"; noun = "secret"; permission = "manageSecrets";
  addAddress = to`/p/${this.project}/settings/secrets/new`;

  query() { return { project: this.project, limit: null }; }

  address({ name }) { return this.mayChange ? to`/p/${this.project}/settings/secrets/${name}` : null; }

  hint() { return "A step gets one by ${secret:NAME}. It is stored encrypted, shown to nobody, and blacked out in output."; }

  columns() {
    return [
      { head: "Secret", cell: ({ name }) => h("span", { class: "mono" }, name) },
      { head: "Set", cell: ({ updatedAt }) => time(updatedAt), right: true },
    ];
  }

  actions({ name }) {
    return [this.mayChange && { label: "Delete", icon: "i-x", run: () => askDelete(this.project, name, () => this.reload()) }];
  }
}

/** Says what deleting a secret means, then does it. */
export const askDelete = (project, name, done) => askFirst({
  title: `Delete ${name}`, label: "Delete secret", typed: name,
  says: "Cases that name it cannot start any more until it is set again. Its value cannot be got back.",
  run: async () => { await remove(path`/secrets/${name}`, { project }); done(); },
});
