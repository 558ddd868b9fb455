/**
 * Who had an address at a time: what the police, or a complaint about abuse, asks a provider. It joins traffic to people, so it has a
 * permission of its own, and each answer that names somebody stands in the audit log with what was asked.
 */
import { sql } from "kysely";
import { z } from "zod";
import { type Route, route } from "../../ground/http/route.ts";

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
  /** By the site's clock, as far as it was corrected. */
  startedAtMs: z.int(),
  /** Null: it is online. */
  stoppedAtMs: z.int().nullable(),
  /** False: its router never said when it ended; it may have ended later. */
  endIsKnown: z.boolean(),
});

/** A session whose end nobody reported may have gone on for so long after its last sign. */
const unseenMs = 10 * 60_000;

export function addressHolderRoutes(): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/address-holders",
      summary: "Who had this IPv4 address at this time, at any site: at most 100 sessions",
      permission: "sessions.trace",
      reveals: "sessions.trace",
      query: z.object({ address: z.ipv4(), atMs: z.coerce.number().int().min(0).max(253_402_300_799_999) }),
      response: z.object({ items: z.array(holderView) }),
      handle: ({ query: { address, atMs }, providerId, transact, revealed }) =>
        transact(async (tx) => {
          const rows = await tx
            .selectFrom("sessions as session")
            .leftJoin("accounts as account", (join) =>
              join
                .onRef("account.provider_id", "=", "session.provider_id")
                .on("account.account_id", "=", sql<string>`split_part(session.grant_id, '.', 2)`)
                .on("session.grant_id", "like", "a.%"),
            )
            .leftJoin("customers as customer", (join) =>
              join
                .onRef("customer.provider_id", "=", "account.provider_id")
                .onRef("customer.customer_id", "=", "account.customer_id"),
            )
            .select(["session.site_id", "session.session_key", "session.username", "session.mac", "session.service"])
            .select(["session.grant_id", "session.begun_at_ms", "session.stopped_at_ms", "session.cause"])
            .select(["account.account_id", "customer.customer_id", "customer.name"])
            .where("session.provider_id", "=", providerId)
            .where("session.address", "=", address)
            .where("session.begun_at_ms", "<=", atMs)
            .where((is) =>
              is.or([
                is("session.stopped_at_ms", "is", null),
                is("session.stopped_at_ms", ">=", atMs),
                is.and([is("session.cause", "=", "lost"), is("session.stopped_at_ms", ">=", atMs - unseenMs)]),
              ]),
            )
            .orderBy("session.begun_at_ms", "desc")
            .limit(100)
            .execute();
          revealed(rows.length > 0);
          return {
            items: rows.map((row) => ({
              siteId: row.site_id,
              sessionKey: row.session_key,
              user: row.username,
              mac: row.mac,
              service: row.service,
              grantId: row.grant_id,
              accountId: row.account_id,
              customerId: row.customer_id,
              customerName: row.name,
              startedAtMs: row.begun_at_ms,
              stoppedAtMs: row.stopped_at_ms,
              endIsKnown: row.cause !== "lost",
            })),
          };
        }),
    }),
  ];
}
