/**
 * `GET /api/v1/vouchers/{voucherId}/trace`: the history of a code, in order: when it was made, to whom it was sent, when it was sold, where it
 * began, who used it how long, where its lease went last, and whether it is switched off or was refunded.
 */

import { voucherBridgeId, voucherGrantId } from "@karibu/protocol/grant-id";
import { sql } from "kysely";
import { z } from "zod";
import { siteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { selectMessages } from "../../messaging/message-rows.ts";
import { sessionsOfGrants } from "../sessions/sessions-of-grants.ts";
import { readBatch, type VoucherShop } from "./batches.ts";
import { shownTo } from "./masked-code.ts";
import { readVoucher, type Voucher } from "./vouchers.ts";

export const traceStepView = z.object({
  atMs: z.number().int(),
  /**
   * `bridge`: a site began it without holding its lease. `session`: a device was online with it. `lease-moved`: only the last
   * move, to its holder. `disabled`: only while it is. `sold`: before anybody used it, as a hand-over, a reseller or the office said.
   */
  what: z.enum(["made", "sent", "sold", "disabled", "lease-moved", "started", "bridge", "session", "refund"]),
  siteId: z.string().nullable(),
  siteName: z.string().nullable(),
  /** The end of what began then; null: it continues, or takes no time. */
  untilMs: z.number().int().nullable(),
  usedBytes: z.number().int().nullable(),
  amountCents: z.number().int().nullable(),
  /** Of a session: the device. Of a message: the masked phone and its state. Otherwise: the state. */
  detail: z.string().nullable(),
  /** What a message (`delivered`) or a refund (`done`) came to. */
  state: z.string().nullable(),
  /** Whom a message went to, half hidden. */
  phone: z.string().nullable(),
});
type Step = z.input<typeof traceStepView>;

export const traceView = z.object({ voucherId: z.string(), code: z.string(), items: z.array(traceStepView) });

/** The latest ones; a code that was shared may have more. */
const sessionsMax = 100;

export function traceRoutes(shop: VoucherShop) {
  return [
    route({
      method: "GET",
      path: "/api/v1/vouchers/{voucherId}/trace",
      summary: "The history of a code, in order: created, sent, sold, begun, used, moved, refunded",
      permission: "vouchers.read",
      params: z.object({ voucherId: z.string().min(1).max(128) }),
      response: traceView,
      reveals: revealsCodes,
      handle: ({ actor, params: { voucherId }, transact }) =>
        transact(async (tx) => {
          const voucher = await readVoucher(shop, tx, voucherId);
          return { voucherId, code: shownTo(actor, voucher).code, items: await readSteps(tx, voucher) };
        }),
    }),
  ];
}

const plain = {
  siteId: null,
  siteName: null,
  untilMs: null,
  usedBytes: null,
  amountCents: null,
  detail: null,
  state: null,
  phone: null,
};

async function readSteps(tx: Tx, { voucherId, batchId, serial }: Voucher): Promise<Step[]> {
  const batch = await readBatch(tx, batchId);
  const grantIds = [voucherGrantId({ batchId, serial }), voucherBridgeId({ batchId, serial })];
  const exceptions = await tx
    .selectFrom("voucher_exceptions")
    .select("atMs")
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .where("state", "=", "disabled")
    .execute();
  const messages = await selectMessages(tx, batch.providerId)
    .select(["createdAtMs", "toMasked", "state"])
    .where("template", "=", "voucher")
    .where("createdAtMs", ">=", batch.createdAtMs)
    .where(sql<boolean>`starts_with(event_key, ${`voucher/${voucherId}/`})`)
    .execute();
  const refunds = await tx
    .selectFrom("refunds")
    .select(["createdAtMs", "amountCents", "state"])
    .where("voucherId", "=", voucherId)
    .execute();
  const sales = await tx
    .selectFrom("voucher_sales")
    .select(["bookedAtMs", "priceCents"])
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .where("how", "in", ["handed-out", "reseller", "declared"])
    .execute();
  const leases = await tx
    .selectFrom("voucher_leases")
    .select(["movedAtMs", "siteId"])
    .where("batchId", "=", batchId)
    .where("serial", "=", serial)
    .execute();
  const starts = await tx
    .selectFrom("grant_starts")
    .select(["startedAtMs", "endsAtMs", "siteId", "bridge"])
    .where("grantId", "in", grantIds)
    .execute();
  const sessions = await sessionsOfGrants(tx, grantIds, sessionsMax);
  const names = await siteNames(
    tx,
    batch.providerId,
    [...leases, ...starts, ...sessions].map((row) => row.siteId),
  );
  const at = (siteId: string) => ({ siteId, siteName: names.get(siteId) ?? null });
  const steps: Step[] = [
    { ...plain, what: "made", atMs: batch.createdAtMs, detail: batch.planName },
    ...exceptions.map((one): Step => ({ ...plain, what: "disabled", atMs: one.atMs })),
    ...messages.map(
      (one): Step => ({
        ...plain,
        what: "sent",
        atMs: one.createdAtMs,
        detail: `${one.toMasked} ${one.state}`,
        state: one.state,
        phone: one.toMasked,
      }),
    ),
    ...refunds.map(
      (one): Step => ({
        ...plain,
        what: "refund",
        atMs: one.createdAtMs,
        amountCents: one.amountCents,
        detail: one.state,
        state: one.state,
      }),
    ),
    ...sales.map((one): Step => ({ ...plain, what: "sold", atMs: one.bookedAtMs, amountCents: one.priceCents })),
    ...leases.map((one): Step => ({ ...plain, what: "lease-moved", atMs: one.movedAtMs, ...at(one.siteId) })),
    ...starts.map(
      (one): Step => ({
        ...plain,
        what: one.bridge ? "bridge" : "started",
        atMs: one.startedAtMs,
        untilMs: one.endsAtMs,
        ...at(one.siteId),
      }),
    ),
    ...sessions.map(
      (one): Step => ({
        ...plain,
        what: "session",
        atMs: one.begunAtMs,
        untilMs: one.stoppedAtMs,
        ...at(one.siteId),
        usedBytes: one.usedBytes,
        detail: one.mac ?? one.username,
      }),
    ),
  ];
  return steps.sort((one, other) => one.atMs - other.atMs);
}
