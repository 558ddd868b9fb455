import { say } from "../../strings/strings.ts";

const notBooked = "could not be booked: ";
const notJudged = "could not be judged: ";

/** Why a callback matches nothing, as a sentence. The hub's reason may be the message of a schema check, which is none. */
export function unmatchedReason(reason: string): string {
  if (reason.startsWith(notBooked)) return say("notBooked", { why: reason.slice(notBooked.length) });
  if (reason.startsWith(notJudged)) return say("notJudged", { why: reason.slice(notJudged.length) });
  return reason.replace(
    /(not a genuine message): (.*): (?:Invalid input|Required|Expected).*$/s,
    (_, head: string, field: string) => `${head}: ${field || "the body"} is missing or has another shape`,
  );
}
