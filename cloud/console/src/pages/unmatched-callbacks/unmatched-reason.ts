import { say } from "../../strings/strings.ts";

const notBooked = "could not be booked: ";
const notJudged = "could not be judged: ";
const notGenuine = "not a genuine message: ";
/** The hub's reasons, as `money/callbacks/book-callback.ts` keeps them. */
const known = {
  "unknown purchase token": "unknownPurchase",
  "unknown call token": "unknownCall",
  "unknown channel token": "unknownChannel",
  "it names no order of ours": "unknownOrder",
  "still waiting in the channel's queue": "stillQueued",
  "this channel sends no notices": "notOfChannel",
  "this channel sends no confirmations": "notOfChannel",
  "this channel asks for no validation": "notOfChannel",
} as const;

/** Why a callback matches nothing, as a sentence. Of a message that can't be read, the reason is what a schema says of it. */
export function unmatchedReason(reason: string): string {
  if (reason.startsWith(notBooked)) return say("notBooked", { why: reason.slice(notBooked.length) });
  if (reason.startsWith(notJudged)) return say("notJudged", { why: reason.slice(notJudged.length) });
  if (reason.startsWith(notGenuine)) return say("notGenuine", { why: unreadable(reason.slice(notGenuine.length)) });
  return Object.hasOwn(known, reason) ? say(known[reason as keyof typeof known]) : reason;
}

function unreadable(complaint: string): string {
  const [, field] = /^(.*): (?:Invalid input|Required|Expected).*$/s.exec(complaint) ?? [];
  return field === undefined ? complaint : say("fieldMissing", { field: field === "" ? say("theBody") : field });
}
