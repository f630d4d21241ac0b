import { me } from "./session.js";

const MOST = 12;

/** What somebody looked at last, newest first: [{href, label}]; this browser keeps it, for each person. */
export function recent() {
  try { return JSON.parse(localStorage.getItem(place())) ?? []; } catch { return []; }
}

/** Puts a thing that is looked at first. */
export function remember(href, label) {
  const rest = recent().filter((one) => one.href !== href);
  try { localStorage.setItem(place(), JSON.stringify([{ href, label }, ...rest].slice(0, MOST))); } catch { /* full: nothing is kept */ }
}

const place = () => `assay.recent ${me()?.id}`;
