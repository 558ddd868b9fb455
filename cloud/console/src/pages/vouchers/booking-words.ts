/** How the money of a batch gets into the books, one sentence each. */
import type { Batch } from "../../data/catalogue/vouchers.ts";
import type { User } from "../../hub/api.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { say } from "../../strings/strings.ts";

const words = {
  "first-use": "booking_first_use",
  "handed-out": "booking_handed_out",
  "given-away": "booking_given_away",
  elsewhere: "booking_elsewhere",
} as const satisfies Record<Batch["booking"], string>;

const bookings = Object.keys(words) as readonly Batch["booking"][];

/** Where sales of codes that lie with somebody are booked, and what each place is called: of the modules that this hub runs. */
export const heldCodesOf = (user: Pick<User, "modules">) =>
  modulesOf(user).flatMap(({ heldCodes }) => (heldCodes === undefined ? [] : [heldCodes]));

/** What a person chooses from, the usual one first. Codes are handed out where a module keeps whom they lie with. @param now how the batch is booked */
export function bookingsFor(user: Pick<User, "modules">, now?: Batch["booking"]): readonly Batch["booking"][] {
  const areHandedOut = heldCodesOf(user).length > 0;
  return bookings.filter((booking) => booking !== "handed-out" || areHandedOut || booking === now);
}

export const bookingText = (booking: Batch["booking"]): string => say(words[booking]);
