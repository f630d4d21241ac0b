import { path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { ListPage } from "../list-page.js";
import { time } from "../parts.js";
import { to } from "../router.js";
import { many } from "../words.js";

/** Where runs happen: named sets of variables. */
export default class EnvironmentsPage extends ListPage {
  source = "/environments"; noun = "environment"; permission = "manageEnvironments";
  addAddress = to`/p/${this.project}/settings/environments/new`;

  address({ name }) { return to`/p/${this.project}/settings/environments/${name}`; }

  hint() { return "An environment gives variables to a run: a case that says ${BASE_URL} gets another one in staging than in production."; }

  columns() {
    return [
      { head: "Environment", cell: ({ name }) => name },
      { head: "Variables", cell: ({ variables }) => many(Object.keys(variables ?? {}).length, "variable") },
      { head: "Changed", cell: ({ updatedAt }) => time(updatedAt), right: true },
    ];
  }

  actions({ name }) {
    return [this.mayChange && { label: "Delete", icon: "i-x", run: () => askDelete(this.project, name, () => this.reload()) }];
  }
}

/** Says what deleting an environment means, then does it. */
export const askDelete = (project, name, done) => askFirst({
  title: `Delete ${name}`, label: "Delete environment", typed: name,
  says: "No run can be started in it any more. Runs that wait or go keep the variables they began with.",
  run: async () => { await remove(path`/environments/${name}`, { project }); done(); },
});
