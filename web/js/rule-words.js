import { share } from "./format.js";
import { many } from "./words.js";

/** What an alert rule says, as one sentence; `suite` is the name of the suite. */
export function ruleSentence({ threshold, window, minimumSamples }, suite) {
  if (typeof threshold !== "number" || !Number.isInteger(window?.runs) || !suite) return null;
  const least = Math.min(minimumSamples ?? 3, window.runs);
  return `Opens when fewer than ${share(threshold)} of the last ${many(window.runs, "run")} of ${suite} passed`
    + (least > 1 ? `, as soon as there are ${least}.` : ".");
}

/**
 * What the rule would say of runs that ended so, newest last: {samples, passed, isBreach}, or null with too few. Only what
 * passed or failed counts.
 */
export function judged({ threshold, window, minimumSamples }, history) {
  const ended = history.filter((status) => ["passed", "failed", "timeout"].includes(status)).slice(-window.runs);
  if (ended.length < Math.min(minimumSamples ?? 3, window.runs)) return null;
  const passed = ended.filter((status) => status === "passed").length;
  return { samples: ended.length, passed, isBreach: passed / ended.length < threshold };
}
