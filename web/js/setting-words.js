/** What a project says of its runs, in words: label, unit, how many of it one of the API's is, bounds in that unit. */
export const SETTINGS = {
  concurrency: { label: "Cases at once", unit: "cases", least: 1, most: 10_000 },
  timeoutMs: { label: "Time limit of a case", unit: "min", per: 1 / 60_000, least: 0.001, most: 1440 },
  stepTimeoutMs: { label: "Time limit of a step", unit: "s", per: 1 / 1000, least: 0.001, most: 86_400 },
  retry: { label: "Tried again" },
  traceSteps: { label: "Steps of a trace in one piece", unit: "steps", least: 1, most: 500 },
  progressMs: { label: "A run tells of itself every", unit: "s", per: 1 / 1000, least: 0.1, most: 10 },
  keepRunsDays: { label: "Finished runs are kept", unit: "days", least: 0, most: 36_500 },
};

const OUTCOMES = { failed: "failed", timeout: "ran out of time" };
const SOURCES = { system: "by default", project: "by this project", suite: "by the suite", case: "by the case",
  request: "by the start" };

/** Who said it. */
export const sourceWord = (from) => SOURCES[from] ?? from;

/** "30 min", "for ever", "never". */
export function inWords(name, value) {
  if (name === "retry") {
    return value.on.length === 0 ? "never" : `up to ${value.maxAttempts} tries when it ${value.on.map((one) => OUTCOMES[one]).join(" or ")}`;
  }
  if (name === "keepRunsDays" && value === 0) return "for ever";
  const { per = 1, unit } = SETTINGS[name];
  return `${Number((value * per).toPrecision(6)).toLocaleString("en")} ${unit}`;
}
