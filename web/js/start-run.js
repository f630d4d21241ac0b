import { all, create, get, path } from "./api.js";
import { h } from "./render.js";
import { because, button } from "./parts.js";
import { started } from "./actions.js";
import { many } from "./words.js";
import { openDialog } from "./elements/as-dialog.js";

/** Opens the sheet that starts a suite; the values of its last run are filled in. */
export async function openStart(project, suiteKey = null) {
  const form = { suite: suiteKey ?? "", branch: "", environment: "", rows: [], suites: null, environments: [],
    key: null, problem: "" };
  const sheet = openDialog({
    title: "Start a run",
    submitLabel: "Start run",
    explain: because,
    draw: () => fields(form, sheetOf),
    submit: () => submit(project, form),
  });
  function sheetOf() { return { redraw: () => sheet.redraw(), choose: (key) => choose(project, form, key, sheet) }; }
  try {
    const suites = [];
    const [, environments] = await Promise.all([
      all("/test-suites", { project, include: "history", limit: 100 }, (items) => suites.push(...items)),
      get("/environments", { project }).then(({ data }) => data.items, () => []),
    ]);
    form.suites = suites;
    form.environments = environments.map((one) => one.name);
    await choose(project, form, form.suite || suites[0]?.key || "", sheet);
  } catch (problem) {
    form.problem = because(problem);
    sheet.redraw();
  }
}

/** Takes over what the last run of the suite was started with. */
async function choose(project, form, key, sheet) {
  form.suite = key;
  form.rows = [];
  const suite = form.suites?.find((one) => one.key === key);
  form.environment = suite?.options?.environment ?? "";
  form.branch = "";
  sheet.redraw();
  if (!suite?.lastRun) return;
  const last = await get(path`/executions/${suite.lastRun.id}`).then(({ data }) => data, () => null);
  if (!last || form.suite !== key) return;
  form.environment = last.environment ?? form.environment;
  form.branch = last.revision?.branch ?? "";
  form.rows = Object.entries(last.parameters ?? {}).map(([name, value]) => ({ name,
    value: typeof value === "string" ? value : JSON.stringify(value) }));
  sheet.redraw();
}

function fields(form, sheetOf) {
  if (form.problem) return [h("p", { role: "alert" }, form.problem)];
  if (!form.suites) return [h("p", { class: "dim late" }, "Loading suites")];
  if (form.suites.length === 0) {
    return [h("p", null, "This project has no suite yet. Put one in with ",
      h("span", { class: "mono" }, "assay apply catalog.yaml"), ".")];
  }
  const suite = form.suites.find((one) => one.key === form.suite);
  const sheet = sheetOf();
  return [
    field("Suite", h("select", { name: "suite", onchange: (event) => sheet.choose(event.target.value) },
      form.suites.map((one) => h("option", { key: one.key, value: one.key, selected: one.key === form.suite },
        one.name)))),
    suite
      && h("p", { class: "small dim" }, `${many(suite.caseCount ?? 0, "case")}${suite.tags ? `, ${suite.tags}` : ""}`),
    h("div", { class: "pair" },
      field("Branch", h("input", { type: "text", name: "branch", value: form.branch, autocomplete: "off",
            spellcheck: "false", oninput: (event) => { form.branch = event.target.value.trim(); } })),
      field("Environment",
        h("select", { name: "environment", onchange: (event) => { form.environment = event.target.value; } },
        ["", ...new Set([...form.environments, form.environment].filter(Boolean))].map((name) => h("option",
          { key: name || "none", value: name, selected: name === form.environment }, name || "None"))))),
    h("fieldset", { class: "parameters" }, h("legend", { class: "lab" }, "Parameters"),
      form.rows.map((row, at) => h("div", { key: at, class: "line" },
        input(`Name of parameter ${at + 1}`, row.name, (text) => { row.name = text; }),
        input(`Value of ${row.name || `parameter ${at + 1}`}`, row.value, (text) => { row.value = text; }),
        button("", () => { form.rows.splice(at, 1); sheet.redraw(); },
          { kind: "ghost small icon", icon: "i-x", "aria-label": `Remove ${row.name || `parameter ${at + 1}`}` }))),
      button("Add a parameter", () => { form.rows.push({ name: "", value: "" }); sheet.redraw(); },
        { kind: "ghost small", icon: "i-plus" })),
  ];
}

const field = (label, control) => h("label", { class: "grow" }, h("span", { class: "lab" }, label),
  h("span", { class: "field tall" }, control));

const input = (label, value, set) => h("span", { class: "field grow" },
  h("input", { type: "text", "aria-label": label, value, autocomplete: "off", spellcheck: "false",
      oninput: (event) => set(event.target.value) }));

async function submit(project, form) {
  if (!form.suite) throw new Error("Choose a suite.");
  const parameters = {};
  for (const { name, value } of form.rows) if (name.trim()) parameters[name.trim()] = value;
  const body = { project, testSuite: form.suite };
  if (Object.keys(parameters).length > 0) body.parameters = parameters;
  if (form.environment) body.environment = form.environment;
  if (form.branch) body.revision = { branch: form.branch };
  // A second press of the button after a lost answer must not start a second run.
  const text = JSON.stringify(body);
  if (form.key?.text !== text) form.key = { text, value: `${Date.now()}-${Math.random().toString(36).slice(2)}` };
  const { data } = await create("/executions", body, form.key.value);
  started(project, data);
}
