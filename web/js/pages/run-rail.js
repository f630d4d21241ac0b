import { link, path } from "../api.js";
import { openMenu } from "../elements/as-menu.js";
import { h } from "../render.js";
import { duration, size } from "../format.js";
import { textOf } from "../diff.js";
import { button } from "../parts.js";
import { to } from "../router.js";
import { isFinal } from "../words.js";
import { artifactsPanel } from "./case-panel.js";

/** What stands beside the case: earlier runs, files, the agent, parameters. */
export function rail(run, data, link) {
  const panels = [lastRuns(run), fromFiles(run),
    data && artifactsPanel(data.artifacts.filter((one) => !data.attempt || one.attempt === data.attempt.attempt), link),
    data && ranOn(data), parameters(run), about(run, data)].filter(Boolean);
  return panels.length > 0 && h("aside", { class: "stack rail", key: "rail", "aria-label": "About this run" }, panels);
}

const FORMATS = [["html", "Page for a mail (HTML)"], ["markdown", "Markdown"], ["csv", "Table (CSV)"], ["xlsx", "Spreadsheet (XLSX)"],
  ["junit", "JUnit XML"], ["ctrf", "CTRF"], ["cucumber-messages", "Cucumber messages"], ["json", "Everything (JSON)"]];

/** The way to what happened to the run and to the case on screen. */
function about(run, data) {
  const cases = data && data.execution.id !== run.id ? [[data.execution, "What happened to this case"]] : [];
  return h("section", { class: "panel", key: "about", "aria-label": "History" }, h("div", { class: "body stack" },
    [[run, "What happened to this run"], ...cases].map(([one, label]) =>
      button(label, () => import("./run-about.js").then(({ openAbout }) => openAbout(one)), { kind: "ghost small", icon: "i-clock" })),
    button("Take this run away", (event) => openMenu(event.currentTarget, FORMATS.map(([format, label]) =>
      ({ label, icon: "i-download", href: link(path`/executions/${run.id}/report`, { format }) })), { label: "Formats" }),
      { kind: "ghost small", icon: "i-download", "aria-haspopup": "menu" })));
}

function lastRuns(run) {
  if (!run.history || run.history.length < 2) return null;
  const passed = run.history.filter((one) => one === "passed").length;
  const ended = run.history.filter(isFinal).length;
  return h("section", { class: "panel", key: "history", "aria-label": "Last runs" },
    h("header", null, h("h2", null, `Last ${run.history.length} runs`)),
    h("div", { class: "body stack" },
      h("as-streak", { ".model": { ticks: run.history, height: 22, most: 18,
          label: `Last ${run.history.length} runs: ${passed} passed` } }),
      h("p", { class: "say" }, "Passed ", h("b", null, `${passed} of ${ended}`), ".")));
}

/** Of a run that came from files: where to see what was not taken of them. */
function fromFiles(run) {
  return run.kind === "import" && h("section", { class: "panel", key: "files", "aria-label": "From files" },
    h("header", null, h("h2", null, "From files")),
    h("div", { class: "body" }, h("p", { class: "say" }, "Another tool ran these tests. ",
      h("a", { class: "link", href: to`/p/${run.project}/runs/${run.number}/intake` }, "What was not taken"))));
}

function ranOn({ attempt, execution }) {
  if (!attempt) return null;
  const use = attempt.resourceUsage;
  const facts = [
    attempt.agent && ["Agent", attempt.agent.name],
    use?.cpuMs !== undefined && use && ["CPU", duration(use.cpuMs)],
    use?.maxRssBytes && ["Memory", `${size(use.maxRssBytes)} peak`],
    use?.bytesWritten > 0 && ["Written", size(use.bytesWritten)],
    typeof attempt.queueWaitMs === "number" && ["Waited", duration(attempt.queueWaitMs)],
    typeof attempt.dispatchMs === "number" && ["Handed over", duration(attempt.dispatchMs)],
    typeof attempt.durationMs === "number" && ["Took", duration(attempt.durationMs)],
    execution.definition?.version && ["Definition", `version ${execution.definition.version}`],
  ].filter(Boolean);
  return facts.length > 0
    && h("section", { class: "panel", key: "ran", "aria-label": "Ran on" }, h("header", null, h("h2", null, "Ran on")),
    h("div", { class: "body" }, h("dl", { class: "facts" }, facts.map(([name, value]) => [
          h("dt", { key: `t${name}` }, name), h("dd", { key: `d${name}`, class: "clip", title: value }, value)]))));
}

function parameters(run) {
  const all = Object.entries(run.parameters ?? {});
  return all.length > 0
    && h("section", { class: "panel", key: "parameters", "aria-label": "Parameters" },
      h("header", null, h("h2", null, "Parameters")),
    h("div", { class: "body" }, h("dl", { class: "facts" }, all.map(([name, value]) => [
          h("dt", { key: `t${name}`, class: "mono" }, name),
          h("dd", { key: `d${name}`, class: "mono clip", title: textOf(value) }, textOf(value))]))));
}
