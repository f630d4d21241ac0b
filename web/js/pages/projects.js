import { ListPage } from "../list-page.js";
import { time } from "../parts.js";
import { to } from "../router.js";

/** All projects; only an administrator sees them all. */
export default class ProjectsPage extends ListPage {
  source = "/projects"; noun = "project"; permission = "administer"; addAddress = "/projects/new";

  query() { return {}; }

  address({ key }) { return to`/p/${key}/runs`; }

  hint() { return "Everything belongs to a project: cases, runs, people, agents."; }

  columns() {
    return [
      { head: "Project", cell: ({ name }) => name, second: ({ key }) => key },
      { head: "Made", cell: ({ createdAt }) => time(createdAt), right: true },
    ];
  }
}
