import { get, path, post } from "./api.js";
import { h } from "./render.js";
import { because, status } from "./parts.js";
import { failureOf, isUnderWay, stateOf } from "./sent.js";
import { many } from "./words.js";
import { openDialog } from "./elements/as-dialog.js";

const ASK_EVERY_MS = 500;

/** Sends a test message to a channel and says how that goes until it is closed, then runs `closed`. */
export async function testChannel(channel, project, closed = () => {}) {
  let sent = null; let problem = null; let timer = 0; let isOpen = true;
  const dialog = openDialog({
    title: `Test of ${channel.name}`,
    closed: () => { isOpen = false; clearTimeout(timer); closed(); },
    draw: () => [problem ? h("p", { role: "alert", class: "failed" }, because(problem)) : said(sent)],
  });
  const watch = async (id) => {
    const { data } = await get("/notifications", { project, channel: channel.id, limit: 20 });
    sent = data.items.find((one) => one.id === id) ?? sent;
    if (!isOpen) return;
    dialog.redraw();
    if (!sent || isUnderWay(sent)) timer = setTimeout(() => watch(id).catch(failed), ASK_EVERY_MS);
  };
  const failed = (error) => { problem = error; if (isOpen) dialog.redraw(); };
  try {
    const { data } = await post(path`/channels/${channel.id}/test`);
    await watch(data.notification);
  } catch (error) {
    failed(error);
  }
}

function said(sent) {
  const [shape, word] = sent ? stateOf(sent) : ["running", "Being sent"];
  return h("div", { class: "stack", role: "status" },
    h("p", { class: "line" }, status(shape, { size: "l", label: false }), h("b", null, word)),
    sent?.reason && h("p", null, failureOf(sent.reason, sent.detail)),
    sent && sent.tries > 0 && sent.state !== "delivered" && h("p", { class: "small dim" },
      `${many(sent.tries, "try", "tries")} so far.`, isUnderWay(sent) ? " It goes on when this is closed." : ""),
    sent?.state === "delivered" && h("p", { class: "small dim" }, "The receiver took the message."));
}
