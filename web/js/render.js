/**
 * Draws a tree of descriptions into the page, changing only what differs, so that focus, hover and scroll survive.
 * Text always goes through text nodes; there is no way to write markup from a string.
 */
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new WeakMap();
const LISTENERS = new WeakMap();

/**
 * Describes one element. Props: `onclick` is a listener, `.items` a property, `style` an object, `key` keeps identity
 * in a list, `ref` is called once with the new node, everything else an attribute (false and null remove it).
 */
export function h(tag, props, ...kids) {
  return { tag, props: props ?? {}, key: props?.key ?? null, kids: flat(kids, []) };
}

/** Draws `kids` as the children of `host`, reusing what an earlier call drew there. */
export function render(host, ...kids) {
  reconcile(host, flat(kids, []), host.namespaceURI === SVG);
}

/** A false child keeps its place as a hole, so that its neighbours are not mistaken for it. */
function flat(kids, out) {
  for (const kid of kids) {
    if (Array.isArray(kid)) flat(kid, out);
    else if (kid === null || kid === undefined || kid === false || kid === true || kid === "") out.push(null);
    else out.push(typeof kid === "object" ? kid : String(kid));
  }
  return out;
}

function reconcile(host, next, inSvg) {
  const before = DRAWN.get(host) ?? [];
  const keyed = new Map();
  const rest = [];
  for (const entry of before) {
    if (entry && typeof entry.what === "object" && entry.what.key !== null) keyed.set(entry.what.key, entry);
    else rest.push(entry);
  }
  const kept = new Set();
  let place = 0;
  const after = next.map((what) => {
    const isKeyed = what !== null && typeof what === "object" && what.key !== null;
    const old = isKeyed ? keyed.get(what.key) : rest[place++];
    if (isKeyed) keyed.delete(what.key);
    if (what === null) return null;
    const node = old && sameKind(old.what, what) ? old.node : create(what, inSvg);
    if (old && node === old.node) { kept.add(old); update(node, old.what, what); }
    else if (typeof what === "object") update(node, null, what);
    return { what, node };
  });
  for (const entry of before) if (entry && !kept.has(entry)) entry.node.remove();
  put(host, after);
  DRAWN.set(host, after);
}

function sameKind(a, b) {
  return typeof a === "string" ? typeof b === "string" : typeof b === "object" && a.tag === b.tag;
}

function create(what, inSvg) {
  if (typeof what === "string") return document.createTextNode(what);
  const svg = inSvg || what.tag === "svg";
  const node = svg ? document.createElementNS(SVG, what.tag) : document.createElement(what.tag);
  what.props.ref?.(node);
  return node;
}

/** Moves as few nodes as possible: a moved node loses its focus. */
function put(host, entries) {
  let at = host.firstChild;
  for (const entry of entries) {
    if (!entry) continue;
    if (entry.node === at) at = at.nextSibling;
    else if (at && entry.node === at.nextSibling) at = entry.node.nextSibling;
    else host.insertBefore(entry.node, at);
  }
}

function update(node, old, what) {
  if (typeof what === "string") {
    if (old !== what) node.data = what;
    return;
  }
  const was = old?.props ?? {};
  for (const name in was) if (!(name in what.props)) setProp(node, name, null, was[name]);
  for (const name in what.props) setProp(node, name, what.props[name], was[name]);
  // A custom element draws its own inside.
  if (!what.tag.includes("-")) reconcile(node, what.kids, node.namespaceURI === SVG);
}

function setProp(node, name, value, old) {
  if (name === "key" || name === "ref") return;
  if (name.startsWith("on")) return listen(node, name.slice(2), value);
  if (name[0] === ".") { if (value !== old) node[name.slice(1)] = value; return; }
  if (name === "value" || name === "checked") { if (node[name] !== value) node[name] = value ?? ""; return; }
  if (name === "style") return setStyle(node, value ?? {}, old ?? {});
  if (value === old) return;
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

function listen(node, type, handler) {
  let table = LISTENERS.get(node);
  if (!table) LISTENERS.set(node, (table = new Map()));
  if (!table.has(type)) node.addEventListener(type, (event) => table.get(type)?.call(node, event));
  table.set(type, handler);
}

function setStyle(node, value, old) {
  for (const name in old) if (!(name in value)) node.style.removeProperty(name);
  for (const name in value) if (value[name] !== old[name]) node.style.setProperty(name, value[name]);
}
