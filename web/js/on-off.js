import { call } from "./api.js";
import { refused } from "./actions.js";
import { toast } from "./elements/as-toast.js";

/**
 * Switching off and on what somebody set up: an entry for the menu of its list and the button of its page. `done` gets
 * the thing as it is then.
 */
export function onOff(address, { name, disabledAt, version }, done) {
  const isOff = Boolean(disabledAt);
  return { label: isOff ? "Switch on" : "Switch off", icon: isOff ? "i-play" : "i-out", run: () => set(!isOff) };

  async function set(disabled) {
    try {
      const { data } = await call("PATCH", address, { body: { disabled }, version });
      toast(`${name} is ${disabled ? "off" : "on"}.`);
      done(data);
    } catch (problem) {
      refused(`${name} could not be switched ${disabled ? "off" : "on"}`, problem);
    }
  }
}
