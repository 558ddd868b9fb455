/** A provider in the API. */
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { providerFields } from "./provider-fields.ts";
import { outageCreditOf, type ProviderRow } from "./providers.ts";

export const providerView = z.object({
  providerId: z.string(),
  name: z.string(),
  state: z.enum(["active", "suspended", "deleted"]),
  currency: z.string(),
  locale: z.enum(["en", "sw"]),
  /** Null: the portal speaks `locale`. */
  portalLanguage: z.string().nullable(),
  utcOffsetMinutes: z.number().int(),
  supportPhone: z.string().nullable(),
  subdomain: z.string().nullable(),
  bridge: z.object({ seconds: z.number().int(), dataBytes: z.number().int() }),
  /** Null: outages are not credited. */
  outageCredit: z.object({ minSeconds: z.number().int(), maxSeconds: z.number().int() }).nullable(),
  /** Sales for cash that a seller may make at a site in a day. */
  sellerSalesPerDay: z.number().int(),
  /** A site that lost its memory goes on with codes that it may have seen used. */
  sellsUnremembered: z.boolean(),
  /** What customers may do at the site against the theft of their codes. */
  codeGuard: z.object({ mayPause: z.boolean(), mayPin: z.boolean(), movesPerDay: z.number().int().nullable() }),
  /** What sites give who pays by card meanwhile; null: nothing. */
  payWindow: providerFields.payWindow,
  suspendedAtMs: z.number().int().nullable(),
  /** While it is suspended, its sites go on selling until then. */
  sellsUntilMs: z.number().int().nullable(),
  deletedAtMs: z.number().int().nullable(),
  /** A deleted provider can be restored until then; after that all its rows are deleted. */
  purgeAtMs: z.number().int().nullable(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

/** Throws a Problem 404; also for the platform itself. */
export async function readProvider(tx: Tx, providerId: string) {
  const row = await tx
    .selectFrom("providers")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("providerId", "!=", platformProviderId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("provider");
  return viewOf(row);
}

export function viewOf(row: ProviderRow): z.input<typeof providerView> {
  return {
    providerId: row.providerId,
    name: row.name,
    state: row.state,
    currency: row.currency,
    locale: row.locale,
    portalLanguage: row.portalLanguage,
    utcOffsetMinutes: row.utcOffsetMinutes,
    supportPhone: row.supportPhone,
    subdomain: row.subdomain,
    bridge: { seconds: row.bridgeSeconds, dataBytes: row.bridgeDataBytes },
    outageCredit: outageCreditOf(row),
    sellerSalesPerDay: row.sellerSalesPerDay,
    sellsUnremembered: row.sellsUnremembered,
    codeGuard: { mayPause: row.codePause, mayPin: row.codePin, movesPerDay: row.codeMovesPerDay },
    payWindow: row.payWindow,
    suspendedAtMs: row.suspendedAtMs,
    sellsUntilMs: row.sellsUntilMs,
    deletedAtMs: row.deletedAtMs,
    purgeAtMs: row.purgeAtMs,
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}
