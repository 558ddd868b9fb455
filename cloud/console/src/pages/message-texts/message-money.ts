import { money } from "../../strings/format.ts";

/** Thousandths of a minor unit, as people read money; an SMS costs less than a shilling. */
export const millicents = (amount: number, currency: string): string => money(Math.round(amount / 1000), currency);
