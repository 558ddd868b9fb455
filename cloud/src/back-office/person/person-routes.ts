/**
 * `GET /api/v1/person`: somebody by phone number, also who never registered, and why they are not online.
 *
 * Who attacks this: a member of staff who would learn more of a person than their role shows. The number is typed whole, so nobody learns it here; who may
 * not read customers gets it back masked, as in every list. Each part is null for who may not read it on its own page, and the verdict, which is made
 * of all of them, needs grants and payments. Codes are shown by their ends.
 */
import { kindOfGrant } from "@karibu/protocol/grant-id";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { devicesOfGrant } from "../../catalogue/grants/site-devices.ts";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { Problem } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { askSeldom } from "./ask-seldom.ts";
import { type OfflineFacts, remedies, rightToAsk, sessionToTell, verdictKinds, whyOffline } from "./offline-policy.ts";
import { type PersonRows, readPersonRows, shownMax, type TicketsOf } from "./read-person.ts";

const ms = z.number().int();
const siteFields = { siteId: z.string().nullable(), siteName: z.string().nullable() };

const verdictView = z.object({
  kind: z.enum(verdictKinds),
  /** When that was, or since when. */
  atMs: ms.nullable(),
  ...siteFields,
  planName: z.string().nullable(),
  /** Of `refused` and `left` the site's word, of `payment-failed` the channel's. */
  reason: z.string().nullable(),
  /** What helps; null: nothing has to. */
  remedy: z.object({ kind: z.enum(remedies), id: z.string().nullable(), siteId: z.string().nullable() }).nullable(),
  /** The site itself was asked just now; else it is told from what the hub has. */
  isAsked: z.boolean(),
});

export const personView = z.object({
  /** An MSISDN; masked for who may not read customers. */
  phone: z.string(),
  /** Null: no customer has this number, or the caller may not read customers. */
  customer: z.object({ customerId: z.string(), name: z.string(), active: z.boolean() }).nullable(),
  verdict: verdictView.nullable(),
  /** Sales of all ways, newest first. */
  purchases: z.array(
    z.object({
      kind: z.enum(["payment", "cash-sale"]),
      id: z.string(),
      planName: z.string(),
      amountCents: ms,
      currency: z.string(),
      /** Of a payment its state; a sale for cash is `paid`, or `disabled`. */
      state: z.string(),
      reason: z.string().nullable(),
      receipt: z.string().nullable(),
      /** The last four signs of its code. */
      codeEnd: z.string().nullable(),
      ...siteFields,
      atMs: ms,
    }),
  ),
  grants: z
    .array(
      z.object({
        grantId: z.string(),
        origin: z.enum(["purchase", "cash-sale", "voucher", "account"]),
        planName: z.string(),
        ...siteFields,
        createdAtMs: ms,
        startedAtMs: ms.nullable(),
        endsAtMs: ms.nullable(),
        revokedAtMs: ms.nullable(),
        isPaused: z.boolean(),
        isSuspended: z.boolean(),
      }),
    )
    .nullable(),
  /** MAC addresses, the last used first. */
  devices: z.array(z.object({ mac: z.string(), isOnline: z.boolean(), lastAtMs: ms })).nullable(),
  sessions: z
    .array(
      z.object({
        ...siteFields,
        mac: z.string().nullable(),
        startedAtMs: ms.nullable(),
        stoppedAtMs: ms.nullable(),
        why: z.string().nullable(),
        cause: z.string().nullable(),
        onlineSeconds: ms,
        usedBytes: ms,
      }),
    )
    .nullable(),
  messages: z
    .array(
      z.object({
        id: z.string(),
        template: z.string(),
        channel: z.string(),
        state: z.string(),
        problem: z.string().nullable(),
        atMs: ms,
      }),
    )
    .nullable(),
  tickets: z
    .array(z.object({ ticketId: z.string(), number: ms, subject: z.string(), state: z.string(), changedAtMs: ms }))
    .nullable(),
  /** Modules that failed just now: their part is null. */
  notAsked: z.array(z.string()),
});
type View = z.input<typeof personView>;

export interface PersonParts {
  readonly world: World;
  readonly callSite: CallSite;
  /** Null: this hub has no tickets. */
  readonly ticketsOf: TicketsOf | null;
}

const askEveryMs = 5000;

