import { h } from "./render.js";

/** A piece {text, look} of output with what is searched marked: [what to draw, matches]. `isHit(nth)` says which one is current. */
export function marked({ text, look }, search, isHit) {
  const wrapIn = (kids) => (look ? h("span", { class: look }, kids) : kids);
  if (!search) return [wrapIn(text), 0];
  const kids = [];
  const lower = text.toLowerCase();
  let at = 0;
  let count = 0;
  for (let next = lower.indexOf(search); next >= 0; next = lower.indexOf(search, at)) {
    kids.push(text.slice(at, next), h("mark", { "data-hit": isHit(count) }, text.slice(next, next + search.length)));
    at = next + search.length;
    count += 1;
  }
  kids.push(text.slice(at));
  return [wrapIn(kids), count];
}
