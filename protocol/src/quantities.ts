/**
 * Branded quantities: a number that carries its unit in the type. Each constructor asserts a safe integer, because a
 * fraction of a cent or a byte is always a bug of ours, never bad input (bad input is refused by the schemas before).
 */
declare const unit: unique symbol;
type Quantity<Unit extends string> = number & { readonly [unit]: Unit };

/** Money in minor units of its currency (100 = 1 KES). May be negative in a posting. */
export type Cents = Quantity<"cents">;
export type Bytes = Quantity<"bytes">;
export type Seconds = Quantity<"seconds">;
/** Thousand bits a second, as RouterOS' `k`. */
export type Kbps = Quantity<"kbps">;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = Quantity<"unix-ms">;

export const cents = (value: number): Cents => integer(value, "cents") as Cents;
export const bytes = (value: number): Bytes => natural(value, "bytes") as Bytes;
export const seconds = (value: number): Seconds => natural(value, "seconds") as Seconds;
export const kbps = (value: number): Kbps => natural(value, "kbps") as Kbps;
export const unixMs = (value: number): UnixMs => integer(value, "unix-ms") as UnixMs;

function integer(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${what}: ${value} is not a safe integer`);
  return value;
}

function natural(value: number, what: string): number {
  if (integer(value, what) < 0) throw new RangeError(`${what}: ${value} is negative`);
  return value;
}
