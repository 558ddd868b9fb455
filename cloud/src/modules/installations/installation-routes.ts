/**
 * `/api/v1/installations`. Who attacks this door: a technician who would see or change another's work (who does not manage installations works
 * on those that are theirs; a 404 says nothing more), who would give a line away (what is made is billed, and stands with who made it; it wants a
 * fresh code), and a bad line that sends everything twice (row locks, `Idempotency-Key`).
 */
import { sql } from "kysely";
import { z } from "zod";
import { newPassword, password, refusePassword, username } from "../../catalogue/accounts/account-routes.ts";
import { halfPlace, isWholePlace } from "../../fleet/sites/whole-place.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { phoneField } from "../../ground/http/phone-field.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { jobPlace, vanPlace } from "../stock/places.ts";
import { itemBySerial, moveCounted, moveItem, readItem, readKind } from "../stock/stock.ts";
import { type CompleteParts, completeInstallation, installationOver } from "./complete.ts";
import { type InstallationRow, installationStates } from "./installation.ts";
import { isEnded, mayWork } from "./installation-policy.ts";
import { installationView, installationViews, wholeInstallation, wholeInstallationView } from "./installation-view.ts";
import { changeInstallation, insertInstallation, readInstallation, set } from "./installations.ts";

const id = z.string().min(1).max(128);
const words = (max: number) => z.string().trim().max(max).nullable();
const timeMs = z.int().min(0).max(253_402_300_799_999).nullable();
export const installationParams = z.object({ installationId: id });

const place = {
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  placeNote: words(500),
};
const fields = {
  name: z.string().trim().min(1).max(100),
  phone: phoneField.nullable(),
  ...place,
  planId: id.nullable(),
  siteId: id.nullable(),
  source: words(100),
  note: words(2000),
  visitFromMs: timeMs,
  visitUntilMs: z.int().min(60_000).max(253_402_300_799_999).nullable(),
  assignedTo: id.nullable(),
};
const nothingYet = {
  phone: null,
  latitude: null,
  longitude: null,
  placeNote: null,
  planId: null,
  siteId: null,
  source: null,
  note: null,
  visitFromMs: null,
  visitUntilMs: null,
  assignedTo: null,
};
const checklist = z.array(z.string().trim().min(1).max(200)).max(30);

