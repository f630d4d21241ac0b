import { path, remove } from "../api.js";
import { askFirst } from "../actions.js";
import { ListPage } from "../list-page.js";
import { to } from "../router.js";
import { roleName } from "../role-words.js";
import { may, me } from "../session.js";

/** Who belongs to the project and what each may do. */
export default class MembersPage extends ListPage {
  source = path`/projects/${this.project}/members`; noun = "member"; permission = "manageMembers";
  // Only an administrator can look people up.
  addAddress = may(this.project, "administer") ? to`/p/${this.project}/settings/members/new` : null;

  query() { return {}; }

  address({ user }) { return this.mayChange ? to`/p/${this.project}/settings/members/${user.id}` : null; }

  nameOf({ user }) { return user.name; }

  hint() { return "Administrators see every project; everybody else has to be a member."; }

  columns() {
    return [
      { head: "Member", cell: ({ user }) => (user.id === me()?.id ? `${user.name} (you)` : user.name), second: ({ user }) => user.email },
      { head: "Role", cell: ({ role }) => roleName(role) },
    ];
  }

  actions({ user }) {
    return [this.mayChange && { label: "Remove", icon: "i-x", run: () => askRemove(this.project, user, () => this.reload()) }];
  }
}

/** Says what removing somebody means, then does it. */
export const askRemove = (project, { id, name }, done) => askFirst({
  title: `Remove ${name}`, label: "Remove member",
  says: "They see nothing of this project any more, at once; their open pages stop. What they did stays. Adding them again gives it all back.",
  run: async () => { await remove(path`/projects/${project}/members/${id}`); done(); },
});
