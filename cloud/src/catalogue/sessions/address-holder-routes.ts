/**
 * Who had an address at a time: what the police, or a complaint about abuse, asks a provider. It joins traffic to people, so it has a
 * permission of its own, and each answer that names somebody stands in the audit log with what was asked.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { ownRule } from "../../ground/http/own-rules.ts";
import { route } from "../../ground/http/route.ts";
import { isSaleOfSession } from "./sale-of-session.ts";

export const holderView = z.object({
  siteId: z.string(),
  sessionKey: z.string(),
  user: z.string().nullable(),
  mac: z.string().nullable(),
  service: z.enum(["hotspot", "pppoe", "ppp"]).nullable(),
  /** What let it in: a purchase, a voucher, an account. */
  grantId: z.string().nullable(),
  accountId: z.string().nullable(),
  customerId: z.string().nullable(),
  customerName: z.string().nullable(),
  /** Who paid for it, masked, and the payment or the sale for cash that it used: the way to the number, for who may read it there. */
  phone: z.string().nullable(),
  paymentId: z.string().nullable(),
  cashSaleId: z.string().nullable(),
  /** By the site's clock, as far as it was corrected. */
  startedAtMs: z.int(),
  /** Null: it is online. */
  stoppedAtMs: z.int().nullable(),
  /** False: its router never said when it ended; it may have ended later. */
  endIsKnown: z.boolean(),
});

/** A session whose end nobody reported may have gone on for so long after its last sign. */
const unseenMs = 10 * 60_000;

/** The clock of who asks may be ahead of the hub's by so much. */
const clockSkewMs = 60_000;

export function addressHolderRoutes({ clock }: Pick<World, "clock">) {
  return [
    route({
      method: "GET",
      path: "/api/v1/address-holders",
      summary: "Who had this IPv4 address at this time, at any site: at most 100 sessions",
      permission: "sessions.trace",
      reveals: "sessions.trace",
      query: z.object({
        address: z.ipv4(ownRule("ip-address", "An IPv4 address, such as 10.5.48.20.")),
        atMs: z.coerce.number().int().min(0).max(253_402_300_799_999),
      }),
      response: z.object({ items: z.array(holderView) }),
      handle: ({ query: { address, atMs }, providerId, transact, revealed }) =>
        transact(async (tx) => {
          // Who is online now need not be at a time that has not come: nobody is named for it.
          if (atMs > clock.wall().atMs + clockSkewMs) {
            revealed(false);
            return { items: [] };
          }
          const rows = await tx
            .selectFrom("sessions as session")
            .leftJoin("accounts as account", (join) =>
              join
                .onRef("account.providerId", "=", "session.providerId")
                .on("account.accountId", "=", sql<string>`split_part(session.grant_id, '.', 2)`)
                .on("session.grantId", "like", "a.%"),
            )
            .leftJoin("customers as customer", (join) =>
              join
                .onRef("customer.providerId", "=", "account.providerId")
                .onRef("customer.customerId", "=", "account.customerId"),
            )
            .leftJoin("grants as bought", (join) =>
              join
                .onRef("bought.providerId", "=", "session.providerId")
                .onRef("bought.grantId", "=", "session.grantId"),
            )
            .leftJoin("purchases as payment", (join) =>
              join
                .onRef("payment.providerId", "=", "bought.providerId")
                .onRef("payment.purchaseId", "=", "bought.purchaseId"),
            )
            .leftJoin("cash_sales as sale", (join) =>
              join
                .onRef("sale.providerId", "=", "session.providerId")
                .onRef("sale.grantId", "=", "session.grantId")
                .onRef("sale.siteId", "=", "session.siteId")
                .on(isSaleOfSession),
            )
            .select(["session.siteId", "session.sessionKey", "session.username", "session.mac", "session.service"])
            .select(["session.grantId", "session.begunAtMs", "session.stoppedAtMs", "session.cause"])
            .select(["account.accountId", "customer.customerId", "customer.name"])
            .select(["payment.purchaseId", "payment.phoneMasked as payer", "sale.phoneMasked as buyer", "sale.saleId"])
            .where("session.providerId", "=", providerId)
            .where("session.address", "=", address)
            .where("session.begunAtMs", "<=", atMs)
            .where((is) =>
              is.or([
                is("session.stoppedAtMs", "is", null),
                is("session.stoppedAtMs", ">=", atMs),
                is.and([is("session.cause", "=", "lost"), is("session.stoppedAtMs", ">=", atMs - unseenMs)]),
              ]),
            )
            .orderBy("session.begunAtMs", "desc")
            .limit(100)
            .execute();
          revealed(rows.length > 0);
          return {
            items: rows.map((row) => ({
              siteId: row.siteId,
              sessionKey: row.sessionKey,
              user: row.username,
              mac: row.mac,
              service: row.service,
              grantId: row.grantId,
              accountId: row.accountId,
              customerId: row.customerId,
              customerName: row.name,
              phone: row.payer ?? row.buyer,
              paymentId: row.purchaseId,
              cashSaleId: row.saleId === null ? null : `${row.siteId}.${row.saleId}`,
              startedAtMs: row.begunAtMs,
              stoppedAtMs: row.stoppedAtMs,
              endIsKnown: row.cause !== "lost",
            })),
          };
        }),
    }),
  ];
}