const list = listOf({
  sort: {
    made: { by: sql.ref("installationId"), kind: "string" },
    /** Visits in their order; those without one come last. */
    visit: { by: sql`coalesce(visit_from_ms, 253402300799999)`, kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("installationId")],
  search: [sql.ref("name"), sql.ref("placeNote"), sql.ref("source"), sql`number::text`],
});

export function installationRoutes(parts: CompleteParts) {
  const whole = (tx: Tx, row: InstallationRow) => wholeInstallation(parts, tx, row);
  return [
    route({
      method: "GET",
      path: "/api/v1/installations",
      summary: "Installations, newest first; who does not manage them sees their own",
      permission: "installations.read",
      query: list.query.extend({
        state: z.enum(installationStates).optional(),
        /** Not done and not cancelled. */
        live: z.stringbool().optional(),
        assignedTo: id.optional(),
        siteId: id.optional(),
        customerId: id.optional(),
        ...spanFields,
      }),
      response: pageOf(installationView),
      handle: ({ query, actor, transact }) =>
        transact(async (tx) => {
          const { state, live, siteId, customerId } = query;
          const whose = seesAll(actor) ? query.assignedTo : actor.userId;
          const rows = tx
            .selectFrom("installations")
            .selectAll()
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "lead"))
            .$if(live !== undefined, (is) => is.where("state", live ? "not in" : "in", ["done", "cancelled"]))
            .$if(whose !== undefined, (is) => is.where("assignedTo", "=", whose ?? ""))
            .$if(siteId !== undefined, (is) => is.where("siteId", "=", siteId ?? ""))
            .$if(customerId !== undefined, (is) => is.where("customerId", "=", customerId ?? ""))
            .where(within(sql.ref("createdAtMs"), query));
          const page = await list.page(rows, query, (row) => row as InstallationRow);
          return { ...page, items: await installationViews(tx, page.items) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations",
      summary: "Somebody would like a line",
      permission: "installations.manage",
      needsKey: true,
      body: z
        .strictObject(fields)
        .partial()
        .required({ name: true })
        .extend({ checklist: checklist.optional() })
        .refine(isWholePlace, halfPlace),
      status: 201,
      response: wholeInstallationView,
      handle: ({ body, providerId, actor, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const row = await insertInstallation(parts, tx, providerId, { ...nothingYet, ...body }, actor.name);
          auditTarget(row.installationId);
          return whole(tx, row);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/installations/{installationId}",
      summary: "One installation with its checklist, equipment and pictures",
      permission: "installations.read",
      params: installationParams,
      response: wholeInstallationView,
      handle: ({ params: { installationId }, actor, transact }) =>
        transact(async (tx) => {
          const row = await readInstallation(tx, installationId);
          if (!seesAll(actor) && row.assignedTo !== actor.userId) throw notFound("installation");
          return whole(tx, row);
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/installations/{installationId}",
      summary: "Change what is wished, where, when and by whom",
      permission: "installations.manage",
      params: installationParams,
      body: z.strictObject(fields).partial().refine(isWholePlace, halfPlace),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, transact }) =>
        transact(async (tx) => {
          const row = await readInstallation(tx, installationId);
          if (isEnded(row.state)) throw installationOver();
          return whole(tx, await changeInstallation(parts, tx, row, body));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/check",
      summary: "Something on the list is done, or not; the first tick begins the work",
      permission: "installations.work",
      params: installationParams,
      body: z.strictObject({ item: z.int().min(0).max(29), done: z.boolean() }),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await ownLive(tx, installationId, actor);
          const item = row.checklist[body.item];
          if (item === undefined) throw notFound("line of the list", "item");
          if ((item.doneAtMs !== null) === body.done) return whole(tx, row);
          const doneAtMs = body.done ? parts.world.clock.wall().atMs : null;
          const ticked = { text: item.text, doneBy: body.done ? actor.name : null, doneAtMs };
          const now = row.checklist.map((one, at) => (at === body.item ? ticked : one));
          return whole(tx, await set(parts, tx, row, { checklist: json(now), state: "working" }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/place",
      summary: "Where the house is, as the technician stands before it",
      permission: "installations.work",
      params: installationParams,
      body: z.strictObject(place).partial().refine(isWholePlace, halfPlace),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, actor, transact }) =>
        transact(async (tx) =>
          whole(tx, await changeInstallation(parts, tx, await ownLive(tx, installationId, actor), body)),
        ),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/equipment",
      summary:
        "A thing by its serial number is put up there: lent or sold; out of the own van, or any place for who manages stock",
      permission: "installations.work",
      needsKey: true,
      params: installationParams,
      body: z.strictObject({ serial: z.string().trim().min(1).max(60), how: z.enum(["lent", "sold"]) }),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await ownLive(tx, installationId, actor);
          const item = await itemBySerial(tx, body.serial);
          const to = jobPlace(row.installationId);
          if (item.place === to && item.holding === body.how) return whole(tx, row);
          const isHere = item.holding === "own" && (actor.may("stock.manage") || item.place === vanPlace(actor.userId));
          if (!isHere) throw refusal("not-in-van", { field: "serial" });
          await moveItem(parts, tx, item, { to, why: body.how, installationId }, moverOf(actor));
          return whole(tx, await begun(parts, tx, row));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/equipment-back",
      summary: "A thing was not put up there after all: it goes into the own van",
      permission: "installations.work",
      needsKey: true,
      params: installationParams,
      body: z.strictObject({ serial: z.string().trim().min(1).max(60) }),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await ownLive(tx, installationId, actor);
          const item = await itemBySerial(tx, body.serial);
          if (item.place !== jobPlace(row.installationId)) throw notFound("item there", "serial");
          await moveItem(parts, tx, item, { to: vanPlace(actor.userId), why: "returned" }, moverOf(actor));
          return whole(tx, row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/used",
      summary: "Material out of the own van was used up there, such as metres of cable",
      permission: "installations.work",
      needsKey: true,
      params: installationParams,
      body: z.strictObject({ kindId: id, quantity: z.int().min(1).max(100_000) }),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await ownLive(tx, installationId, actor);
          const kind = await readKind(tx, body.kindId);
          const move = {
            from: vanPlace(actor.userId),
            to: "sold",
            why: "used",
            note: `#${row.number} ${row.name}`,
          } as const;
          await moveCounted(parts, tx, { kind, quantity: body.quantity, ...move }, moverOf(actor));
          return whole(tx, await begun(parts, tx, row));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/complete",
      summary:
        "Done: the customer, the log-in and the subscription are made in one step; a password that is left out is made, and told in this answer only",
      permission: "installations.work",
      freshFactor: true,
      needsKey: true,
      params: installationParams,
      body: z.strictObject({
        /** Left out: the customer who has the phone number, or a new one. */
        customerId: id.nullable().default(null),
        username,
        password: password.optional(),
        service: z.enum(["hotspot", "pppoe", "any"]).default("pppoe"),
        siteIds: z.array(id).min(1).max(200),
        planId: id,
        every: z
          .strictObject({ unit: z.enum(["day", "week", "month"]), count: z.int().min(1).max(36) })
          .default({ unit: "month", count: 1 }),
        autoRenew: z.boolean().default(true),
      }),
      response: wholeInstallationView.extend({ username: z.string(), password: z.string().nullable() }),
      handle: ({ params: { installationId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await ownLive(tx, installationId, actor);
          // A line of another customer's is paid out of that customer's credit.
          if (body.customerId !== null && !actor.may("accounts.manage"))
            throw refusal("not-allowed", { rule: "permission-missing", value: "accounts.manage" });
          const made = body.password ?? newPassword(parts.world);
          refusePassword(body.username, made);
          const done = await completeInstallation(parts, tx, row, { ...body, password: made }, moverOf(actor));
          return {
            ...(await whole(tx, done)),
            username: body.username,
            password: body.password === undefined ? made : null,
          };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/installations/{installationId}/cancel",
      summary: "Nothing comes of it, and why; what was put up there goes back into the van",
      permission: "installations.work",
      params: installationParams,
      body: z.strictObject({ reason: z.string().trim().min(3).max(300) }),
      response: wholeInstallationView,
      handle: ({ params: { installationId }, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await ownLive(tx, installationId, actor);
          const there = await tx
            .selectFrom("stock_items")
            .select("itemId")
            .where("place", "=", jobPlace(row.installationId))
            .execute();
          const to = vanPlace(row.assignedTo ?? actor.userId);
          for (const { itemId } of there)
            await moveItem(parts, tx, await readItem(tx, itemId), { to, why: "returned" }, moverOf(actor));
          const change = { state: "cancelled", cancelReason: body.reason, endedAtMs: parts.world.clock.wall().atMs };
          return whole(tx, await set(parts, tx, row, change));
        }),
    }),
  ];
}

const moverOf = ({ name, userId }: Actor) => ({ name, userId });
/** A technician sees their own; the office and who only reads see all. */
const seesAll = (actor: Actor): boolean => actor.may("installations.manage") || !actor.may("installations.work");

const begun = (parts: CompleteParts, tx: Tx, row: InstallationRow): Promise<InstallationRow> =>
  set(parts, tx, row, { state: "working" });

/** Under its lock. Another's is not there. Throws Problems 404 and 409 "installation-over". */
export async function ownLive(tx: Tx, installationId: string, actor: Actor): Promise<InstallationRow> {
  const row = await readInstallation(tx, installationId);
  const person = { userId: actor.userId, manages: actor.may("installations.manage") };
  if (!mayWork({ assignedTo: row.assignedTo }, person)) throw notFound("installation");
  if (isEnded(row.state)) throw installationOver();
  return row;
}
