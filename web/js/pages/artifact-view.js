import { openDialog } from "../elements/as-dialog.js";
import "../elements/as-output.js";
import { size } from "../format.js";
import { because } from "../parts.js";
import { h } from "../render.js";

/** So much of a text is shown in place; the rest is a download away. */
const MOST = 256 * 1024;
const IMAGE = /^image\/(png|jpeg|gif|webp)\b/;
const TEXT = /^(text\/(?!html)|application\/(json|xml|x-ndjson)\b)/;

/** Whether an artifact can be looked at in place; a page of strangers cannot. */
export const isViewable = ({ mediaType }) => IMAGE.test(mediaType) || TEXT.test(mediaType);

/** Shows an artifact above the page: an image, a text with its terminal colours, or JSON laid out. */
export async function openArtifact(artifact, href) {
  const isImage = IMAGE.test(artifact.mediaType);
  let text = null; let problem = null;
  const dialog = openDialog({ title: artifact.name, wide: true, draw: () => [
    isImage ? h("img", { class: "artifact", src: href, alt: artifact.name, key: "image" })
      : problem ? h("p", { role: "alert", key: "wrong" }, because(problem))
      : text === null ? h("p", { class: "dim late", key: "wait" }, "Loading")
      : h("as-output", { key: "text", ".model": { label: artifact.name, head: text, tail: "", bytes: new Blob([text]).size, droppedBytes: 0, wrap: true } }),
    h("p", { class: "line small", key: "more" }, h("span", { class: "dim" }, artifact.bytes > MOST && !isImage
      ? `The first ${size(MOST)} of ${size(artifact.bytes)}.` : size(artifact.bytes)),
    h("a", { class: "link", href, download: artifact.name.split("/").at(-1) }, "Download")),
  ] });
  if (isImage) return;
  try {
    text = laidOut(await beginning(href), artifact);
  } catch (error) {
    problem = error;
  }
  dialog.redraw();
}

async function beginning(href) {
  const answer = await fetch(href, { headers: { Range: `bytes=0-${MOST - 1}` }, credentials: "same-origin" });
  if (!answer.ok) throw Object.assign(new Error(), { status: answer.status, detail: "The artifact could not be fetched." });
  return answer.text();
}

/** JSON that is there as a whole, with its structure; everything else as it is. */
function laidOut(text, { mediaType, bytes }) {
  if (!mediaType.startsWith("application/json") || bytes > MOST) return text;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}
