/**
 * Lists are read in pages of at most 100 with a cursor: the key of the last row seen (list.ts). New rows shift
 * nothing, and the ten-thousandth page costs as little as the first.
 */
import { z } from "zod";

export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  /** A name of 100 characters may take three octets for each, and more where JSON writes them out. */
  cursor: z.string().max(2000).optional(),
  /** Also count the rows of all pages, up to 10,000. */
  count: z.stringbool().optional(),
});

/** What the rows of all pages add up to in one currency, in minor units. Which parts there are, the list says. */
export const sumView = z.object({
  currency: z.string(),
  /** Of rows that count: what was not paid, was refused or is void is in no sum. */
  amountCents: z.int(),
  /** What is not proved, not decided or not paid yet. */
  pendingCents: z.int().optional(),
  provedCents: z.int().optional(),
  commissionCents: z.int().optional(),
});
export type SumName = Exclude<keyof z.output<typeof sumView>, "currency">;

export function pageOf<Item extends z.core.$ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    /** Where `count=true` asks for it: how many there are with these filters, on all pages; more than that, if `more`. */
    total: z
      .object({
        count: z.int(),
        more: z.boolean(),
        /** Lists of money: by currency. Left out where there are more rows than are counted. */
        sums: z.array(sumView).optional(),
      })
      .optional(),
  });
}
