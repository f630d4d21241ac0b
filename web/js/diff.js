/** Line differences of two texts for want and got, small enough for one look. */
const LARGE = 400;

/** Rows {kind: "same" | "want" | "got", line, text, mark?: [from, to]} of two texts. */
export function compare(want, got) {
  const a = want.split("\n");
  const b = got.split("\n");
  if (a.length > LARGE || b.length > LARGE) return [...rows("want", a), ...rows("got", b)];
  return marked(trimmed(walk(a, b, table(a, b))));
}

/** The same rows for texts that are not meant to be equal, as when one should contain the other. */
export const beside = (want, got) => [...rows("want", want.split("\n")), ...rows("got", got.split("\n"))];

/** A value as text: strings as they are, everything else as JSON over several lines. */
export function textOf(value) {
  if (value === undefined || value === null) return String(value ?? "nothing");
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

const rows = (kind, lines) => lines.map((text, at) => ({ kind, line: at + 1, text }));

/** Lengths of the longest common subsequences of the rests. */
function table(a, b) {
  const cells = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      cells[i][j] = a[i] === b[j] ? cells[i + 1][j + 1] + 1 : Math.max(cells[i + 1][j], cells[i][j + 1]);
    }
  }
  return cells;
}

function walk(a, b, cells) {
  const out = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ kind: "same", line: i + 1, text: a[i] });
      i += 1;
      j += 1;
    }
    else if (i < a.length && (j === b.length || cells[i + 1][j] >= cells[i][j + 1])) {
      out.push({ kind: "want", line: i + 1, text: a[i] });
      i += 1;
    }
    else { out.push({ kind: "got", line: j + 1, text: b[j] }); j += 1; }
  }
  return out;
}

/** Keeps two equal lines around a difference. */
function trimmed(all) {
  return all.filter((row, at) => row.kind !== "same"
    || [at - 2, at - 1, at + 1, at + 2].some((near) => all[near] && all[near].kind !== "same"));
}

/** Marks the part that differs where one line became one other. */
function marked(all) {
  all.forEach((row, at) => {
    const next = all[at + 1];
    const alone = row.kind === "want" && next?.kind === "got" && all[at - 1]?.kind !== "want"
      && all[at + 2]?.kind !== "got";
    if (!alone || row.text === next.text) return;
    let head = 0;
    while (head < row.text.length && row.text[head] === next.text[head]) head += 1;
    let tail = 0;
    while (tail < Math.min(row.text.length, next.text.length) - head
      && row.text.at(-1 - tail) === next.text.at(-1 - tail)) tail += 1;
    row.mark = [head, row.text.length - tail];
    next.mark = [head, next.text.length - tail];
  });
  return all;
}
