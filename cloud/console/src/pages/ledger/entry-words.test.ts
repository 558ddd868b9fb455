import type { EntryKind } from "@karibu/cloud/money/ledger/entries";
import { expect, test } from "vitest";
import { en } from "../../strings/en.ts";

/** A new kind of entry is missed here by the compiler. */
const kinds: Readonly<Record<EntryKind, true>> = {
  receipt: true,
  unreceipted: true,
  suspense: true,
  assignment: true,
  "credit-used": true,
  reversal: true,
  disproof: true,
  restored: true,
  proof: true,
  refund: true,
  "top-up": true,
  "taken-over": true,
  "debt-paid": true,
  expense: true,
  float: true,
  "cash-sale": true,
  "voucher-sale": true,
  "voucher-cash": true,
  "venue-share": true,
  "venue-pay-out": true,
  discount: true,
  charge: true,
  withdrawal: true,
  opening: true,
  commission: true,
  void: true,
  correction: true,
};

test.each(Object.keys(kinds))("the ledger has a word for an entry of kind %s", (kind) => {
  expect(Object.keys(en)).toContain(`entry_${kind.replaceAll("-", "_")}`);
});
