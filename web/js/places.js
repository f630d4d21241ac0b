/** Where the reader was on each entry of the history: how far down, and what they opened. The tab keeps it over a reload. */
const KEPT = "assay.places";
const MOST = 100;
const PATIENCE_MS = 4000;
const OWN_MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];

const all = () => { try { return JSON.parse(sessionStorage.getItem(KEPT)) ?? {}; } catch { return {}; } };

/** Remembers where the reader is; `href` is the address that is opened from here, else that of what has the focus. */
export function keepPlace(entry, href = document.activeElement?.closest?.("main a[href]")?.getAttribute("href")) {
  const places = Object.entries({ ...all(), [entry]: { y: Math.round(scrollY), href: href ?? null } });
  try { sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(places.slice(-MOST)))); } catch { /* full: no place is kept */ }
}

/** {y, href} of an entry that was shown before, or null. */
export const placeOf = (entry) => all()[entry] ?? null;

/** Brings the reader back while the page still grows; gives up as soon as they move themselves. */
export function comeBack(host, { y, href }) {
  const until = performance.now() + PATIENCE_MS;
  const own = new AbortController();
  for (const name of OWN_MOVES) addEventListener(name, () => own.abort(), { signal: own.signal, passive: true });
  const step = () => {
    if (own.signal.aborted || !host.isConnected) return;
    scrollTo(0, y);
    const isThere = Math.abs(scrollY - y) < 2;
    const link = isThere && href && [...host.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === href);
    if (link) link.focus({ preventScroll: true });
    if ((isThere && (link || !href)) || performance.now() > until) own.abort();
    else requestAnimationFrame(step);
  };
  step();
}
