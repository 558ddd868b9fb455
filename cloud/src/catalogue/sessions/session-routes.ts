/** RADIUS sessions from the sites' journals: who is online, and who was. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { endSession } from "./end-session.ts";
import { withoutAddress } from "./found-by.ts";
import { isSaleOfSession } from "./sale-of-session.ts";
import { sessionWords } from "./session-words.ts";

const id = z.string().min(1).max(128);

export const sessionView = z.object({
  siteId: z.string(),
  siteName: z.string().nullable(),
  /** The name that its router gives itself, one of several at the site. Null: its start is not known. */
  routerName: z.string().nullable(),
  sessionKey: z.string(),
  /** Acct-Session-Id from the router. */
  sessionId: z.string().nullable(),
  user: z.string().nullable(),
  grantId: z.string().nullable(),
  planName: z.string().nullable(),
  /** Who is online, as far as it is known: the number that paid for it (masked), or the voucher's code. */
  phone: z.string().nullable(),
  /** Of a voucher, or of a sale for cash at the site. Null also for people who may not read vouchers. */
  voucherCode: z.string().nullable(),
  /** The payment, or the sale for cash at the site, that it is used by. Null: neither. */
  paymentId: z.string().nullable(),
  cashSaleId: z.string().nullable(),
  /** When the right to be online ends; null: no end is known. */
  endsAtMs: z.number().int().nullable(),
  /** Of a live session; null: it has ended, or no end is known. */
  secondsLeft: z.number().int().nullable(),
  mac: z.string().nullable(),
  address: z.string().nullable(),
  /** `ppp`: a tunnel that is not PPPoE. Null: its site did not say. */
  service: z.enum(["hotspot", "pppoe", "ppp"]).nullable(),
  state: z.enum(["live", "ended"]),
  startedAtMs: z.number().int().nullable(),
  stoppedAtMs: z.number().int().nullable(),
  /** Time of the counters below, by the site's clock. */
  usedAtMs: z.number().int().nullable(),
  /** What the customer sent. */
  inputBytes: z.number().int(),
  /** What the customer received. */
  outputBytes: z.number().int(),
  onlineSeconds: z.number().int(),
  /** Acct-Terminate-Cause in kebab case (RFC 2866 §5.10); `lost`: no Stop came. Null: it is live. */
  cause: z.string().nullable(),
  /**
   * Why the site ended it, or which limit its router kept: `expired`, `time-used`, `data-used`, `revoked`, `suspended`, `paused` (the customer did it),
   * `outside-schedule`, `too-many-devices` (another device took its place), `other-device`, `elsewhere`, `kicked` (a person did it), `logged-out` (the
   * customer did it on the portal), `new-limits` (it logged in again). Of a lost one, how the site knew it: `silent`, `not-listed`, `router-restarted`, `replaced`. Null: the guest or
   * the router ended it.
   */
  why: z.string().nullable(),
});

async function disconnect(call: CallSite, siteId: string, sessionKey: string) {
  const ending = await endSession(call, siteId, sessionKey);
  switch (ending.kind) {
    case "refused":
      throw refusal("site-refused", { rule: "site-says", value: ending.says });
    case "away":
      throw refusal("site-away", { status: 503, retryAfterSeconds: 10 });
    default:
      return { kind: ending.kind };
  }
}

const ordering = {
  sort: { started: { by: sql.ref("session.begunAtMs"), kind: "number" } },
  default: "-started",
  tie: [sql.ref("session.sessionKey"), sql.ref("session.siteId")],
} as const;
const list = listOf({ ...ordering, search: { lowered: sql.ref("session.foundBy") } });
/** Who had an IP address is told to those alone who may trace sessions (`address-holder-routes.ts`), by a search neither. */
const listWithoutAddresses = listOf({ ...ordering, search: { lowered: withoutAddress(sql.ref("session.foundBy")) } });

const listQuery = list.query.extend({
  state: z.enum(["live", "ended"]).optional(),
  siteId: id.optional(),
  grantId: id.optional(),
  mac: z.string().max(17).optional(),
  service: z.enum(["hotspot", "pppoe", "ppp"]).optional(),
  cause: z.string().max(60).optional(),
  why: z.string().max(128).optional(),
  /** The router's name. */
  router: z.string().max(128).optional(),
  ...spanFields,
});

