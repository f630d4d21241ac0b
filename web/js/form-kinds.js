/**
 * Kinds of fields: `draft(value, field)` makes what the control holds, `read(draft, field)` what the API takes; undefined
 * leaves it out, and `field.clear` says what is sent instead. Nothing here is refused: what makes no sense goes to the
 * server as it was typed, and comes back with a sentence.
 */
const text = { draft: (value) => value ?? "", read: (draft, field) => draft.trim() || field.clear };

const number = {
  draft: (value, { per = 1 }) => (typeof value === "number" ? String(round(value * per)) : ""),
  read(draft, { per = 1, clear }) {
    const typed = draft.trim().replace(",", ".");
    if (typed === "") return clear;
    const value = Number(typed);
    return Number.isFinite(value) ? round(value / per) : typed;
  },
};

const round = (value) => Number(value.toPrecision(12));

const many = { draft: (value) => [...(value ?? [])], read: (draft, { clear }) => (draft.length > 0 ? [...draft] : clear) };

/** Keys in an order of their own. */
const picked = { draft: (value) => (Array.isArray(value) ? value : []), read: many.read };

/** One entry a line or between commas. */
const list = {
  draft: (value) => (value ?? []).join("\n"),
  read: (draft, { clear }) => {
    const found = draft.split(/[\n,]/).map((one) => one.trim()).filter(Boolean);
    return found.length > 0 ? found : clear;
  },
};

/** Names with values. Values keep their JSON type unless the field says `values: "text"`. */
const map = {
  draft: (value, { values }) => Object.entries(value ?? {}).map(([name, one]) =>
    ({ name, value: typeof one !== "string" ? JSON.stringify(one) : values === "text" ? one : quoted(one) })),
  read(draft, { values, clear }) {
    const rows = draft.filter(({ name }) => name.trim());
    if (rows.length === 0) return clear;
    return Object.fromEntries(rows.map(({ name, value }) => [name.trim(), values === "text" ? value : typed(value)]));
  },
};

/** A text that would read as a number or a truth is shown in quotes. */
const quoted = (text) => (typed(text) === text ? text : JSON.stringify(text));

function typed(text) {
  if (!/^(true|false|-?\d+(\.\d+)?|".*")$/.test(text.trim())) return text;
  try { return JSON.parse(text.trim()); } catch { return text; }
}

/** Values that are edited as text; steps and rows only look different. */
const json = { draft: (value) => value ?? null, read: (draft) => draft ?? undefined };

export const KINDS = {
  text, number, list, map, many, picked,
  textarea: { draft: text.draft, read: (draft, field) => (draft.trim() ? draft : field.clear) },
  code: { draft: text.draft, read: (draft) => draft },
  select: { draft: (value, { options }) => value ?? options?.[0]?.value ?? "", read: text.read },
  json, steps: json, rows: json,
  switch: { draft: (value) => value ?? false, read: (draft) => draft },
  secret: { draft: () => "", read: (draft, field) => draft || field.clear },
};
