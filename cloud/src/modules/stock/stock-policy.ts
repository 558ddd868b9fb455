/** Where things are and where they may go: pure. */
import { cutText } from "@karibu/protocol/whole-text";
import type { Holding, MovementReason } from "./stock-item.ts";

/**
 * `store:<id>`, `van:<user>`, `job:<installation>` and `customer:<id>` are places that hold things; `supplier`, `sold` and `lost` are the
 * world outside, so that of each kind all places together always hold nothing: what is here came from there.
 */
export type Place = string;

const outside = ["supplier", "sold", "lost"] as const;
export const isOutside = (place: Place): boolean => (outside as readonly string[]).includes(place);

/** As people read a label: `SN 12-34/ab` and `sn1234AB` are one thing. */
export const serialKey = (serial: string): string => serial.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");

export interface SerialsRead {
  /** In the order they were typed or scanned, each once. */
  readonly serials: readonly { readonly serial: string; readonly key: string }[];
  /** Typed more than once. */
  readonly repeated: readonly string[];
  /** No serial number: too short, too long, or no letters and digits. */
  readonly wrong: readonly string[];
}

/** One a line, or with commas, semicolons or tabs between: as a scanner types them, or as they are pasted from a sheet. */
export function readSerials(text: string): SerialsRead {
  const serials = new Map<string, string>();
  const repeated: string[] = [];
  const wrong: string[] = [];
  for (const part of text.split(/[\r\n,;\t]+/)) {
    // Spreadsheets and labels: `S/N: HE508…`.
    const serial = part.trim().replace(/^(s\/?n|serial)\s*[:#.]?\s+/i, "");
    if (serial === "") continue;
    const key = serialKey(serial);
    if (key.length < 4 || serial.length > 40 || !/^[\x20-\x7e]+$/.test(serial)) wrong.push(cutText(part.trim(), 60));
    else if (serials.has(key)) repeated.push(serial);
    else serials.set(key, serial);
  }
  return { serials: [...serials].map(([key, serial]) => ({ key, serial })), repeated, wrong };
}

export interface Movement {
  readonly from: Place;
  readonly to: Place;
  readonly quantity: number;
}

export type Balances = ReadonlyMap<Place, number>;

/** Null: a place of ours would hold less than nothing. */
export function applyMovement(balances: Balances, { from, to, quantity }: Movement): Balances | null {
  if (from === to || quantity <= 0) return null;
  const left = (balances.get(from) ?? 0) - quantity;
  if (left < 0 && !isOutside(from)) return null;
  return new Map([...balances, [from, left], [to, (balances.get(to) ?? 0) + quantity]]);
}

/** How a thing is held after it went somewhere. */
export function holdingAfter(to: Place, why: MovementReason): Holding {
  if (to === "lost") return "lost";
  if (to === "sold" || why === "sold") return "sold";
  // At a customer, or on the way into one's house: still the provider's.
  return to.startsWith("customer:") || why === "lent" ? "lent" : "own";
}
