/** What is paid beside the price of a subscription: fees once, deposits, add-ons with each period. */
import { newId } from "@karibu/protocol/identifiers";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { type ChargeParts, itemsOf, returnDeposit } from "./charge-subscription.ts";
import type { ItemRow } from "./subscription.ts";
import { overProblem, subscriptionParams, why } from "./subscription-routes.ts";
import { keep, log, readSubscription } from "./subscription-rows.ts";
import { itemView, viewAny, viewOfItem } from "./subscription-view.ts";

const params = subscriptionParams.extend({ itemId: z.string().min(1).max(128) });

export function itemRoutes(parts: ChargeParts) {
  const now = () => parts.world.clock.wall().atMs;
  const setState = (tx: Tx, item: ItemRow, state: ItemRow["state"], entryId: string | null) =>
    tx
      .updateTable("subscription_items")
      .set({ state, changedAtMs: now(), ...(entryId === null ? {} : { entryId }) })
      .where("itemId", "=", item.itemId)
      .returningAll()
      .executeTakeFirstOrThrow();
  return [
    route({
      method: "GET",
      path: "/api/v1/subscriptions/{subscriptionId}/items",
      summary: "What is paid beside the price, oldest first",
      permission: "subscriptions.read",
      params: subscriptionParams,
      response: z.object({ items: z.array(itemView) }),
      handle: ({ params: { subscriptionId }, transact }) =>
        transact(async (tx) => {
          // A package has none.
          await viewAny(tx, subscriptionId, now());
          return { items: (await itemsOf(tx, subscriptionId)).map(viewOfItem) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/items",
      summary: "A fee or a deposit, paid with the next renewal; or an add-on, paid with each period",
      permission: "subscriptions.manage",
      needsKey: true,
      params: subscriptionParams,
      body: z.strictObject({
        kind: z.enum(["fee", "deposit", "add-on"]),
        name: z.string().trim().min(1).max(100),
        amountCents: z.int().min(1).max(1_000_000_000),
      }),
      status: 201,
      response: itemView,
      handle: ({ params: { subscriptionId }, body, providerId, actor, key, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const row = await readSubscription(tx, subscriptionId);
          const same = await tx
            .selectFrom("subscription_items")
            .selectAll()
            .where("idempotencyKey", "=", key)
            .executeTakeFirst();
          if (same !== undefined) {
            const isSame = same.subscriptionId === subscriptionId && same.amountCents === body.amountCents;
            if (!isSame) throw refusal("key-reused", { field: "Idempotency-Key" });
            return viewOfItem(same);
          }
          if (row.endedAtMs !== null) throw overProblem();
          if ((await itemsOf(tx, subscriptionId)).filter(({ state }) => state === "open").length >= 50)
            throw refusal("too-many-items");
          const item = await tx
            .insertInto("subscription_items")
            .values({
              providerId,
              itemId: newId(parts.world),
              subscriptionId,
              kind: body.kind,
              name: body.name,
              amountCents: body.amountCents,
              state: "open",
              madeBy: actor.name,
              madeAtMs: now(),
              changedAtMs: now(),
              idempotencyKey: key,
            })
            .returningAll()
            .executeTakeFirstOrThrow();
          auditTarget(item.itemId);
          const doing = { what: `${body.kind}-added`, who: actor.name, why: body.name, amountCents: body.amountCents };
          await log(parts, tx, row, doing);
          return viewOfItem(item);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/items/{itemId}/waive",
      summary: "It is not asked for any more; an add-on ends",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      freshFactor: true,
      needsKey: true,
      params,
      body: z.strictObject({ why }),
      response: itemView,
      handle: ({ params: { subscriptionId, itemId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readSubscription(tx, subscriptionId);
          const item = await readItem(tx, subscriptionId, itemId);
          // Once waived it is no longer open: its key need not be kept.
          if (item.state !== "open") throw overProblem();
          const doing = { what: `${item.kind}-waived`, who: actor.name, why: body.why, amountCents: item.amountCents };
          // Less is due now: credit that is there may suffice.
          const look = row.endedAtMs === null ? { nextLookMs: now() } : {};
          await keep(parts, tx, row, look, doing);
          return viewOfItem(await setState(tx, item, "waived", null));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/items/{itemId}/return",
      summary: "A deposit that was paid goes into the customer's credit",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      freshFactor: true,
      needsKey: true,
      params,
      body: z.strictObject({ why }),
      response: itemView,
      handle: ({ params: { subscriptionId, itemId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readSubscription(tx, subscriptionId);
          const item = await readItem(tx, subscriptionId, itemId);
          if (item.kind !== "deposit" || item.state !== "paid") throw overProblem();
          const entryId = await returnDeposit(parts, tx, row, item);
          const doing = {
            what: "deposit-returned",
            who: actor.name,
            why: body.why,
            amountCents: -item.amountCents,
            entryId,
          };
          await log(parts, tx, row, doing);
          return viewOfItem(await setState(tx, item, "returned", entryId));
        }),
    }),
  ];
}

async function readItem(tx: Tx, subscriptionId: string, itemId: string): Promise<ItemRow> {
  const item = (await itemsOf(tx, subscriptionId)).find((one) => one.itemId === itemId);
  if (item === undefined) throw notFound("item");
  return item;
}
