import { offeredTermsSchema } from "@karibu/protocol/offered-terms";
import { termsSchema } from "@karibu/protocol/plan";
import { sql } from "kysely";
import { z } from "zod";
import * as mini from "zod/mini";
import { siteNames } from "../../fleet/sites/site-names.ts";
import { ownRule } from "../../ground/http/own-rules.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { rawRoute, route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { csvLine } from "../../ground/lists/csv.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { cellsOf, headsOf } from "../../ground/lists/export-cells.ts";
import { type FileLanguage, fileLanguages } from "../../ground/lists/export-words.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { writerWhileLet } from "../../ground/lists/stream.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { type PriceCurrencies, priceCurrency, priceCurrencyField } from "../plans/price-currency.ts";
import { batchBookings } from "./batch-bookings.ts";
import { type BatchRow, makeBatch, notePrinted, readBatch, setBatchActive, type VoucherShop } from "./batches.ts";
import { countBegun } from "./begun-vouchers.ts";
import type { CodeGuesses } from "./code-guesses.ts";
import { listVouchers, voucherListQuery } from "./list-vouchers.ts";
import { shownTo } from "./masked-code.ts";
import { goneOf } from "./voucher-owners.ts";
import { printedStateWords, voucherWords } from "./voucher-words.ts";
import { readVoucher, readVouchers, serialsAfter, setVoucherDisabled, type Voucher } from "./vouchers.ts";

const id = z.string().min(1).max(128);