export function personRoutes({ world, callSite, ticketsOf }: PersonParts) {
  const ask = askSeldom(world, askEveryMs, askSite);
  return [
    route({
      method: "GET",
      path: "/api/v1/person",
      summary: "Somebody by phone number, customer or not: why they are not online, and what they bought and used",
      permission: "payments.read",
      query: z.object({ phone: phoneField }),
      response: personView,
      handle: async ({ query, actor, providerId, partyOf, transact }) => {
        const nowMs = world.clock.wall().atMs;
        const { phone, rows } = await transact(async (tx) => {
          const phone = readPhone(query.phone, await countryOfProvider(tx, providerId));
          const of = { log: world.log, providerId, ticketsOf, party: partyOf(phone), nowMs };
          return { phone, rows: await readPersonRows(tx, of) };
        });
        const mayCustomers = actor.may("customers.read");
        const ifMay = <Part>(permission: Parameters<typeof actor.may>[0], part: () => Part): Part | null =>
          actor.may(permission) ? part() : null;
        const verdict = actor.may("grants.read") ? await verdictOf(rows, nowMs) : null;
        // Which customer it is, is for who may read them.
        const isHidden = verdict?.remedy?.kind === "customer" && !mayCustomers;
        return {
          phone: mayCustomers ? phone : maskPhone(phone),
          customer:
            mayCustomers && rows.customer !== null
              ? { customerId: rows.customer.customerId, name: rows.customer.name, active: rows.customer.isActive }
              : null,
          verdict: verdict !== null && isHidden ? { ...verdict, remedy: null } : verdict,
          purchases: purchasesOf(rows),
          grants: ifMay("grants.read", () => grantsOf(rows)),
          devices: ifMay("sessions.read", () => devicesOf(rows)),
          sessions: ifMay("sessions.read", () => sessionsOf(rows)),
          messages: ifMay("messages.read", () =>
            rows.messages.map(({ messageId: id, createdAtMs: atMs, template, channel, state, problem }) => {
              return { id, template, channel, state, problem, atMs };
            }),
          ),
          tickets: ifMay("tickets.read", () => rows.tickets?.map((ticket) => ({ ...ticket })) ?? null),
          notAsked: ticketsOf !== null && rows.tickets === null && actor.may("tickets.read") ? [ticketsOf.module] : [],
        };
      },
    }),
  ];

  async function verdictOf(rows: PersonRows, nowMs: number): Promise<View["verdict"]> {
    const right = rightToAsk(rows.rights, nowMs);
    const isHere = right?.siteId != null && rows.sites.get(right.siteId)?.state === "online";
    const { isOnline, ...known } = factsOf(rows);
    const asked = right !== null && isHere && !isOnline ? await ask(right.siteId as string, right.grantId) : null;
    const verdict = whyOffline({ ...known, asked }, nowMs);
    return { ...verdict, siteName: nameOf(rows, verdict.siteId), isAsked: asked !== null };
  }

  /** Null: it did not answer, does not have it yet, or is too old to say. */
  async function askSite(siteId: string, grantId: string): Promise<OfflineFacts["asked"]> {
    if (kindOfGrant(grantId) === "free") return null;
    try {
      const { refuses } = await devicesOfGrant(callSite, siteId, grantId);
      return refuses === undefined ? null : { reason: refuses };
    } catch (error) {
      if (error instanceof Problem) return null;
      throw error;
    }
  }
}

function factsOf(rows: PersonRows): Omit<OfflineFacts, "asked"> & { readonly isOnline: boolean } {
  const [payment] = rows.payments;
  const sessions = rows.sessions.map((row) => ({
    grantId: row.grantId,
    siteId: row.siteId,
    startedAtMs: row.startedAtMs,
    stoppedAtMs: row.stoppedAtMs,
    why: row.why,
  }));
  const away = new Map(
    [...rows.sites].flatMap(([siteId, { state, awaySinceMs }]) =>
      state === "online" ? [] : [[siteId, awaySinceMs] as const],
    ),
  );
  return {
    customer: rows.customer,
    payment:
      payment === undefined
        ? null
        : {
            id: payment.purchaseId,
            state: payment.state,
            reason: payment.reason,
            planName: payment.planName,
            atMs: payment.createdAtMs,
          },
    rights: rows.rights,
    ...sessionToTell(sessions, away),
    refused: rows.refused,
    away,
  };
}

const nameOf = ({ sites }: PersonRows, siteId: string | null): string | null =>
  siteId === null ? null : (sites.get(siteId)?.name ?? null);

const siteOf = (rows: PersonRows, siteId: string | null) => ({ siteId, siteName: nameOf(rows, siteId) });

function purchasesOf(rows: PersonRows): View["purchases"] {
  const payments = rows.payments.map((row) => ({
    kind: "payment" as const,
    id: row.purchaseId,
    planName: row.planName,
    amountCents: row.amountCents,
    currency: row.currency,
    state: row.state as string,
    reason: row.reason,
    receipt: row.receipt,
    codeEnd: row.codeEnd,
    ...siteOf(rows, row.siteId),
    atMs: row.createdAtMs,
  }));
  const sales = rows.cashSales.map((row) => ({
    kind: "cash-sale" as const,
    id: `${row.siteId}.${row.saleId}`,
    planName: row.planName,
    amountCents: row.priceCents,
    currency: row.currency,
    state: row.disabledAtMs === null ? "paid" : "disabled",
    reason: null,
    receipt: null,
    codeEnd: row.codeEnd,
    ...siteOf(rows, row.siteId),
    atMs: row.soldAtMs,
  }));
  return [...payments, ...sales].toSorted((one, other) => other.atMs - one.atMs);
}

function grantsOf(rows: PersonRows): NonNullable<View["grants"]> {
  return rows.rights
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs)
    .slice(0, shownMax)
    .map(({ paymentId: _, siteId, ...right }) => ({ ...right, ...siteOf(rows, siteId) }));
}

function devicesOf({ sessions }: PersonRows): NonNullable<View["devices"]> {
  const byMac = Map.groupBy(sessions, ({ mac }) => mac);
  return [...byMac].flatMap(([mac, used]) =>
    mac === null
      ? []
      : [
          {
            mac,
            isOnline: used.some(({ stoppedAtMs: atMs }) => atMs === null),
            lastAtMs: Math.max(...used.map((row) => row.stoppedAtMs ?? row.begunAtMs)),
          },
        ],
  );
}

function sessionsOf(rows: PersonRows): NonNullable<View["sessions"]> {
  return rows.sessions.map((row) => ({
    ...siteOf(rows, row.siteId),
    mac: row.mac,
    startedAtMs: row.startedAtMs,
    stoppedAtMs: row.stoppedAtMs,
    why: row.why,
    cause: row.cause,
    onlineSeconds: row.onlineSeconds,
    usedBytes: row.usedBytes,
  }));
}
