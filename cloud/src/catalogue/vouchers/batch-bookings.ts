/**
 * How the money of a batch gets into the books: when a code is first used; when it is handed to a seller, who buys it (at the latest when it is
 * used); never, because another system's books have it; never, because nobody paid.
 */
export const batchBookings = ["first-use", "handed-out", "elsewhere", "given-away"] as const;
export type BatchBooking = (typeof batchBookings)[number];
