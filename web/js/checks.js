/** What a step was expected to do and did: its checks as people read them. */
const SUBJECT = { exitCode: "Exit code", stdout: "Standard output", stderr: "Standard error", status: "HTTP status",
  header: "Header", json: "Response body at", body: "Response body", maxDuration: "Duration, ms" };
const RELATION = { equals: "", contains: "contains", matches: "matches", notContains: "does not contain" };
const CUT = "…";

/**
 * A check as {subject, label, expected, actual, loose, cut}. The matcher is unwrapped; a side that the trace holds only in part is
 * completed from the output of `step` and from the step's `wish` in the definition, as far as they go. `loose` means
 * that the sides are not meant to be equal, `cut` names the sides that are still not whole.
 */
export function checkOf(check, step = null, wish = null) {
  const want = wanted(check);
  const got = completed(check, step);
  if (want.isCut) complete(want, wish?.expect?.[check.kind]);
  const subject = [SUBJECT[check.kind] ?? check.kind, check.target].filter(Boolean).join(" ");
  const relation = RELATION[want.rule] ?? "";
  return { subject, label: relation ? `${subject} ${relation}` : subject, expected: want.text, actual: got.text,
    loose: relation !== "", cut: [want.isCut && "want", got.isCut && "got"].filter(Boolean) };
}

/** Whether the definition would tell more of what was wanted. */
export const isWishCut = (check) => wanted(check).isCut;

function wanted({ expected }) {
  const rules = expected && typeof expected === "object" && !Array.isArray(expected) ? Object.entries(expected) : [];
  if (rules.length === 1 && rules[0][0] in RELATION) return { rule: rules[0][0], text: rules[0][1], isCut: false };
  // A matcher that was too long is kept as the beginning of its JSON.
  const [, rule, start] = typeof expected === "string" ? /^\{"(\w+)":"([^]*)…$/.exec(expected) ?? [] : [];
  if (rule in RELATION) return { rule, text: unescaped(start), isCut: true };
  return { rule: "equals", text: expected, isCut: false };
}

/** JSON text without its end, which may stop inside an escape. */
function unescaped(start) {
  for (let less = 0; less <= 6; less += 1) {
    try { return JSON.parse(`"${start.slice(0, start.length - less)}"`); } catch { /* one less */ }
  }
  return start;
}

/** Puts the whole text in place of its beginning, when variables in it cannot have changed it. */
function complete(want, matcher) {
  const whole = typeof matcher === "string" ? matcher : matcher?.[want.rule];
  if (typeof whole !== "string" || whole.includes("${") || !whole.startsWith(want.text)) return;
  Object.assign(want, { text: whole, isCut: false });
}

function completed({ kind, actual }, step) {
  if (typeof actual !== "string" || !actual.endsWith(CUT)) return { text: actual, isCut: false };
  const stream = kind === "body" ? step?.output?.response?.body : step?.output?.[kind];
  const known = actual.slice(0, -1);
  if (!stream?.head?.startsWith(known)) return { text: known, isCut: true };
  const { head, tail = "", bytes, droppedBytes } = stream;
  const isWhole = !droppedBytes && new TextEncoder().encode(head + tail).length >= bytes;
  return isWhole ? { text: head + tail, isCut: false } : { text: head, isCut: true };
}
