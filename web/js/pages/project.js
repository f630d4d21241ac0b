import { post } from "../api.js";
import { EditPage } from "../edit-page.js";
import { go, to } from "../router.js";
import { loadSession } from "../session.js";

/** The form that makes a project, and then leads to its first steps. */
export default class ProjectPage extends EditPage {
  noun = "project"; permission = "administer"; list = ["Projects", "/projects"]; isNew = true;

  fields() {
    return [
      { name: "name", label: "Name", kind: "text", required: true, help: "As people read it." },
      { name: "key", label: "Key", kind: "text", required: true, placeholder: "checkout",
        help: "Small letters, digits and -. Addresses and commands name it; it stays for good." },
    ];
  }

  async save(values) { return (await post("/projects", values)).data; }

  async made({ key }) {
    await loadSession();
    go(to`/p/${key}/first-steps`, { replace: true });
  }
}
