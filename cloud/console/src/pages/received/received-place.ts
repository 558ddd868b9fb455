/** Where a row of money received leads. Pure. */
import type { Received } from "../../data/money/received.ts";

interface Place {
  readonly path: string;
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
}

/** An address of the console; null: what it was for has no page. */
export function placeOf(thing: Received["thing"]): Place | null {
  if (thing === null) return null;
  const { kind, id } = thing;
  // Money without an owner waits there; a voucher stands in the list of its batch.
  if (kind === "receipt") return { path: "review", query: { q: id } };
  if (kind === "voucher") return { path: "vouchers", id: id.replace(/\.\d+$/, "") };
  // One page for all invoices.
  if (kind === "invoice") return { path: "invoices" };
  return { path: `${kind}s`, id };
}