export const batchView = z.object({
  batchId: z.string(),
  planId: z.string(),
  planName: z.string(),
  priceCents: z.number().int(),
  currency: z.string(),
  /**
   * When its money gets into the books: `first-use` of each code; `handed-out`, when a seller gets and buys it; `elsewhere`, in another system's;
   * `given-away`, never.
   */
  booking: z.enum(batchBookings),
  siteId: z.string().nullable(),
  prefix: z.string(),
  length: z.number().int(),
  alphabet: z.enum(["digits", "letters"]),
  /** Number of codes: what was ordered, without codes that another batch had already. */
  codes: z.number().int(),
  expiresAtMs: z.number().int().nullable(),
  /** Of each voucher's PIN; null: they have none. */
  pinDigits: z.number().int().nullable(),
  /** The plan's terms, with the changes of this batch. */
  terms: termsSchema,
  active: z.boolean(),
  /** `making`: not to be sold yet; `progressPercent` grows, and the live stream says when it is ready. */
  state: z.enum(["making", "ready", "failed"]),
  progressPercent: z.number().int(),
  /** When its codes first went to paper; null: not yet, as far as anybody said. */
  printedAtMs: z.number().int().nullable(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

export const listedBatchView = batchView.extend({
  /** How many of its codes began, as far as the hub has heard of it. */
  used: z.number().int(),
});

export const voucherView = z.object({
  voucherId: z.string(),
  batchId: z.string(),
  serial: z.number().int(),
  code: z.string(),
  /** Asked for with the code; null: there is none, or the reader may not see unused codes. */
  pin: z.string().nullable(),
  planName: z.string(),
  priceCents: z.number().int(),
  currency: z.string(),
  state: z.enum(["active", "used", "expired", "disabled"]),
  /** Its sale is in the books: also of one that nobody has used yet, where somebody said that it was sold. */
  isSold: z.boolean(),
  /** Its price, or a part of it, was refunded, or is on its way: once it is off it stays so. */
  isRefunded: z.boolean(),
  /** How much of it. Below its price, and where it was not switched off with the refund, it can still be used. */
  refundedCents: z.int(),
  grantId: z.string().nullable(),
  siteId: z.string().nullable(),
  redeemedAtMs: z.number().int().nullable(),
  endsAtMs: z.number().int().nullable(),
  usedBytes: z.number().int(),
  usedSeconds: z.number().int(),
});

export const batchOrder = z.strictObject({
  planId: id,
  quantity: z.number().int().min(1).max(100_000),
  prefix: z
    .string()
    .regex(/^[A-Z0-9]{0,12}$/, ownRule("capitals-or-digits", "At most 12 letters A-Z and digits."))
    .default(""),
  length: z.number().int().min(6).max(16).default(10),
  alphabet: z.enum(["digits", "letters"]).default("digits"),
  siteId: id.nullable().default(null),
  expiresAtMs: z.number().int().min(0).max(253_402_300_799_999).nullable().default(null),
  /** Each voucher gets a PIN, which the portal and the router's own page ask for; null: none. */
  pinDigits: z.number().int().min(4).max(6).nullable().default(null),
  /** Left out: what the plan costs at the site. */
  priceCents: z.number().int().min(0).max(1_000_000_000_000).optional(),
  /** Of that price; left out: the plan's, or of its price at the site. */
  currency: priceCurrencyField.optional(),
  /** How its money gets into the books. */
  booking: z.enum(batchBookings).default("first-use"),
  /** Only what differs from the plan: speed, time, data or devices. */
  terms: mini.optional(mini.partial(offeredTermsSchema)),
});

const batchParams = z.object({ batchId: id });
const voucherParams = z.object({ voucherId: id });

const list = listOf({
  sort: {
    made: { by: sql.ref("batchId"), kind: "string" },
    plan: { by: sql`lower(plan_name)`, kind: "string" },
    price: { by: sql.ref("priceCents"), kind: "number" },
    quantity: { by: sql.ref("quantity"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("batchId")],
  search: [sql.ref("planName"), sql.ref("prefix")],
});

export function voucherRoutes(shop: VoucherShop, currencies: PriceCurrencies, guesses: CodeGuesses) {
  const { emit } = shop;
  const switchBatch = (word: "disable" | "enable", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/vouchers/batches/{batchId}/${word}`,
      summary,
      permission: "vouchers.manage",
      params: batchParams,
      body: null,
      response: batchView,
      handle: async ({ params: { batchId }, providerId, transact }) =>
        transact(async (tx) => {
          const row = await setBatchActive(shop, tx, batchId, word === "enable");
          await emit(tx, providerId, { topic: "voucher", id: batchId, action: `batch-${word}d` });
          return batchViewOf(row);
        }),
    });
  const switchVoucher = (word: "disable" | "enable", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/vouchers/{voucherId}/${word}`,
      summary,
      permission: "vouchers.manage",
      params: voucherParams,
      body: null,
      response: voucherView,
      handle: async ({ actor, params: { voucherId }, providerId, transact }) =>
        transact(async (tx) => {
          const voucher = await setVoucherDisabled(shop, tx, voucherId, word === "disable");
          await emit(tx, providerId, { topic: "voucher", id: voucherId, action: `${word}d` });
          return shownTo(actor, voucher);
        }),
    });
  return [
    route({
      method: "POST",
      path: "/api/v1/vouchers/batches",
      summary: "Create a batch of vouchers for one site; they work with or without the hub",
      permission: "vouchers.manage",
      body: batchOrder,
      status: 201,
      response: batchView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        if (body.currency !== undefined) {
          const { currency } = body;
          await transact((tx) => priceCurrency(currencies, tx, providerId, currency));
          // The plan's number means another sum in another currency.
          if (body.priceCents === undefined) throw wrongField("priceCents", "price-in-currency");
        }
        const row = await makeBatch(shop, providerId, body, (work) =>
          transact(async (tx) => {
            const made = await work(tx);
            auditTarget((made as { row: BatchRow }).row.batchId);
            return made;
          }),
        );
        return batchViewOf(row);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/vouchers/batches",
      summary: "Batches, newest first",
      permission: "vouchers.read",
      query: list.query.extend({
        active: z.stringbool().optional(),
        planId: id.optional(),
        siteId: id.optional(),
      }),
      response: pageOf(listedBatchView),
      handle: async ({ query, transact }) =>
        transact(async (tx) => {
          const { active, planId, siteId } = query;
          const rows = tx
            .selectFrom("voucher_batches")
            .selectAll()
            .$if(active !== undefined, (is) => is.where("active", "=", active as boolean))
            .$if(planId !== undefined, (is) => is.where("planId", "=", planId ?? ""))
            .$if(siteId !== undefined, (is) => is.where("homeSiteId", "=", siteId ?? ""));
          const page = await list.page(rows, query, batchViewOf);
          const used = await countBegun(
            tx,
            page.items.map(({ batchId }) => batchId),
          );
          return { ...page, items: page.items.map((batch) => ({ ...batch, used: used.get(batch.batchId) ?? 0 })) };
        }),
    }),
    rawRoute({
      method: "GET",
      path: "/api/v1/vouchers/batches/{batchId}/codes",
      summary: "All codes of a batch as CSV, for printing: code, plan, price, state",
      permission: revealsCodes,
      reveals: revealsCodes,
      params: batchParams,
      query: z.object({
        language: z
          .enum(fileLanguages)
          .optional()
          .describe(
            "For people: heads and states as words. Left out: names of fields and codes, for programs that print.",
          ),
      }),
      produces: "text/csv",
      respond: async (call, _request, response) => {
        const { batchId } = call.params;
        const { language } = call.query;
        const batch = await call.transact((tx) => readBatch(tx, batchId));
        if (batch.state !== "ready") throw refusal("batch-not-ready");
        const write = writerWhileLet(response, call);
        response.setHeader("Content-Type", "text/csv; charset=utf-8");
        response.setHeader("Content-Disposition", `attachment; filename="vouchers-${batchId}.csv"`);
        await write(
          language === undefined
            ? `code,plan,price,currency,state${batch.pinDigits === null ? "" : ",pin"}\r\n`
            : csvLine(printedOf(batch).flatMap((field) => headsOf(field, voucherWords.heads[field], language))),
        );
        for (let after = -1; ; ) {
          const serials = serialsAfter(batch, after, codesPerSlice);
          const lines = await call.transact(async (tx) => {
            const gone = await goneOf(tx, batchId, serials);
            const vouchers = await readVouchers(shop, tx, batch, serials);
            return vouchers.map((voucher) =>
              printedLine({ ...voucher, gone: gone.get(voucher.serial) ?? null }, printedOf(batch), language),
            );
          });
          const isOpen = lines.length === 0 || (await write(lines.join("")));
          if (!isOpen || serials.length < codesPerSlice) break;
          after = serials.at(-1) as number;
        }
        response.end();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/vouchers/batches/{batchId}",
      summary: "One batch",
      permission: "vouchers.read",
      params: batchParams,
      response: batchView,
      volatile: ["progressPercent"],
      handle: async ({ params: { batchId }, transact }) =>
        transact(async (tx) => batchViewOf(await readBatch(tx, batchId))),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/batches/{batchId}/printed",
      summary: "Somebody took the codes of a batch to paper: printed the sheet, or saved it for a printer",
      permission: "vouchers.manage",
      params: batchParams,
      body: null,
      response: batchView,
      handle: ({ params: { batchId }, providerId, transact }) =>
        transact(async (tx) => {
          const row = await notePrinted(shop, tx, batchId);
          await emit(tx, providerId, { topic: "voucher", id: batchId, action: "batch-printed" });
          return batchViewOf(row);
        }),
    }),
    switchBatch("disable", "Disable all codes of a batch that are not in use"),
    switchBatch("enable", "Enable a batch again"),
    route({
      method: "GET",
      path: "/api/v1/vouchers",
      summary:
        "Vouchers of one batch, of all batches, or of one code; unused codes in full only with vouchers.codes, and then the reading is audited",
      permission: "vouchers.read",
      query: voucherListQuery,
      response: pageOf(voucherView),
      reveals: revealsCodes,
      handle: async ({ actor, query, transact }) =>
        transact(async (tx) => {
          const page = await listVouchers(shop, tx, query, { actor, guesses });
          return { ...page, items: page.items.map((voucher) => shownTo(actor, voucher)) };
        }),
    }),
    exportRoute({
      path: "/api/v1/vouchers/export",
      summary: "All vouchers as CSV, with the same filters as the list",
      permission: "vouchers.read",
      query: voucherListQuery,
      columns: [
        ...(["code", "planName", "priceCents", "currency", "state"] as const),
        ...(["siteName", "redeemedAtMs", "endsAtMs"] as const),
      ],
      words: voucherWords,
      offsetMinutes: offsetOfProvider,
      reveals: revealsCodes,
      page: async (tx, query, { actor, providerId }) => {
        const page = await vouchersWithSites(providerId, shop, tx, query, { actor, guesses });
        return { ...page, items: page.items.map((voucher) => shownTo(actor, voucher)) };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/vouchers/{voucherId}",
      summary: "One voucher and its use",
      permission: "vouchers.read",
      params: voucherParams,
      response: voucherView,
      reveals: revealsCodes,
      handle: async ({ actor, params: { voucherId }, transact }) =>
        transact(async (tx) => shownTo(actor, await readVoucher(shop, tx, voucherId))),
    }),
    switchVoucher("disable", "Disable a voucher"),
    switchVoucher("enable", "Enable a voucher again"),
  ];
}

/** With the name of the site that redeemed each. */
async function vouchersWithSites(providerId: string, ...given: Parameters<typeof listVouchers>) {
  const [, tx] = given;
  const { items, nextCursor } = await listVouchers(...given);
  const siteIds = items.map(({ siteId }) => siteId);
  const names = await siteNames(tx, providerId, siteIds);
  return { items: items.map((item) => ({ ...item, siteName: names.get(item.siteId ?? "") ?? null })), nextCursor };
}

/** Computed in slices of some milliseconds each, so that other requests can run. */
const codesPerSlice = 500;

const printed = ["code", "planName", "priceCents", "currency", "state"] as const;

type Printed = (typeof printed)[number] | "pin";

const printedOf = ({ pinDigits: digits }: BatchRow): readonly Printed[] =>
  digits === null ? printed : [...printed, "pin"];

function printedLine(
  { gone, ...voucher }: Voucher & { readonly gone: "given" | "sold" | null },
  fields: readonly Printed[],
  language: FileLanguage | undefined,
): string {
  const style = { language: language ?? "en", offsetMinutes: 0 };
  const wording = language === undefined ? undefined : printedStateWords;
  const shown = { ...voucher, state: (voucher.state === "active" ? gone : null) ?? voucher.state };
  return csvLine(
    fields.flatMap((field) => cellsOf(field, shown[field], field === "state" ? { ...style, wording } : { ...style })),
  );
}

function batchViewOf(row: BatchRow): z.input<typeof batchView> {
  const { prefix, length, alphabet, active, currency } = row;
  return {
    batchId: row.batchId,
    planId: row.planId,
    planName: row.planName,
    priceCents: row.priceCents,
    currency,
    booking: row.booking,
    siteId: row.homeSiteId,
    prefix,
    length,
    alphabet,
    codes: row.quantity - row.holes.length,
    expiresAtMs: row.expiresAtMs,
    pinDigits: row.pinDigits,
    terms: row.terms,
    active,
    state: row.state,
    progressPercent: row.progressPercent,
    printedAtMs: row.printedAtMs,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}