export function sessionRoutes(call: CallSite, world: World, codes: CodesOfGrants) {
  const readerFor = (actor: Actor): Reader => ({
    codesOf: actor.may("vouchers.read") ? codes : null,
    list: actor.may("sessions.trace") ? list : listWithoutAddresses,
    nowMs: world.clock.wall().atMs,
  });
  return [
    route({
      method: "GET",
      path: "/api/v1/sessions",
      summary: "Sessions, newest first: live ones, ended ones, or all",
      permission: "sessions.read",
      query: listQuery,
      response: pageOf(sessionView),
      handle: async ({ query, actor, transact }) => transact((tx) => listSessions(tx, query, readerFor(actor))),
    }),
    exportRoute({
      path: "/api/v1/sessions/export",
      summary: "All sessions as CSV, with the same filters as the list",
      permission: "sessions.read",
      query: listQuery,
      columns: [
        ...(["sessionKey", "siteName", "user", "mac", "address", "planName", "state"] as const),
        ...(["startedAtMs", "stoppedAtMs", "onlineSeconds", "inputBytes", "outputBytes", "cause", "why"] as const),
        ...(["phone", "voucherCode", "endsAtMs", "routerName"] as const),
      ],
      words: sessionWords,
      offsetMinutes: offsetOfProvider,
      page: (tx, query, { actor }) => listSessions(tx, query, readerFor(actor)),
    }),
    route({
      method: "GET",
      path: "/api/v1/sessions/{siteId}/{sessionKey}",
      summary: "One session",
      permission: "sessions.read",
      params: z.object({ siteId: id, sessionKey: id }),
      volatile: ["secondsLeft"],
      response: sessionView,
      handle: async ({ params: { siteId, sessionKey }, actor, transact }) =>
        transact(async (tx) => {
          const { codesOf, nowMs } = readerFor(actor);
          const row = await sessions(tx)
            .where("session.siteId", "=", siteId)
            .where("session.sessionKey", "=", sessionKey)
            .executeTakeFirst();
          if (row === undefined) throw notFound("session");
          const found = codesOf === null ? noCodes : await codesOf(tx, [row.grantId]);
          return viewOf(row, { codes: found, mayReadCodes: codesOf !== null, nowMs });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sessions/{siteId}/{sessionKey}/disconnect",
      summary: "End a session now; the router's report arrives as usual",
      permission: "sessions.manage",
      params: z.object({ siteId: id, sessionKey: id }),
      body: null,
      response: z.object({
        /** `ending`: the site is ending it. `not-open`: it had ended already. */
        kind: z.enum(["ending", "not-open"]),
      }),
      handle: async ({ params: { siteId, sessionKey }, transact }) => {
        await transact(async (tx) => {
          const row = await tx
            .selectFrom("sessions")
            .select("sessionKey")
            .where("siteId", "=", siteId)
            .where("sessionKey", "=", sessionKey)
            .executeTakeFirst();
          if (row === undefined) throw notFound("session");
        });
        return disconnect(call, siteId, sessionKey);
      },
    }),
  ];
}

/**
 * The page is cut first, from an index alone, and then its rows are joined: a search that finds little reads only the
 * sessions that it finds.
 */
async function listSessions(tx: Tx, query: z.output<typeof listQuery>, { codesOf, list, nowMs }: Reader) {
  const { state, siteId, grantId, mac, cause, why, router, service } = query;
  const wanted = tx
    .selectFrom("sessions as session")
    .select(["session.providerId", "session.siteId", "session.sessionKey", "session.keptFromMs"])
    .$if(state === "live", (is) => is.where("session.stoppedAtMs", "is", null))
    .$if(state === "ended", (is) => is.where("session.stoppedAtMs", "is not", null))
    .$if(siteId !== undefined, (is) => is.where("session.siteId", "=", siteId ?? ""))
    .$if(grantId !== undefined, (is) => is.where("session.grantId", "=", grantId ?? ""))
    .$if(mac !== undefined, (is) => is.where(listWithoutAddresses.contains(`\n${mac}\n`)))
    .$if(service !== undefined, (is) => is.where("session.service", "=", service ?? "hotspot"))
    .$if(cause !== undefined, (is) => is.where("session.cause", "=", cause ?? ""))
    .$if(why !== undefined, (is) => is.where("session.why", "=", why ?? ""))
    .$if(router !== undefined, (is) => is.where("session.nas", "=", router ?? ""))
    .where(within(sql.ref("session.begunAtMs"), query));
  const { q: _, count: _count, ...place } = query;
  const rows = sessions(tx).innerJoin(list.cut(wanted, query).as("wanted"), (join) =>
    join
      .onRef("wanted.providerId", "=", "session.providerId")
      .onRef("wanted.siteId", "=", "session.siteId")
      .onRef("wanted.sessionKey", "=", "session.sessionKey")
      .onRef("wanted.keptFromMs", "=", "session.keptFromMs"),
  );
  const total = await list.totalOf(wanted, query);
  const page = await list.page(rows, place, (row) => row);
  const codes =
    codesOf === null
      ? noCodes
      : await codesOf(
          tx,
          page.items.map(({ grantId }) => grantId),
        );
  return {
    ...page,
    ...(total === null ? {} : { total }),
    items: page.items.map((row) => viewOf(row, { codes, mayReadCodes: codesOf !== null, nowMs })),
  };
}

/** Codes of vouchers, by the grants that were made of them. */
export type CodesOfGrants = (tx: Tx, grantIds: readonly (string | null)[]) => Promise<ReadonlyMap<string, string>>;
const noCodes: ReadonlyMap<string, string> = new Map();

interface Reader {
  /** Null: this person may not read vouchers. */
  readonly codesOf: CodesOfGrants | null;
  readonly list: typeof list;
  readonly nowMs: number;
}

function sessions(tx: Tx) {
  return tx
    .selectFrom("sessions as session")
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.providerId", "=", "session.providerId")
        .onRef("start.grantId", "=", "session.grantId")
        .onRef("start.siteId", "=", "session.siteId"),
    )
    .leftJoin("grants as bought", (join) =>
      join.onRef("bought.providerId", "=", "session.providerId").onRef("bought.grantId", "=", "session.grantId"),
    )
    .leftJoin("purchases as payment", (join) =>
      join.onRef("payment.providerId", "=", "bought.providerId").onRef("payment.purchaseId", "=", "bought.purchaseId"),
    )
    .leftJoin("cash_sales as sale", (join) =>
      join
        .onRef("sale.providerId", "=", "session.providerId")
        .onRef("sale.grantId", "=", "session.grantId")
        .onRef("sale.siteId", "=", "session.siteId")
        .on(isSaleOfSession),
    )
    .selectAll("session")
    .select([siteNameOf("session").as("siteName"), "start.endsAtMs", "payment.purchaseId as paymentId"])
    .select(["payment.phoneMasked as payer", "sale.phoneMasked as buyer", "sale.code as saleCode", "sale.saleId"])
    .select(sql<string | null>`coalesce(start.plan_name, sale.plan_name)`.as("planName"));
}

type Row = Awaited<ReturnType<ReturnType<typeof sessions>["execute"]>>[number];

function viewOf(
  row: Row,
  {
    codes,
    mayReadCodes,
    nowMs,
  }: { readonly codes: ReadonlyMap<string, string>; readonly mayReadCodes: boolean; readonly nowMs: number },
): z.input<typeof sessionView> {
  const isLive = row.stoppedAtMs === null;
  return {
    phone: row.payer ?? row.buyer,
    voucherCode: codes.get(row.grantId ?? "") ?? (mayReadCodes ? row.saleCode : null),
    paymentId: row.paymentId,
    cashSaleId: row.saleId === null ? null : `${row.siteId}.${row.saleId}`,
    endsAtMs: row.endsAtMs,
    secondsLeft: isLive && row.endsAtMs !== null ? Math.max(0, Math.round((row.endsAtMs - nowMs) / 1000)) : null,
    siteId: row.siteId,
    siteName: row.siteName,
    routerName: row.nas,
    sessionKey: row.sessionKey,
    sessionId: row.sessionId,
    user: row.username,
    grantId: row.grantId,
    planName: row.planName,
    mac: row.mac,
    address: row.address,
    service: row.service,
    state: row.stoppedAtMs === null ? "live" : "ended",
    startedAtMs: row.startedAtMs,
    stoppedAtMs: row.stoppedAtMs,
    usedAtMs: row.lastUsedAtMs,
    inputBytes: row.inputBytes,
    outputBytes: row.outputBytes,
    onlineSeconds: row.onlineSeconds,
    cause: row.cause,
    why: row.why,
  };
}
