/** Somebody knows where the channel tells of payments by hand, and tells of one that nobody made, to a number that has never paid; staff then sell that number a package. */
import type { Party } from "@karibu/cloud/ground/amounts/parties";
import { begin } from "../sites/asks.ts";
import { orNothing } from "./console.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { order, pause } from "./order.ts";
import { makersPhone, msisdnOf } from "./payers.ts";

export const makeCreditPlayer: Player<"make-credit"> = (day, { plan }) => begin(day, makeCredit(day, plan));

/** A sweep takes up what is due twice a minute. */
const promptedMs = 40_000;
const times = 10;

async function makeCredit(day: HubDay, number: number): Promise<void> {
  const { side, town, names } = day;
  const plans = [...side.soldPlans];
  const [[planId, plan] = [], [anotherId] = []] = [plans[number % plans.length], plans[(number + 1) % plans.length]];
  const sent = side.callbacks.findLast(({ path }) => /\/hooks\/k\/[^/]+\/c/.test(path));
  if (sent === undefined || plan === undefined) return;
  await sell(day, planId);
  await pause(day, promptedMs);
  const purchase = await readNewest(side);
  if (purchase === undefined) return;
  const receipt = `UM${Buffer.from(names.bytes(4)).toString("hex").toUpperCase()}`;
  // What is too much becomes credit, and is enough for another one.
  const amountCents = side.offers.now(plan).terms.priceCents * times;
  const payer = msisdnOf(makersPhone);
  const told = {
    TransID: receipt,
    TransAmount: (amountCents / 100).toFixed(2),
    BillRefNumber: purchase.reference,
    MSISDN: `${payer.slice(0, 4)} ***** ${payer.slice(-3)}`,
  };
  town.note({ kind: "leaked", receipt, purchaseId: purchase.purchaseId, payer, amountCents });
  await orNothing(side.post(sent.path, JSON.stringify({ ...(JSON.parse(sent.body) as object), ...told })));
  await pause(day, promptedMs);
  await sell(day, anotherId);
}

async function sell(day: HubDay, planId: string | undefined): Promise<void> {
  const { side, town } = day;
  const act = day.acts++;
  town.note({ kind: "package-ordered", act, purchaseId: null, phone: msisdnOf(makersPhone) });
  const wanted = { phone: makersPhone, planId, siteId: side.siteId };
  await order(day, act, () => side.call("POST", "/api/v1/subscriptions", wanted));
}

/** The one that was begun for them. */
async function readNewest({ database, providerId, namesOf }: HubDay["side"]) {
  const [party] = (await namesOf([msisdnOf(makersPhone)])).keys();
  return database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("purchases")
      .select(["purchaseId", "reference"])
      .where("phoneHash", "=", party as Party)
      .orderBy("purchaseId", "desc")
      .executeTakeFirst(),
  );
}
