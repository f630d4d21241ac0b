import { call, path } from "../api.js";
import { askFirst, refused } from "../actions.js";
import { ListPage } from "../list-page.js";
import { status, time } from "../parts.js";
import { h } from "../render.js";
import { to } from "../router.js";
import { me } from "../session.js";
import { toast } from "../elements/as-toast.js";
import { invite } from "../invite.js";

/** Everybody who can log in; for administrators. */
export default class UsersPage extends ListPage {
  source = "/users"; noun = "user"; permission = "administer"; addAddress = "/users/new";

  query() { return {}; }

  address({ id }) { return to`/users/${id}`; }

  columns() {
    return [
      { head: "User", cell: ({ id, name }) => (id === me()?.id ? `${name} (you)` : name), second: ({ email }) => email },
      { head: "May", cell: ({ admin }) => (admin ? "Everything, as administrator" : "What their projects allow"), wide: true },
      { head: "State", cell: ({ disabled }) => h("span", { class: "line nowrap" },
        status(disabled ? "cancelled" : "passed", { label: false }), disabled ? "Disabled" : "Active") },
      { head: "Since", cell: ({ createdAt }) => time(createdAt), wide: true, right: true },
    ];
  }

  actions(user) {
    if (user.id === me()?.id) return [];
    return [!user.disabled && { label: "Invite or reset by a link", icon: "i-link", run: () => invite(user) }, user.disabled ? { label: "Enable", icon: "i-check", run: () => this.#enable(user) }
      : { label: "Disable", icon: "i-x", run: () => askDisable(user, () => this.reload()) }];
  }

  async #enable({ id, name }) {
    try {
      await call("PATCH", path`/users/${id}`, { body: { disabled: false } });
      toast(`${name} can log in again.`);
      this.reload();
    } catch (problem) {
      refused(`${name} could not be enabled`, problem);
    }
  }
}

/** Says what disabling somebody means, then does it. */
export const askDisable = ({ id, name }, done) => askFirst({
  title: `Disable ${name}`, label: "Disable user",
  says: "Their sessions and API tokens stop working at once, so CI that uses one of them stops too. They can be enabled again.",
  run: async () => { await call("PATCH", path`/users/${id}`, { body: { disabled: true } }); done(); },
});
