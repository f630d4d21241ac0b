import { keepPlace, placeOf } from "./places.js";

/** The address is the state: paths name pages, the query names what is shown on them. */
let work = () => {};
let entry = "";
const DECODE = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

/** Begins to listen; `changed(url)` runs for the present address and after every change. */
export function startRouter(changed) {
  work = changed;
  history.scrollRestoration = "manual";
  enter();
  addEventListener("popstate", () => {
    keepPlace(entry);
    enter();
    tell();
  });
  addEventListener("pagehide", () => keepPlace(entry));
  document.addEventListener("click", takeLink);
  tell();
}

/** Goes to an address of this site. Opening a thing pushes a history entry, refining a view replaces it. */
export function go(address, { replace = false } = {}) {
  const url = new URL(address, location.href);
  if (url.href === location.href) return;
  if (!replace) {
    keepPlace(entry, url.pathname + url.search);
    entry = fresh();
  }
  history[replace ? "replaceState" : "pushState"]({ inside: true, entry }, "", url);
  tell();
}

/** Where the reader was when this entry of the history was on screen last, or null. */
export const lastPlace = () => placeOf(entry);

const fresh = () => `${Date.now()}.${Math.random()}`;

/** Every entry has a name of its own; one that came from outside gets it now. */
function enter() {
  entry = history.state?.entry ?? fresh();
  if (!history.state?.entry) history.replaceState({ ...history.state, entry }, "", location.href);
}

/** Whether the browser's Back stays inside Assay. */
export const cameFromHere = () => history.state?.inside === true;

/** Reads `/p/:project/runs` against a path; answers its names with their values, or null. */
export function match(pattern, pathname) {
  const want = pattern.split("/");
  const have = pathname.replace(/\/+$/, "").split("/");
  if (want.length !== have.length) return null;
  const found = {};
  for (const [at, piece] of want.entries()) {
    if (piece.startsWith(":")) {
      if (!have[at]) return null;
      found[piece.slice(1)] = DECODE(have[at]);
    } else if (piece !== have[at]) return null;
  }
  return found;
}

/** The address of a page with every part escaped: ``to`/p/${project}/runs` ``. */
export function to(strings, ...parts) {
  return strings.reduce((text, piece, at) => text + encodeURIComponent(parts[at - 1]) + piece);
}

/** The present address with some query keys changed; null removes one. */
export function withQuery(changes, pathname = location.pathname) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString().replaceAll("%2C", ",");
  return pathname + (text ? `?${text}` : "");
}

/** A path of this site that is safe to go to after logging in. */
export const safePath = (text) => (/^\/(?![/\\])/.test(text ?? "") && !text.startsWith("/login") ? text : "/");

function tell() {
  work(new URL(location.href));
}

function takeLink(event) {
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!plain || event.defaultPrevented) return;
  const anchor = event.target.closest?.("a[href]");
  if (!anchor || anchor.target || anchor.hasAttribute("download")) return;
  const url = new URL(anchor.href, location.href);
  if (url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (url.hash && url.pathname === location.pathname && url.search === location.search) return;
  event.preventDefault();
  go(url.href);
}
