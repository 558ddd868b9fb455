/** What staff do at the hub in the middle of a story, by its console. */
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { begin, follow, phoneOf, seen } from "../sites/asks.ts";
import { orNothing } from "./console.ts";
import type { HubCommandKind } from "./hub-commands.ts";
import type { HubDay, Player } from "./hub-day.ts";
import type { HubPlan } from "./offers.ts";
import { order, orderAgain, pause } from "./order.ts";
import { statementOf } from "./statements.ts";

const tryAgainMs = 30_000;
/** Half an hour: a stick that is changed waits for power, a link and the hub. */
const looksMax = 60;

export type OperatorKind = Extract<
  HubCommandKind,
  "hand-in" | "hand-in-twins" | "change-plan" | "give" | "print" | "statement" | "put-on" | "suspend"
>;

export const operatorPlayers: { readonly [Kind in OperatorKind]: Player<Kind> } = {
  "hand-in": (day, { seller, amount, isRepeated }) => begin(day, handIn(day, seller, amount * 1000, isRepeated)),
  "hand-in-twins": (day, { seller, amount, isSameKey }) =>
    begin(day, handInTwice(day, seller, amount * 1000, isSameKey)),
  "change-plan": (day, { plan, percent }) => begin(day, changePlan(day, plan, percent)),
  give: (day, { right, percent }) => begin(day, give(day, right, percent)),
  print: (day, { plan, quantity }) => begin(day, print(day, plan, quantity)),
  statement: (day, { layout, file }) => begin(day, readStatement(day, layout, file)),
  suspend: (day, { graceDays, seconds }) => begin(day, suspend(day, graceDays, seconds * 1000)),
  "put-on": (day, { phone, right }) => begin(day, putOn(day, phoneOf(day, phone), right)),
};

/** A seller brings cash. `isRepeated`: the same once more, as a page that heard no answer sends it. */
async function handIn(day: HubDay, number: number, amountCents: number, isRepeated: boolean): Promise<void> {
  const { side, town } = day;
  const sellerId = side.sellerIds[number % Math.max(1, side.sellerIds.length)];
  if (sellerId === undefined) return;
  const act = day.acts++;
  const key = side.newKey();
  const send = () =>
    side.call("POST", `/api/v1/sellers/${sellerId}/hand-in`, { siteId: side.siteId, amountCents }, key);
  town.note({ kind: "handed-in", act, seller: sellerId, amountCents });
  await (isRepeated ? orderAgain(day, act, send) : order(day, act, send));
}

/** Both leave before either is answered. Under one key it is one order: done once one of them is, and refused where both are. */
async function handInTwice(day: HubDay, number: number, amountCents: number, isSameKey: boolean): Promise<void> {
  const { side, town } = day;
  const sellerId = side.sellerIds[number % Math.max(1, side.sellerIds.length)];
  if (sellerId === undefined) return;
  const send = (key: string) =>
    side.call("POST", `/api/v1/sellers/${sellerId}/hand-in`, { siteId: side.siteId, amountCents }, key);
  const note = () => {
    const act = day.acts++;
    town.note({ kind: "handed-in", act, seller: sellerId, amountCents });
    return act;
  };
  if (!isSameKey) {
    await Promise.all([side.newKey(), side.newKey()].map((key) => order(day, note(), () => send(key))));
    return;
  }
  const [act, key] = [note(), side.newKey()];
  const answers = await Promise.all([orNothing(send(key)), orNothing(send(key))]);
  const isDone = answers.some((answer) => answer !== null && answer.status < 300);
  if (isDone || !answers.includes(null)) town.note({ kind: "staff-heard", act, isDone });
}

async function changePlan(day: HubDay, number: number, percent: number): Promise<void> {
  const { side, town } = day;
  const [planId, plan] = planOf(day, number);
  const { name, terms } = side.offers.change(plan, percent);
  const { validitySeconds, useSeconds, dataBytes, priceCents } = terms;
  const act = day.acts++;
  town.note({ kind: "plan-changed", act, plan, to: name });
  const changed = { priceCents, terms: { validitySeconds, useSeconds, dataBytes } };
  await order(day, act, () => side.call("PATCH", `/api/v1/plans/${planId}`, changed));
}

