/** A password as it comes: in clear, or as its NT hash alone, where another system or a router tells no more. Pure. */
import { ntHashHex } from "@karibu/protocol/accounts/nt-hash";
import { type Weakness, weaknessOf } from "./password-strength.ts";

export interface HashedPassword {
  /** 32 hex digits: as good as the password to who wants to log in. */
  readonly ntHash: string;
  /** Who saw the password said so. */
  readonly isShort: boolean;
}
export type GivenPassword = string | HashedPassword;

export const ntHashOfGiven = (given: GivenPassword): string =>
  typeof given === "string" ? ntHashHex(given) : given.ntHash;

/** A hash is known for the name's where it is that of the name as it is written, or in small or in large letters. */
export function weaknessOfGiven(username: string, given: GivenPassword): Weakness | null {
  if (typeof given === "string") return weaknessOf(username, given);
  const names = [username, username.toLowerCase(), username.toUpperCase()];
  if (names.some((name) => ntHashHex(name) === given.ntHash.toLowerCase())) return "is-name";
  return given.isShort ? "short" : null;
}
