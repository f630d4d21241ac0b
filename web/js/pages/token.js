import { post } from "../api.js";
import { showOnce } from "../actions.js";
import { EditPage } from "../edit-page.js";
import { go } from "../router.js";
import { myProjects } from "../session.js";
import { SCOPES } from "./tokens.js";

const DAY_MS = 86_400_000;

/** Makes an API token, which is shown once. */
export default class TokenPage extends EditPage {
  noun = "API token"; permission = "keepOwnThings"; list = ["API tokens", "/me/tokens"]; isNew = true;

  get mayChange() { return true; }

  initial() { return { scopes: ["read"], days: "90" }; }

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true, placeholder: "nightly build", help: "What it is for." },
      { name: "scopes", label: "It may", kind: "many", required: true,
        options: Object.entries(SCOPES).map(([value, label]) => ({ value, label })) },
      { name: "project", label: "Where", kind: "select", clear: null, options: [{ value: "", label: "In all your projects" },
        ...myProjects().map(({ project, name }) => ({ value: project, label: `Only in ${name}` }))] },
      { name: "days", label: "It works for", kind: "select", required: true, options: [{ value: "7", label: "a week" }, { value: "30", label: "30 days" },
        { value: "90", label: "90 days" }, { value: "365", label: "a year" }, { value: "0", label: "ever" }] },
    ];
  }

  async save({ name, scopes, project, days }) {
    const expiresAt = Number(days) > 0 ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null;
    return (await post("/tokens", { name, scopes, project: project || null, expiresAt })).data;
  }

  async made({ name, token }) {
    go("/me/tokens", { replace: true });
    await showOnce({ title: `Token ${name}`, says: "Scripts send it as “Authorization: Bearer …”. It is shown this once.",
      rows: [{ label: "Token", value: token }] });
  }
}
