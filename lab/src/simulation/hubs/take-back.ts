/** What staff take back: money of a purchase or of a code is given back, which ends it; or a voucher is switched off. */
import { voucherGrantId } from "@karibu/protocol/grant-id";
import { begin } from "../sites/asks.ts";
import { orNothing } from "./console.ts";
import type { HubCommandKind } from "./hub-commands.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { order } from "./order.ts";

export type TakeBackKind = Extract<HubCommandKind, "refund" | "refund-code" | "disable-voucher">;

export const takeBackPlayers: { readonly [Kind in TakeBackKind]: Player<Kind> } = {
  refund: (day, { purchase, method, isRepeated }) =>
    begin(
      day,
      refund(day, purchase, method).then(() => (isRepeated ? refund(day, purchase, method) : undefined)),
    ),
  "refund-code": (day, { code, of }) => begin(day, refundCode(day, code, of)),
  "disable-voucher": (day, { code }) => begin(day, disableVoucher(day, code)),
};

/** Staff give a paid purchase back, all that is left of it, and end it. */
async function refund(day: HubDay, purchase: number, method: "cash" | "credit"): Promise<void> {
  const { side, town } = day;
  const paid = await readPaid(side);
  const chosen = paid[purchase % Math.max(1, paid.length)];
  if (chosen === undefined) return;
  const { purchaseId, grantId: rightId } = chosen;
  await giveBack(day, { of: purchaseId, method }, { paymentId: purchaseId }, () =>
    town.note({ kind: "taken-back", rightId, purchaseId }),
  );
}

/** Purchases that gave something, oldest first. */
export const readPaid = ({ database, providerId }: HubDay["side"]) =>
  database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("purchases")
      .innerJoin("grants", "grants.purchaseId", "purchases.purchaseId")
      .select(["purchases.purchaseId", "grants.grantId", "purchases.amountCents"])
      .orderBy("purchases.purchaseId")
      .execute(),
  );

/** The same for a printed code, or for one that a seller sold. */
async function refundCode(day: HubDay, number: number, of: "voucher" | "sale"): Promise<void> {
  const { side, town } = day;
  const listed = await orNothing(
    side.call("GET", of === "sale" ? "/api/v1/cash-sales?limit=100" : "/api/v1/vouchers?limit=100"),
  );
  const all = (listed?.body.items ?? []) as {
    id: string;
    voucherId: string;
    grantId: string;
    batchId: string;
    serial: number;
  }[];
  const chosen = all[number % Math.max(1, all.length)];
  if (chosen === undefined) return;
  const rightId = of === "sale" ? chosen.grantId : voucherGrantId(chosen);
  const subject = of === "sale" ? { cashSaleId: chosen.id } : { voucherId: chosen.voucherId };
  await giveBack(day, { of: rightId, method: "cash" }, subject, (state) => {
    const act = day.acts++;
    town.note({ kind: "taken-back", act, rightId, purchaseId: null });
    // Where the hub waits for a site, it runs on meanwhile.
    if (state === "done") town.note({ kind: "staff-heard", act, isDone: true });
  });
}

/** All that is left of it, and whoever may do so says yes at once. @param taken it was asked for, or nobody lived to say */
async function giveBack(
  { side, town }: HubDay,
  { of, method }: { readonly of: string; readonly method: "cash" | "credit" },
  subject: object,
  taken: (state: unknown) => void,
): Promise<void> {
  // Noted before, and where nobody answers: a hub that dies may have done it and not said so.
  town.note({ kind: "giving-back", of, method });
  const asked = await orNothing(
    side.call("POST", "/api/v1/refunds", { ...subject, method, reason: "It rained", revoke: true }),
  );
  if (asked !== null && asked.status >= 300) return;
  taken(asked?.body.state);
  if (asked?.body.state === "asked") await orNothing(side.call("POST", `/api/v1/refunds/${asked.body.id}/approve`, {}));
}

async function disableVoucher(day: HubDay, code: number): Promise<void> {
  const { side, town } = day;
  const right = town.rights[code % Math.max(1, town.rights.length)];
  const listed = await orNothing(side.call("GET", "/api/v1/vouchers?limit=100"));
  const voucher = (listed?.body.items as { voucherId: string; batchId: string; serial: number }[] | undefined)?.find(
    ({ batchId, serial }) => voucherGrantId({ batchId, serial }) === right?.rightId,
  );
  if (voucher === undefined || right === undefined) return;
  const act = day.acts++;
  town.note({ kind: "taken-back", act, rightId: right.rightId, purchaseId: null });
  await order(day, act, () => side.call("POST", `/api/v1/vouchers/${voucher.voucherId}/disable`));
}
