/** Numbers, durations, sizes and times as people read them. Everything here is pure. */
const THIN = "\u202f";
// Made once: making one costs more than a hundred uses, and live pages say times all the time.
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const MINUTES = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECONDS = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

const DECIMALS = [0, 1, 2].map((digits) =>
  new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }));

const decimal = (value, digits) => DECIMALS[digits].format(value);

/** 8 ms, 0.29 s, 14.2 s, 6:48, 1 h 12, 2 d 4 h. `whole` drops fractions of a second, for clocks that run. */
export function duration(ms, { whole = false } = {}) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "";
  const at = Math.max(0, ms);
  const seconds = Math.floor(at / 1000);
  if (whole && seconds < 60) return `${seconds} s`;
  if (at < 99.5) return `${Math.round(at)} ms`;
  if (at < 995) return `${decimal(at / 1000, 2)} s`;
  if (at < 59_950) return `${decimal(at / 1000, 1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${pad(seconds % 60)}`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))}`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

const pad = (number) => String(number).padStart(2, "0");

/** 84 kB, 1.2 MB. */
export function size(bytes) {
  if (bytes === null || bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = "";
  for (const next of ["kB", "MB", "GB", "TB"]) {
    value /= 1000;
    unit = next;
    if (value < 999.5) break;
  }
  return `${decimal(value, value < 9.95 && unit !== "kB" ? 1 : 0)} ${unit}`;
}

/** 12,408 in full up to 99,999, then 1.2 M. */
export function count(number) {
  if (number <= 99_999) return number.toLocaleString();
  const [value, unit] = number < 999_500 ? [number / 1e3, "k"] : [number / 1e6, "M"];
  return `${decimal(value, value < 99.95 ? 1 : 0)} ${unit}`;
}

/** Whole percent rounded down, so that 100 is said only when nothing is left. */
export const percent = (part, whole) => `${whole ? Math.floor((part / whole) * 100) : 0}${THIN}%`;

/** A share with at most one decimal: 93.9 %. */
export const share = (ratio) => `${(ratio * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })}${THIN}%`;

const sameDay = (a, b) =>
  a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();

/** Today 12:04, this year 12 Nov 15:09, else the date; in the zone of the reader. */
export function moment(text, now = new Date()) {
  if (!text) return "";
  const at = new Date(text);
  if (sameDay(at, now)) return clock(at);
  return at.getFullYear() === now.getFullYear() ? `${DAY.format(at)} ${clock(at)}` : DATE.format(at);
}

/** 12:04, or 12:04:31 with `seconds`. */
export const clock = (at, seconds = false) => (seconds ? SECONDS : MINUTES).format(new Date(at));

/** The exact instant with its zone, for titles. */
export const exact = (text) => EXACT.format(new Date(text));

/** The heading of a day in a list: today, yesterday, 12 November. */
export function dayName(text, now = new Date()) {
  const at = new Date(text);
  if (sameDay(at, now)) return "today";
  const before = new Date(now);
  before.setDate(now.getDate() - 1);
  if (sameDay(at, before)) return "yesterday";
  const options = { day: "numeric", month: "long" };
  if (at.getFullYear() !== now.getFullYear()) options.year = "numeric";
  return at.toLocaleDateString(undefined, options);
}

/** "3 min ago", said only under one hour; after that the moment itself. */
export function ago(text, now = Date.now()) {
  const ms = now - new Date(text).getTime();
  if (ms < 60_000) return "just now";
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min ago` : moment(text, new Date(now));
}

/** Seven characters, as people say commits. */
export const commit = (sha) => (sha ?? "").slice(0, 7);

/** Two letters for an avatar. */
export function initials(name) {
  const parts = (name ?? "").trim().split(/\s+/).filter(Boolean);
  const letters = parts.length > 1 ? [parts[0], parts[parts.length - 1]].map((part) => part[0])
    : [parts[0]?.slice(0, 2)];
  return letters.join("").toUpperCase() || "?";
}
