import { h } from "../render.js";
import { empty, status, time } from "../parts.js";
import { about, failureOf, stateOf } from "../sent.js";
import { many } from "../words.js";

/** The last messages to a receiver; `more` is the address of all of them. */
export const sentPanel = ({ title, items, none, more }) => h("section", { class: "panel", "aria-label": title },
  h("header", null, h("h2", { class: "grow" }, title), more && items.length > 0 && h("a", { class: "link small", href: more }, "All")),
  items.length === 0 ? empty(none, null, null, "p")
    : h("ul", { class: "rows" }, items.map((one) => {
      const [shape, word] = stateOf(one);
      return h("li", { key: one.id, class: "item mid tallrow", "data-state": one.state }, status(shape, { label: false }),
        h("span", { class: "grow" }, h("b", null, word), " ", h("span", { class: "dim" }, about(one)),
          one.reason && h("span", { class: "small dim block breakable" }, failureOf(one.reason, one.detail))),
        h("span", { class: "small faint right nowrap" }, time(one.createdAt),
          one.tries > 1 && h("span", { class: "block" }, many(one.tries, "try", "tries"))));
    })));
