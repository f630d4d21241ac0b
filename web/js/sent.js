/** How a message to the outside fares, in words: of channels and of subscriptions. */
const STATES = { pending: ["pending", "Waiting"], sending: ["running", "Being sent"], delivered: ["passed", "Delivered"],
  gaveUp: ["failed", "Given up"] };

const REASONS = {
  dnsLookupFailed: "The name of the host is not known.", connectionRefused: "Nothing listens at this address.",
  connectionLost: "The connection broke.", timedOut: "No answer in time.", tlsFailed: "The certificate was not accepted.",
  addressRefused: "This server may not send to that address.", tooManyRedirects: "It was sent on too often.",
  replyTooLarge: "The answer was too long.", sendFailed: "It could not be sent.", badReply: "The answer made no sense.",
  authenticationFailed: "The mail server refused the login.",
  aborted: "The server stopped meanwhile.", invalidRequest: "The address is no use.",
  mailNotConfigured: "This server has no mail server to hand messages to.",
  byHand: "Somebody switched it off.",
  channelDeleted: "The channel was deleted.", channelDisabled: "The channel is disabled.",
  channelUnreadable: "Its secret cannot be read any more.", subscriptionDeleted: "The subscription was deleted.",
  subscriptionDisabled: "The subscription is disabled.", subscriptionUnreadable: "Its secret cannot be read any more.",
  unreadable: "It cannot be read any more.", expired: "It was tried for too long.",
  interrupted: "The server stopped meanwhile.",
};

const EVENTS = { "execution.finished": "Run finished", "alert.opened": "Alert opened", "alert.acknowledged": "Alert taken",
  "alert.resolved": "Alert resolved" };
const OCCASIONS = { opened: "Alert opened", resolved: "Alert resolved", test: "Test" };

/** What a subscription may ask for, as choices of a field. */
export const eventOptions = () => Object.entries(EVENTS).map(([value, label]) => ({ value, label }));
export const eventWord = (event) => EVENTS[event] ?? event;

/** What a message is about: an event for a subscription, an occasion for a channel. */
export const about = ({ event, occasion }) => (event ? eventWord(event) : OCCASIONS[occasion] ?? occasion);

/** [shape of a status, word] of a delivery; one that failed before is tried again. */
export function stateOf({ state, tries }) {
  if (state === "pending" && tries > 0) return ["retrying", "Trying again"];
  return STATES[state] ?? ["pending", state];
}

export const isUnderWay = ({ state }) => state === "pending" || state === "sending";

/** Why it failed, as a sentence; empty when it did not. `detail` is what the server says of reasons without one. */
export function failureOf(reason, detail = null) {
  if (!reason) return "";
  const status = /^http(\d{3})$/.exec(reason)?.[1];
  return REASONS[reason] ?? (status ? `The receiver answered ${status}.` : detail ?? reason);
}
