import { askCancel, copyLink, retry } from "../actions.js";
import { cameFromHere, go, to } from "../router.js";
import { bad } from "../said.js";
import { may } from "../session.js";
import { isBad, isFinal } from "../words.js";

/**
 * Keys of the page of a run. `its` is {project, run: the model, data(): what is known of the case on screen,
 * walk(by, wanted), neighbour(by), arrange(), wrap(), follow(), filter(): the field, if there is one}.
 */
export function runKeys(its) {
  return [
    { keys: "j or ArrowDown", says: "next case", run: () => its.walk(1) },
    { keys: "k or ArrowUp", says: "previous case", run: () => its.walk(-1) },
    { keys: "n", says: "next failure", run: () => its.walk(1, (one) => isBad(one.status)) },
    { keys: "N", says: "previous failure", run: () => its.walk(-1, (one) => isBad(one.status)) },
    { keys: "1 or 2 or 3 or 4 or 5 or 6 or 7 or 8 or 9", shown: "1 or 9", says: "attempt, by number",
      run: (event) => toAttempt(its, Number(event.key)) },
    { keys: "/", says: "filter cases", run: () => (its.filter() ? its.filter().focus() : false) },
    { keys: ".", says: "put cases in order again", run: its.arrange },
    { keys: "w", says: "wrap output", run: its.wrap },
    { keys: "f", says: "follow the output of the step that runs", run: its.follow },
    ...(may(its.project, "startExecution") ? changes(its) : []),
    { keys: "y", says: "copy link", run: () => { copyLink(); } },
    { keys: "[", says: "previous run of this suite", run: () => its.neighbour(-1) },
    { keys: "]", says: "next run of this suite", run: () => its.neighbour(1) },
    { keys: "Escape", says: "back to the runs",
      run: () => (cameFromHere() ? history.back() : go(to`/p/${its.project}/runs`)) },
  ];
}

function changes({ project, run }) {
  return [
    { keys: "r", says: "retry this case",
      run: () => (run.shown && run.root.kind !== "import" && isFinal(run.shown.status) ? void retry(project, run.shown) : false) },
    { keys: "R", says: "retry failed cases",
      run: () => (run.root && isFinal(run.root.status) && bad(run.root.counts)
        ? void retry(project, run.root, { failedOnly: true }) : false) },
    { keys: "c", says: "cancel the run",
      run: () => (run.root && !isFinal(run.root.status)
        ? askCancel(run.root, `${run.root.name} #${run.root.number}`) : false) },
  ];
}

function toAttempt({ run, data }, number) {
  const attempts = data()?.attempts ?? [];
  if (attempts.length < 2 || !attempts.some((one) => one.attempt === number)) return false;
  go(run.href(run.shown, { attempt: number }), { replace: true });
}
