/** Packages that are bought anew a little before they end: staff order it, and what their customer then has. */
import { begin } from "../sites/asks.ts";
import type { HubDay, Player } from "./hub-day.ts";
import type { HubSide } from "./hub-side.ts";
import { order } from "./order.ts";
import { msisdnOf } from "./payers.ts";

export const renewPackagePlayer: Player<"renew-package"> = (day, { purchase }) => begin(day, goOn(day, purchase));

async function goOn(day: HubDay, number: number): Promise<void> {
  const { side, town } = day;
  const bought = day.orders.at(number % Math.max(1, day.orders.length));
  if (bought === undefined) return;
  const act = day.acts++;
  const { payer: phone, planId, purchaseId } = bought;
  town.note({ kind: "package-ordered", act, purchaseId, phone: msisdnOf(phone) });
  await order(day, act, () => side.call("POST", "/api/v1/subscriptions", { phone, planId, siteId: side.siteId }));
}

/** What goes on from this right, and from that, to the last; itself, where nothing does, or where its site may not know that this phone had it last. */
export async function lastOfPackage(day: HubDay, phone: number, rightId: string): Promise<string> {
  const next = await readNext(day.side, rightId);
  return next === undefined || !isItsOwn(day, phone, rightId) ? rightId : lastOfPackage(day, phone, next.grantId);
}

function isItsOwn({ town: { facts } }: HubDay, phone: number, rightId: string): boolean {
  const last = facts.findLast((fact) => fact.kind === "charged-to" && fact.rightId === rightId);
  return (
    last?.kind === "charged-to" &&
    facts.some((fact) => fact.kind === "session-began" && fact.session === last.session && fact.phone === phone) &&
    !facts.some((fact) => strikes.has(fact.kind)) &&
    !facts.some((fact) => fact.kind === "asked" && placeMoves.has(fact.what) && fact.rightId === rightId)
  );
}

const placeMoves = new Set(["take-off", "put-on"]);
/** What may keep a site from hearing of it, or from writing down whose it is. */
const strikes = new Set(["damaged", "stick-changed", "agent-down", "router-down", "trouble-began", "new-mac"]);

const readNext = ({ database, providerId }: HubSide, rightId: string) =>
  database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("purchases")
      .innerJoin("grants", "grants.purchaseId", "purchases.purchaseId")
      .select("grants.grantId")
      .where("purchases.renewsGrantId", "=", rightId)
      .executeTakeFirst(),
  );
