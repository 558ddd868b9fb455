/**
 * May this device be put online from a customer's phone? A television, a console or a camera has no browser, so somebody else speaks for it:
 * whoever is online with the grant. Refusals in order of precedence; the page has a sentence for each. Pure.
 *
 * Who attacks this: a guest who wants the neighbour's device on their own grant, to push it off the neighbour's or to listen to it; one who
 * shares a grant with the whole street; one who tries MACs. So a device that has anything of its own, or is online, is nobody else's to take;
 * one whose address moves about may be two devices with one MAC; nobody loses a place to it; and only a few are added in a day.
 */
import type { RejectReason } from "../../state/reject-reason.ts";

export type AddRefusal =
  | "not-online"
  | "bad-mac"
  | "already-here"
  | "belongs-to-another"
  | "is-moving"
  | "not-seen"
  | "too-often"
  | RejectReason;

export interface Candidate {
  /** `AA:BB:CC:DD:EE:FF`; null: what was typed is none. */
  readonly mac: string | null;
  /** It holds a slot of the asker's grant. */
  readonly isHere: boolean;
  /** It holds a slot of another grant, has a session, or an account is tied to it. */
  readonly isTaken: boolean;
  /** Of what the router sees. Null: the router can't be asked. */
  readonly seen: "here" | "moving" | "absent" | null;
}

/** Null: it may, where the grant has a place. */
export function refusesToAdd(
  candidate: Candidate,
  asker: { readonly isOnline: boolean; readonly mac: string | null },
): AddRefusal | null {
  const { mac, isHere, isTaken, seen } = candidate;
  if (!asker.isOnline) return "not-online";
  if (mac === null || !isOneDevice(mac) || mac === asker.mac) return "bad-mac";
  if (isHere) return "already-here";
  if (isTaken) return "belongs-to-another";
  if (seen === "moving") return "is-moving";
  return seen === "absent" ? "not-seen" : null;
}

/** Not a group's address, and not the one of nobody. */
export function isOneDevice(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0 && mac !== "00:00:00:00:00:00";
}

/** Devices that were put online from another one have keys of their own, so that they are known again. */
const addedPrefix = "added.";
export const addedDeviceKey = (mac: string): string => addedPrefix + mac;
export const isAddedDevice = (device: string): boolean => device.startsWith(addedPrefix);
