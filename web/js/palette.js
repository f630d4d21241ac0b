import { get } from "./api.js";
import { recent } from "./recent.js";
import { status } from "./parts.js";
import { percent } from "./format.js";
import { addressOf, entriesOf } from "./pages.js";
import { go, to } from "./router.js";
import { logOut, may, myProjects, projectName } from "./session.js";
import { isDark, setTheme } from "./theme.js";
import { isFinal, word } from "./words.js";
import { copyLink } from "./actions.js";
import { openKeys } from "./keys-dialog.js";
import { openStart } from "./start-run.js";
import { openPalette } from "./elements/as-palette.js";

/** So many of each kind, and so many that were looked at before anything is typed. */
const FOUND = 5;
const RECENT = 5;

/** Opens the palette for a project: places, runs and suites to go to, and things to do. */
export function askPalette(project) {
  if (!project || document.querySelector("dialog[open]")) return;
  openPalette({ place: projectName(project), go, find: (text) => known(project, text),
    search: (text) => more(project, text) });
}

function known(project, text) {
  const entries = [
    ...recent().filter(({ href }) => href !== location.pathname).slice(0, text ? undefined : RECENT).map(({ href, label }) =>
      ({ group: "Recent", label, icon: "i-clock", href })),
    ...placesOf("work", project),
    { group: "Go to", label: "Failing runs", icon: "i-runs",
      href: `${to`/p/${project}/runs`}?status=failed,timeout,aborted` },
    ...placesOf("settings", project), ...placesOf("admin", project), ...placesOf("you", project),
    ...myProjects().filter((one) => one.project !== project).map((one) =>
      ({ group: "Go to", label: one.name, hint: "project", href: to`/p/${one.project}/runs` })),
    may(project, "startExecution") && { group: "Do", label: "Start a run", icon: "i-play", run: () => openStart(project) },
    { group: "Do", label: `Switch to ${isDark() ? "light" : "dark"}`, icon: "i-moon",
      run: () => setTheme(isDark() ? "light" : "dark") },
    { group: "Do", label: "Copy link to this page", icon: "i-link", run: () => copyLink() },
    { group: "Do", label: "Show keys", icon: "i-info", run: openKeys },
    { group: "Do", label: "Log out", icon: "i-out", run: () => logOut().then(() => go("/login")) },
  ].filter(Boolean);
  return entries.filter((entry) => `${entry.label} ${entry.hint ?? ""}`.toLowerCase().includes(text));
}

/** The pages of a section as places to go to. */
const placesOf = (section, project) => entriesOf(section, (what) => may(project, what)).map((page) =>
  ({ group: "Go to", label: page.label, icon: page.icon, href: addressOf(page, project),
    hint: section === "work" ? null : section }));

/** What the server knows: runs by number or words, suites, cases, items and agents by name. */
async function more(project, text) {
  const number = /^#?(\d+)$/.exec(text)?.[1];
  const named = (address) => get(address, { project, q: text, limit: FOUND });
  const [runs, suites, cases, items, agents] = await Promise.all([
    get("/executions", number ? { project, number, limit: 1 } : { project, q: text, limit: 6 }),
    named("/test-suites"), named("/test-cases"), named("/test-items"), get("/agents", { project }),
  ]);
  const wanted = suites.data.items;
  const staffed = agents.data.items.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase())).slice(0, FOUND);
  return [
    ...runs.data.items.map((run) => ({ group: "Go to", label: run.name, hint: `#${run.number}, ${progress(run)}`,
      mark: status(run.status), href: to`/p/${project}/runs/${run.number}` })),
    ...wanted.map((suite) => ({ group: "Go to", label: suite.name, hint: `runs of this suite`, icon: "i-suites",
      href: `${to`/p/${project}/runs`}?suite=${encodeURIComponent(suite.key)}` })),
    ...cases.data.items.map(({ key, name }) => ({ group: "Go to", label: name, hint: `case ${key}`, icon: "i-cases",
      href: to`/p/${project}/cases/${key}` })),
    ...items.data.items.map(({ key, name }) => ({ group: "Go to", label: name, hint: `item ${key}`, icon: "i-file",
      href: to`/p/${project}/items/${key}` })),
    ...staffed.map(({ id, name }) => ({ group: "Go to", label: name, hint: "agent", icon: "i-agent",
      href: to`/p/${project}/settings/agents/${id}/work` })),
    ...(may(project, "startExecution")
      ? wanted.map((suite) => ({ group: "Do", label: `Start ${suite.name}`, icon: "i-play",
        run: () => openStart(project, suite.key) })) : []),
  ];
}

function progress(run) {
  if (isFinal(run.status) || !run.counts?.total) return word(run.status).toLowerCase();
  return percent(run.counts.total - run.counts.pending - run.counts.running - run.counts.retrying, run.counts.total);
}
