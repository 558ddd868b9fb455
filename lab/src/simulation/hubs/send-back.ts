/** Money that staff send back by the channel, to the payer's phone or by a reversal; what can go wrong with that; and how staff settle what waits for them. */
import { begin } from "../sites/asks.ts";
import { type ConsoleAnswer, orNothing } from "./console.ts";
import type { HubCommandKind, HubCommandOf, StaffEyes } from "./hub-commands.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { noResultTrouble } from "./hub-side.ts";
import { askAgain, pause } from "./order.ts";
import { readPaid } from "./take-back.ts";

export type SendBackKind = Extract<
  HubCommandKind,
  "send-back" | "results-trouble" | "payout-returns" | "settle-refunds"
>;

export const sendBackPlayers: { readonly [Kind in SendBackKind]: Player<Kind> } = {
  "send-back": (day, command) => begin(day, sendBack(day, command)),
  "results-trouble": (day, { arrive, code, seconds }) => {
    day.side.setResultTrouble({ arrive, code });
    begin(
      day,
      pause(day, seconds * 1000).then(() => day.side.setResultTrouble(noResultTrouble)),
    );
  },
  "payout-returns": ({ side }, { payout }) => {
    const { payouts, returnPayout } = side.daraja.organisation;
    const { receipt } = payouts()[payout % Math.max(1, payouts().length)] ?? {};
    if (receipt !== undefined) returnPayout(receipt);
    side.watchOutflow();
  },
  "settle-refunds": (day, command) => begin(day, settle(day, command)),
};

async function sendBack(day: HubDay, { purchase, method, percent, asks }: HubCommandOf<"send-back">): Promise<void> {
  const { side, town } = day;
  const paid = await readPaid(side);
  const chosen = paid.toReversed()[purchase % Math.max(1, paid.length)];
  if (chosen === undefined) return;
  const { purchaseId, grantId: rightId, amountCents: priceCents } = chosen;
  // M-Pesa pays out whole shillings, and reverses whole payments.
  const part =
    percent === 100 || method === "reversal"
      ? {}
      : { amountCents: Math.max(1, Math.floor((priceCents * percent) / 10_000)) * 100 };
  town.note({ kind: "giving-back", of: purchaseId, method });
  const asked = { paymentId: purchaseId, method, ...part, reason: "It rained", revoke: true };
  const ask = async (key: string) => {
    const answer = await orNothing(side.call("POST", "/api/v1/refunds", asked, key));
    if (answer === null || answer.status < 300) town.note({ kind: "taken-back", rightId, purchaseId });
    return answer;
  };
  const key = side.newKey();
  if (asks === "both") await Promise.all([ask(key), ask(side.newKey())]);
  else await (asks === "again" ? askAgain(day, () => ask(key)) : ask(key));
}

interface ListedRefund {
  readonly id: string;
  readonly paymentId: string | null;
  readonly receipt: string | null;
  readonly method: string;
  readonly state: string;
  readonly resolution: string | null;
}

/** Who looks at the channel's portal sees what became of each call, and may take one for another. Of a story that was kept before they could, all see right. */
async function settle(day: HubDay, { next, eyes = "right" }: Partial<HubCommandOf<"settle-refunds">>): Promise<void> {
  const { side, town } = day;
  const listed = await orNothing(side.call("GET", "/api/v1/refunds?limit=100"));
  const resolve = (id: string, said: object): Promise<ConsoleAnswer | null> =>
    orNothing(side.call("POST", `/api/v1/refunds/${id}/resolve`, { note: "I looked", ...said }));
  for (const refund of (listed?.body.items ?? []) as ListedRefund[]) {
    const { id, paymentId, method, state, resolution } = refund;
    if (resolution !== null) continue;
    if (state === "unknown" || state === "sent") {
      const receipt = await receiptAtChannel(day, refund);
      const said = saidOf(day, eyes, receipt);
      const answer = await resolve(id, said);
      const isTaken = answer === null || answer.status < 300;
      const isRight =
        said.outcome === "paid"
          ? receipt !== undefined && [undefined, receipt].includes(said.receipt)
          : receipt === undefined;
      if (isTaken && !isRight)
        town.note({ kind: "staff-mistaken", refundId: id, of: paymentId ?? "", method, said: said.outcome });
    } else if (state === "failed" || state === "returned") {
      if (next === "no more") await resolve(id, { outcome: "given-up" });
      else {
        const by = next === "again" ? method : "cash";
        town.note({ kind: "giving-back", of: paymentId ?? "", method: by as "cash" });
        await orNothing(side.call("POST", `/api/v1/refunds/${id}/retry`, { method: by }));
      }
    }
  }
}

/** @param receipt by which it went out; undefined: it did not */
function saidOf({ side }: HubDay, eyes: StaffEyes, receipt: string | undefined): Settled {
  const named = receipt === undefined ? {} : { receipt };
  const right = receipt === undefined ? "not-paid" : "paid";
  if (eyes === "right") return { outcome: right, ...named };
  if (eyes === "unnamed") return { outcome: right };
  if (eyes === "mistaken") return { outcome: right === "paid" ? "not-paid" : "paid" };
  const other = side.daraja.organisation.payouts().find((payout) => payout.receipt !== receipt);
  return { outcome: "paid", receipt: other?.receipt ?? "NOSUCH0001" };
}

interface Settled {
  readonly outcome: "paid" | "not-paid";
  readonly receipt?: string;
}

/** Of the money that went out by this refund's call. Undefined: none did, or it came back. */
async function receiptAtChannel({ side }: HubDay, { id, method, receipt }: ListedRefund): Promise<string | undefined> {
  const { payouts, returnedPayouts, reversals } = side.daraja.organisation;
  if (method === "reversal") return reversals().find(({ original }) => original === receipt)?.receipt;
  const calls = await side.database.asProvider(side.providerId, (tx) =>
    tx
      .selectFrom("channel_calls")
      .select(["callId", "conversationId"])
      .where("subject", "=", id)
      .where("kind", "=", "payout")
      .execute(),
  );
  const names = calls.map(({ callId, conversationId }) => conversationId ?? callId);
  const [made] = payouts().filter(({ name }) => names.includes(name ?? ""));
  const isBack = returnedPayouts().some(({ original }) => original === made?.receipt);
  return isBack ? undefined : made?.receipt;
}
