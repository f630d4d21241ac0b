/**
 * Differences of two texts for want and got. Rows are {kind: "same" | "want" | "got", line, text, mark?: [from, to]},
 * {kind: "skip", rows} for equal lines far from any difference, and {kind: "cut", text} where a side was not kept whole.
 */
const CELLS = 4_000_000;
const AROUND = 2;

/** Rows of two texts that should be equal. `cut` says which sides ("want", "got") go on beyond what is known. */
export function compare(want, got, cut = []) {
  let a = want.split("\n");
  let b = got.split("\n");
  if (cut.length > 0) {
    // Beyond the shorter side nothing can be compared, and its last line is half a line.
    const whole = Math.max(1, Math.min(cut.includes("want") ? a.length - 1 : a.length,
      cut.includes("got") ? b.length - 1 : b.length));
    a = a.slice(0, whole);
    b = b.slice(0, whole);
  }
  const rows = skipped(walk(a, b));
  if (cut.length === 0) return rows;
  const found = rows.some((row) => row.kind === "want" || row.kind === "got");
  return [...rows, { kind: "cut", text: found ? "What follows was not kept." : "The difference is in what was not kept." }];
}

/** The same rows for texts that are not meant to be equal, as when one should contain the other. */
export const beside = (want, got) => [...rowsOf("want", want.split("\n")), ...rowsOf("got", got.split("\n"))];

/** At most `most` rows, so chosen that both sides are among them. */
export function shortened(rows, most) {
  if (rows.length <= most) return rows;
  const first = rows.slice(0, most);
  if (new Set(first.map((row) => row.kind)).size > 1 || !rows.some((row) => row.kind !== first[0].kind)) return first;
  const of = (kind) => rows.filter((row) => row.kind === kind).slice(0, most / 2);
  return [...of("want"), ...of("got")];
}

/** A value as text: strings as they are, everything else as JSON over several lines. */
export function textOf(value) {
  if (value === undefined || value === null) return String(value ?? "nothing");
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

const rowsOf = (kind, lines, from = 0) => lines.map((text, at) => ({ kind, line: from + at + 1, text }));

/** Rows of both texts in order; what is equal at both ends needs no search. */
function walk(a, b) {
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  return [
    ...rowsOf("same", a.slice(0, head)),
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head),
    ...rowsOf("same", a.slice(a.length - tail), a.length - tail),
  ];
}

function middle(a, b, from) {
  if (a.length * b.length > CELLS) return changed(rowsOf("want", a, from), rowsOf("got", b, from));
  const cells = lengths(a, b);
  const rows = [];
  let wants = [];
  let gots = [];
  const flush = () => { rows.push(...changed(wants, gots)); wants = []; gots = []; };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      flush();
      rows.push({ kind: "same", line: from + i + 1, text: a[i] });
      i += 1;
      j += 1;
    }
    else if (i < a.length && (j === b.length || cells[i + 1][j] >= cells[i][j + 1])) {
      wants.push({ kind: "want", line: from + i + 1, text: a[i] });
      i += 1;
    }
    else { gots.push({ kind: "got", line: from + j + 1, text: b[j] }); j += 1; }
  }
  flush();
  return rows;
}

/** Lengths of the longest common subsequences of the rests. */
function lengths(a, b) {
  const cells = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      cells[i][j] = a[i] === b[j] ? cells[i + 1][j + 1] + 1 : Math.max(cells[i + 1][j], cells[i][j + 1]);
    }
  }
  return cells;
}

/** Lines that changed, pair by pair, each with the part that differs marked. */
function changed(wants, gots) {
  const rows = [];
  for (let at = 0; at < Math.max(wants.length, gots.length); at += 1) {
    if (wants[at] && gots[at]) mark(wants[at], gots[at]);
    rows.push(...[wants[at], gots[at]].filter(Boolean));
  }
  return rows;
}

function mark(want, got) {
  const [a, b] = [want.text, got.text];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  want.mark = [head, a.length - tail];
  got.mark = [head, b.length - tail];
}

/** Folds equal lines that are not beside a difference; with the first fold the first difference stands on top. */
function skipped(all) {
  const near = all.map((_, at) => all.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((row) => row.kind !== "same"));
  const rows = [];
  all.forEach((row, at) => {
    if (row.kind !== "same" || near[at]) rows.push(row);
    else if (rows.at(-1)?.kind === "skip") rows.at(-1).rows.push(row);
    else rows.push({ kind: "skip", rows: [row] });
  });
  // A fold of one line hides nothing and costs the same line.
  return rows.flatMap((row) => (row.kind === "skip" && row.rows.length === 1 ? row.rows : [row]));
}

const WIDE = 240;
const BEFORE = 60;

/** The part of a long line around its mark: {text, mark, isCut: [before, after]}. */
export function centred({ text, mark: found }) {
  if (text.length <= WIDE) return { text, mark: found, isCut: [false, false] };
  const from = Math.max(0, Math.min((found?.[0] ?? 0) - BEFORE, text.length - WIDE));
  const to = Math.min(text.length, from + WIDE);
  const within = (at) => Math.min(Math.max(at - from, 0), to - from);
  return { text: text.slice(from, to), mark: found && found.map(within), isCut: [from > 0, to < text.length] };
}
