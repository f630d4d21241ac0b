import { path, post } from "./api.js";
import { refused, showOnce } from "./actions.js";
import { exact } from "./format.js";

/** Makes a link by which somebody chooses a password themselves: an invitation or a reset. */
export async function invite({ id, name }) {
  try {
    const { data } = await post(path`/users/${id}/password-link`);
    await showOnce({ title: `Link for ${name}`,
      says: `Whoever opens it chooses the password of ${name}. It works once, until ${exact(data.expiresAt)}, and is shown this once; another one replaces it.`,
      rows: [{ label: "Link", value: new URL(data.path, location.origin).href }] });
  } catch (problem) {
    refused("The link could not be made", problem);
  }
}
