import { status } from "../parts.js";
import { me } from "../session.js";
import { word } from "../words.js";

/** Query keys of the address that say which runs are shown; those of the API but for the days. */
export const FILTERS = ["status", "kind", "branch", "commit", "environment", "suite", "case", "startedBy", "from", "until", "q"];

/** What the API is asked for by an address; days are those of the reader. */
export function filterOf(params) {
  const { from, until, ...filter } = Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? ""]));
  return { ...filter, createdFrom: startOf(from, 0), createdTo: startOf(until, 1) };
}

/** When a day begins, or one so many days after it; what is no day is for the server to refuse. */
function startOf(day, after) {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (!year) return day;
  const start = new Date(Number(year), Number(month) - 1, Number(date) + after);
  return Number.isNaN(start.getTime()) ? day : start.toISOString();
}

const FAILING = "failed,timeout,aborted";
const KINDS = [{ value: "suite", label: "Suites" }, { value: "case", label: "Single cases" }, { value: "import", label: "Imported" }];
const STATUSES = ["running", "pending", "retrying", "passed", "failed", "timeout", "aborted", "cancelled"];

/**
 * Views, text and chips over the list of runs; what can be chosen comes from the runs on screen and from what the project has:
 * `known` is {environments: [name], suites: [{key, name}], people: [{id, name}]}. `faults` says which value the server refused
 * and why, `set` changes the address; `saved` is {entries, tools} of the views people made.
 */
export function filterModel(params, runs, { environments, suites, people }, faults, set, saved) {
  const { status: statuses, kind, branch, commit, environment, suite, case: testCase, startedBy, from, until, q }
    = Object.fromEntries(FILTERS.map((name) => [name, params.get(name) ?? ""]));
  const isSaved = saved.entries.some(({ on }) => on);
  const chip = (name, label, value, rest) =>
    ({ name, label, value, problem: faults[name], set: (next) => set({ [name]: next }), ...rest });
  return {
    label: "Filter runs", text: q, placeholder: "Suite, branch, commit", typed: (text) => set({ q: text }),
    views: [
      { label: "All", on: !statuses && !branch && !isSaved, run: () => set({ status: null, branch: null }) },
      { label: "Failing", on: statuses === FAILING && !isSaved, run: () => set({ status: FAILING, branch: null }) },
      { label: "main", on: branch === "main" && !statuses && !isSaved, run: () => set({ branch: "main", status: null }) },
      ...saved.entries,
    ],
    tools: saved.tools,
    chips: [
      chip("status", "Status", statuses, { many: true,
        options: STATUSES.map((value) => ({ value, label: word(value),
          mark: status(value, { size: "s", label: false }) })) }),
      chip("kind", "Kind", kind, { many: true, options: KINDS }),
      chip("branch", "Branch", branch, { suggestions: distinct(runs.map((run) => run.revision?.branch)) }),
      (environment || environments.length > 0) && chip("environment", "Environment", environment, { many: true,
        options: distinct([...environments, ...environment.split(",")]).map((value) => ({ value, label: value })) }),
      (suite || suites.length > 0) && chip("suite", "Suite", suite, { many: true, options: suiteOptions(suites, suite.split(",").filter(Boolean)) }),
      testCase && chip("case", "Case", testCase, {}),
      chip("startedBy", "Started by", startedBy, { many: true, options: starters(people) }),
      chip("commit", "Commit", commit, { suggestions: distinct(runs.map((run) => run.revision?.commit)) }),
      chip("from", "From", from, { type: "date", problem: faults.createdFrom }),
      chip("until", "Until", until, { type: "date", problem: faults.createdTo }),
    ].filter(Boolean),
  };
}

/** Oneself first: admins start runs where they are no members. */
function starters(people) {
  const { id, name } = me();
  return [{ value: id, label: `${name} (you)` },
    ...people.filter((one) => one.id !== id).map((one) => ({ value: one.id, label: one.name }))];
}

/** People choose suites by their names; the address holds keys. Suites of one name are told apart by their keys. */
function suiteOptions(suites, chosen) {
  const isAlone = ({ name }) => suites.filter((one) => one.name === name).length === 1;
  const gone = chosen.filter((key) => !suites.some((one) => one.key === key)).map((key) => ({ key, name: key }));
  return [...suites, ...gone].map((one) => ({ value: one.key, label: isAlone(one) || one.name === one.key ? one.name : `${one.name} (${one.key})` }));
}

const distinct = (values) => [...new Set(values.filter(Boolean))].sort();
