/** Keys of the page. Single keys are off in text fields and can be switched off altogether (WCAG 2.1.4). */
const OFF = "assay.singleKeys";
let pageKeys = [];
let globalKeys = [];
let prefix = null;
let prefixTimer = 0;

/** Sets the keys that work everywhere: [{keys: "g r", says: "runs", run}]. */
export const setGlobalKeys = (keys) => { globalKeys = keys; };

/** Sets the keys of the page on screen; the next page replaces them. */
export const setPageKeys = (keys) => { pageKeys = keys; };

/** What the keys dialog lists. */
export const listKeys = () => ({ page: pageKeys, everywhere: globalKeys });

export const singleKeysOn = () => localStorage.getItem(OFF) !== "off";
export const setSingleKeys = (on) => (on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "off"));

/** Listens to the keyboard. */
export function startKeys() {
  addEventListener("keydown", take);
}

function take(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  const isChord = event.ctrlKey || event.metaKey;
  if (!isChord && (!singleKeysOn() && name !== "Escape")) return;
  if (!isChord && inText(event.target) && name !== "Escape") return;
  // A dialog or an open menu has its own keys.
  if (document.querySelector("dialog[open]") && !isChord) return;
  const asked = prefix ? `${prefix} ${name}` : name;
  const found = [...pageKeys, ...globalKeys].find((one) => one.keys.split(" or ").includes(asked));
  prefix = null;
  if (found) {
    if (found.run(event) !== false) event.preventDefault();
    return;
  }
  if (startsSequence(name)) {
    prefix = name;
    clearTimeout(prefixTimer);
    prefixTimer = setTimeout(() => { prefix = null; }, 1200);
  }
}

function startsSequence(name) {
  return [...pageKeys, ...globalKeys].some((one) => one.keys.split(" or ").some((keys) => keys.startsWith(`${name} `)));
}

function nameOf(event) {
  const key = event.key.length === 1 && (event.ctrlKey || event.metaKey) ? event.key.toLowerCase() : event.key;
  if (event.altKey) return `Alt ${key}`;
  return event.ctrlKey || event.metaKey ? `Ctrl ${key}` : key;
}

function inText(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}
