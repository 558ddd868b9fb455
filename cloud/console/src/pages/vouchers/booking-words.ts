/** How the money of a batch gets into the books, one sentence each. */
import type { Batch } from "../../data/catalogue/vouchers.ts";
import { say } from "../../strings/strings.ts";

const words = {
  "first-use": "booking_first_use",
  "handed-out": "booking_handed_out",
  "given-away": "booking_given_away",
  elsewhere: "booking_elsewhere",
} as const satisfies Record<Batch["booking"], string>;

/** What a person chooses from, the usual one first. */
export const bookings = Object.keys(words) as readonly Batch["booking"][];
export const bookingText = (booking: Batch["booking"]): string => say(words[booking]);
