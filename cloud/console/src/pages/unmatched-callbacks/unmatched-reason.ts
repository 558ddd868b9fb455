import { say } from "../../strings/strings.ts";

const notBooked = "could not be booked: ";

/** Why a callback fits nothing, for people: what a checker of shapes says about a field is no sentence. */
export function strayWords(reason: string): string {
  if (reason.startsWith(notBooked)) return say("notBooked", { why: reason.slice(notBooked.length) });
  return reason.replace(
    /(not a genuine message): (.*): (?:Invalid input|Required|Expected).*$/s,
    (_, head: string, field: string) => `${head}: ${field || "the body"} is missing or has another shape`,
  );
}
