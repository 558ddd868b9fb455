/** Files and screens call one thing by one word, in both languages: an accountant has both open side by side. */
import { causeWords, endingWords } from "@karibu/cloud/catalogue/sessions/session-words";
import { voucherStateWords } from "@karibu/cloud/catalogue/vouchers/voucher-words";
import type { Wording } from "@karibu/cloud/ground/lists/export-words";
import { documentKindWords, fiscalStateWords } from "@karibu/cloud/money/documents/document-file-words";
import { invoiceStateWords } from "@karibu/cloud/money/invoices/invoice-words";
import { accountWords, entryWords, goneOwner, natureWords } from "@karibu/cloud/money/ledger/book-words";
import { failureWords, paymentStateWords, provenanceWords } from "@karibu/cloud/money/purchases/payment-words";
import { kindWords, movementWords } from "@karibu/cloud/money/received/received-words";
import { refundMethodWords, refundStateWords, resolutionWords } from "@karibu/cloud/money/refunds/refund-words";
import { en } from "@karibu/console/strings/en";
import { sw } from "@karibu/console/strings/sw";
import { expect, test } from "vitest";

const spoken: Readonly<Record<string, Wording>> = {
  state: paymentStateWords,
  reason: failureWords,
  provenance: provenanceWords,
  received_for: kindWords,
  received_as: movementWords,
  invoice: invoiceStateWords,
  docKind: documentKindWords,
  fiscal: fiscalStateWords,
  method: refundMethodWords,
  refund: refundStateWords,
  resolution: resolutionWords,
  account: accountWords,
  entry: entryWords,
  nature: natureWords,
  cause: causeWords,
  ending: endingWords,
  voucher: voucherStateWords,
};

test.each(Object.keys(spoken))("[REP-10] the words for %s are those of the screen, in English and Swahili", (kind) => {
  const wording = spoken[kind] as Wording;
  const codes = Object.keys(wording);
  const key = (code: string) => `${kind}_${code.replaceAll("-", "_")}`;
  const onScreen = (strings: Readonly<Record<string, string>>) =>
    Object.fromEntries(codes.map((code) => [code, strings[key(code)]]));
  const inFiles = (language: 0 | 1) => Object.fromEntries(codes.map((code) => [code, wording[code]?.[language]]));
  expect(codes.length).toBeGreaterThan(1);
  expect(inFiles(0)).toEqual(onScreen(en));
  expect(inFiles(1)).toEqual(onScreen(sw));
});

test("[REP-10] an owner whom nobody knows any more is called alike on screens and in files", () => {
  const keys = {
    clearing: "channel",
    unreceipted: "channel",
    float: "unnamedUser",
    venue: "unnamedVenue",
    paper: "unnamedBatch",
  } as const;
  expect(Object.entries(keys).map(([kind, key]) => [kind, en[key], sw[key]])).toEqual(
    Object.entries(goneOwner).map(([kind, [english, swahili]]) => [kind, english, swahili]),
  );
});
