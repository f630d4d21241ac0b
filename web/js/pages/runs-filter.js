import { status } from "../parts.js";
import { word } from "../words.js";

/** Query keys of the address that say which runs are shown. */
export const FILTERS = ["status", "branch", "environment", "suite", "case", "q"];

const FAILING = "failed,timeout,aborted";
const STATUSES = ["running", "pending", "retrying", "passed", "failed", "timeout", "aborted", "cancelled"];

/**
 * Views, text and chips over the list of runs; suggestions come from the runs on screen and from what the project has:
 * `known` is {environments: [name], suites: [{key, name}]}. `faults` says which value the server refused and why, `set`
 * changes the address.
 */
export function filterModel(query, runs, { environments, suites }, faults, set) {
  const { status: statuses, branch, environment, suite, case: testCase, q } = query;
  const chip = (name, label, value, rest) =>
    ({ name, label, value, problem: faults[name], set: (next) => set({ [name]: next }), ...rest });
  return {
    label: "Filter runs", text: q, placeholder: "Suite, branch, commit", typed: (text) => set({ q: text }),
    views: [
      { label: "All", on: !statuses && !branch, run: () => set({ status: null, branch: null }) },
      { label: "Failing", on: statuses === FAILING, run: () => set({ status: FAILING, branch: null }) },
      { label: "main", on: branch === "main" && !statuses, run: () => set({ branch: "main", status: null }) },
    ],
    chips: [
      chip("status", "Status", statuses, { many: true,
        options: STATUSES.map((value) => ({ value, label: word(value),
          mark: status(value, { size: "s", label: false }) })) }),
      chip("branch", "Branch", branch, { suggestions: distinct(runs.map((run) => run.revision?.branch)) }),
      (environment || environments.length > 0) && chip("environment", "Environment", environment, {
        options: distinct([...environments, environment]).map((value) => ({ value, label: value })) }),
      chip("suite", "Suite", suite, suiteChip(suite, suites, (key) => set({ suite: key }))),
      testCase && chip("case", "Case", testCase, {}),
    ].filter(Boolean),
  };
}

/** People choose a suite by its name; the address holds its key. Two suites of one name are told apart by their keys. */
function suiteChip(key, suites, set) {
  const isAlone = ({ name }) => suites.filter((one) => one.name === name).length === 1;
  const shown = (one) => (isAlone(one) ? one.name : `${one.name} (${one.key})`);
  const told = (text) => suites.find((one) => shown(one) === text)
    ?? suites.find((one) => [one.key, one.name].some((word) => word.toLowerCase() === text.toLowerCase()));
  const chosen = suites.find((one) => one.key === key);
  return { value: chosen ? shown(chosen) : key, suggestions: suites.map(shown), set: (text) => set(told(text)?.key ?? text) };
}

const distinct = (values) => [...new Set(values.filter(Boolean))].sort();
