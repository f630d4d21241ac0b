import { me } from "./session.js";

/**
 * Where what was typed into the form of an address, or into a question with a name of its own, survives the page: in this
 * tab, for this person, until it is saved or taken back.
 */
export function draftOf(address = location.pathname) {
  const place = `assay.draft ${me()?.id} ${address}`;
  return {
    read() { try { return JSON.parse(sessionStorage.getItem(place)); } catch { return null; } },
    // A full store costs the safety net, not the form.
    write(kept) { try { sessionStorage.setItem(place, JSON.stringify(kept)); } catch { sessionStorage.removeItem(place); } },
    drop() { sessionStorage.removeItem(place); },
  };
}
