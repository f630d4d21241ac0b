import { all, create, get, path, post } from "./api.js";
import { h } from "./render.js";
import { because } from "./parts.js";
import { started } from "./actions.js";
import { draftOf } from "./drafts.js";
import { Form } from "./form.js";
import { openDialog } from "./elements/as-dialog.js";
import "./elements/as-form.js";

const PRIORITIES = ["low", "normal", "high", "urgent"];

/**
 * Opens the sheet that starts a run: of a suite by its key, of one case by {testCase, name}, or of what is chosen there.
 * The values of the last run are filled in.
 */
export async function openStart(project, of = null) {
  const only = of?.testCase ? of : null;
  let form = null; let problem = null; let suites = []; let environments = [];
  const sheet = openDialog({
    title: only ? `Run ${only.name}` : "Start a run",
    draw: () => [problem ? h("p", { role: "alert" }, because(problem))
      : !form ? h("p", { class: "dim late" }, "Loading")
      : !only && suites.length === 0 ? h("p", null, "This project has no suite yet. Put one in with ",
        h("span", { class: "mono" }, "assay apply catalog.yaml"), ".")
      : h("as-form", { ".model": form })],
  });
  try {
    [suites, environments] = await Promise.all([only ? [] : everySuite(project),
      get("/environments", { project, limit: 200 }).then(({ data }) => data.items.map((one) => one.name), () => [])]);
    const suite = only ? null : suites.find(({ key }) => key === of)?.key ?? suites[0]?.key;
    form = await formOf(only ? { testCase: only.testCase } : { testSuite: suite });
  } catch (error) {
    problem = error;
  }
  sheet.redraw();
  sheet.querySelector("select, input")?.focus();

  /** A form for what is to be run, with the values of its last run. */
  async function formOf(what) {
    const last = await lastOf(project, what, suites);
    let sent = null;
    const made = new Form({
      fields: fields(only, suites, [...new Set([...environments, last.environment].filter(Boolean))]),
      values: { ...what, ...last },
      submitLabel: "Start run", doesSave: false,
      keep: keepOf(project, what),
      probe: async (values) => (await post("/executions/validation", { ...bodyOf(project, values, only) })).data.problems,
      submit: async (values) => {
        const body = bodyOf(project, values, only);
        // A second press of the button after a lost answer must not start a second run.
        const text = JSON.stringify(body);
        if (sent?.text !== text) sent = { text, key: `${Date.now()}-${Math.random().toString(36).slice(2)}` };
        const { data } = await create("/executions", body, sent.key);
        sheet.close();
        started(project, data);
      },
    });
    let suite = what.testSuite;
    made.watch(async () => {
      const chosen = made.draft.testSuite;
      if (only || chosen === suite) return;
      suite = chosen;
      const other = await formOf({ testSuite: chosen });
      if (suite !== chosen || form !== made) return;
      form = other;
      sheet.redraw();
    });
    return made;
  }
}

/** What was typed is kept for each suite and case: the values of its last run may be others next time. */
function keepOf(project, { testSuite, testCase }) {
  const draft = draftOf(`start ${project} ${testCase ? `case ${testCase}` : `suite ${testSuite}`}`);
  return {
    ...draft,
    write({ draft: { testSuite: other, ...typed } }) {
      if (Object.keys(typed).length > 0) draft.write({ draft: typed });
      else draft.drop();
    },
  };
}

async function everySuite(project) {
  const suites = [];
  await all("/test-suites", { project, include: "history", limit: 100 }, (items) => suites.push(...items));
  return suites;
}

/** What the last run of a suite or case was started with. */
async function lastOf(project, { testCase, testSuite }, suites) {
  const suite = suites.find(({ key }) => key === testSuite);
  const none = { environment: suite?.options?.environment ?? "" };
  const id = testCase ? (await get("/executions", { project, case: testCase, limit: 1 })).data.items[0]?.id : suite?.lastRun?.id;
  if (!id) return none;
  const last = await get(path`/executions/${id}`).then(({ data }) => data, () => null);
  if (!last) return none;
  return { environment: last.environment || none.environment, revision: { branch: last.revision?.branch },
    parameters: last.parameters ?? {}, labels: last.labels ?? [], priority: last.priority };
}

const fields = (only, suites, environments) => [
  !only && { name: "testSuite", label: "Suite", kind: "select", required: true,
    options: suites.map(({ key, name }) => ({ value: key, label: name })) },
  { name: "revision/branch", label: "Branch", kind: "text", half: true },
  { name: "revision/commit", label: "Commit", kind: "text", half: true },
  { name: "environment", label: "Environment", kind: "select", half: true,
    options: [{ value: "", label: "None" }, ...environments.map((value) => ({ value, label: value }))] },
  { name: "priority", label: "Priority", kind: "select", half: true, initial: "normal", required: true,
    options: PRIORITIES.map((value) => ({ value, label: value[0].toUpperCase() + value.slice(1) })) },
  { name: "labels", label: "Needs an agent with", kind: "list", rows: 1, help: "Labels, beside those of the case." },
  only && { name: "testItem", label: "Test item", kind: "text", help: "Key of the item it runs against." },
  { name: "parameters", label: "Parameters", kind: "map", entry: "parameter", values: "text" },
].filter(Boolean);

const bodyOf = (project, values, only) => ({ project, ...(only && { testCase: only.testCase }), ...values });