/** More of what its plan counts, for who holds it. */
async function give(day: HubDay, number: number, percent: number): Promise<void> {
  const { side, town } = day;
  const listed = await orNothing(side.call("GET", "/api/v1/grants?limit=100"));
  const running = (listed?.body.items ?? []) as { grantId: string; planName: string }[];
  const chosen = running[number % Math.max(1, running.length)];
  if (chosen === undefined) return;
  const { useSeconds, dataBytes } = side.offers.now(chosen.planName as HubPlan).terms;
  const gift =
    useSeconds !== null
      ? { useSeconds: percent * 6 }
      : dataBytes !== null
        ? { dataBytes: percent * 1_000_000 }
        : { seconds: percent * 12 };
  const act = day.acts++;
  const { grantId: rightId } = chosen;
  town.note({ kind: "given", act, rightId, seconds: 0, useSeconds: 0, dataBytes: 0, ...gift });
  await order(day, act, () =>
    side.call("POST", `/api/v1/sites/${side.siteId}/grants/${rightId}/give`, { reason: "The power was off", ...gift }),
  );
}

/** More codes, which the site learns by its link. */
async function print(day: HubDay, number: number, quantity: number): Promise<void> {
  const { side, town } = day;
  const [planId, plan] = planOf(day, number);
  const batch = { planId, quantity, siteId: side.siteId };
  const made = await orNothing(side.call("POST", "/api/v1/vouchers/batches", batch));
  if (made === null || made.status >= 300) return;
  const { batchId, priceCents } = made.body as { batchId: string; priceCents: number };
  const listed = await orNothing(side.call("GET", `/api/v1/vouchers?batchId=${batchId}&limit=100`));
  for (const { code, serial } of (listed?.body.items ?? []) as { code: string; serial: number }[]) {
    const rightId = voucherGrantId({ batchId, serial });
    town.addCode({ code, right: { rightId, kind: "voucher", plan: side.offers.pricedAt(plan, priceCents) ?? plan } });
    town.note({ kind: "printed", rightId });
  }
}

/** The statement that the channel's portal gives out now, as its owner brings it to the hub. */
async function readStatement(day: HubDay, layout: "portal" | "short", kind: "csv" | "xlsx"): Promise<void> {
  const { side, town } = day;
  const moved = side.daraja.successes();
  if (moved.length === 0) return;
  const returned = side.daraja.organisation.returnedPayouts().map(({ original }) => original);
  const act = day.acts++;
  town.note({ kind: "statement", act, receipts: moved.map(({ receipt }) => receipt), returned });
  await order(day, act, () => side.call("POST", "/api/v1/reconciliation/statements", statementOf(day, layout, kind)));
}

/** Staff give what somebody has to another phone, which asks nothing itself. */
async function putOn(day: HubDay, phone: number, number: number): Promise<void> {
  const { side, town } = day;
  const listed = await orNothing(side.call("GET", "/api/v1/grants?limit=100"));
  const running = (listed?.body.items ?? []) as { grantId: string }[];
  const rightId = running[number % Math.max(1, running.length)]?.grantId;
  if (rightId === undefined || !(await seen(town, phone))) return;
  const ask = day.asks++;
  const { mac } = town.client(phone);
  town.note({ kind: "asked", ask, what: "put-on", phone, mac, rightId });
  const path = `/api/v1/sites/${side.siteId}/grants/${rightId}/devices`;
  const answer = await orNothing(side.call("POST", path, { mac, moves: true }));
  await follow(day, phone, ask, answer === null ? null : { status: answer.status, body: answer.body ?? {} });
}

/** The platform's people suspend the provider, and lift it again after a while. */
async function suspend(day: HubDay, graceDays: number, forMs: number): Promise<void> {
  const { side, town } = day;
  const step = (name: "suspend" | "reactivate", body?: object) => {
    const act = day.acts++;
    town.note({ kind: "provider-stepped", act, step: name, sells: name === "reactivate" || graceDays > 0 });
    return order(day, act, () => side.callAsAdmin("POST", `/api/v1/providers/${side.providerId}/${name}`, body));
  };
  if ((await step("suspend", { graceDays }))?.status !== 200) return;
  await pause(day, forMs);
  // Who lifts it tries until it is done.
  while ((await step("reactivate"))?.status !== 200) await pause(day, tryAgainMs);
}

/** A person looks whether a device with a new key waits, until one does, and lets it in. */
export async function readmit(day: HubDay, afterMs: number): Promise<void> {
  const { side, town } = day;
  const path = `/api/v1/sites/${side.siteId}/readmissions`;
  await pause(day, afterMs);
  for (let looks = 0; looks < looksMax; looks++) {
    const listed = await orNothing(side.call("GET", path));
    const [waiting] = (listed?.body.waiting ?? []) as { readmissionId: string }[];
    if (waiting !== undefined) {
      const done = await orNothing(side.call("POST", `${path}/${waiting.readmissionId}/confirm`));
      if (done?.status === 200) {
        town.note({ kind: "readmitted" });
        return;
      }
    }
    await pause(day, tryAgainMs);
  }
}

const planOf = ({ side }: HubDay, number: number): [string, HubPlan] =>
  [...side.soldPlans][number % side.soldPlans.size] as [string, HubPlan];
