/**
 * The money of prompts on phones, beside what their callbacks say: what a line's prompts are still to bring, and whose the money is that came in at their
 * account number where the callback was lost. Such money is a prompt's if it is proved, of its sum, and came after it was sent. One receipt is of one
 * prompt.
 */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { accountKey, foldConfusable } from "./account-text.ts";
import { type InvoicePromptRow, setPrompt } from "./invoice-prompts.ts";

/** Money came into the credit of a customer of whom a prompt asked, and nobody has said that it was paid: `customer-page/paying/renew-when-paid.ts` looks. */
export const promptMoneyJob = "reconnection.prompt-money";

/** After that money at its account number is not for it. */
const expectedWithinMs = 7 * 86_400_000;
/** A phone prompt is answered by then, and its callback has come, if it comes. */
const answeredWithinMs = 5 * 60_000;
/** The most that the channel's clock and ours differ. */
const clockSlackMs = 5 * 60_000;

interface Line {
  readonly providerId: string;
  readonly subscriptionId: string;
  readonly nowMs: number;
}

/** Is a prompt for this line on a phone now, for so much? */
export async function isLineAskedFor(
  tx: Tx,
  { providerId, subscriptionId, nowMs }: Line,
  missingCents: number,
): Promise<boolean> {
  const open = await tx
    .selectFrom("invoice_prompts")
    .select("promptId")
    .where("providerId", "=", providerId)
    .where("subscriptionId", "=", subscriptionId)
    .where("reference", "is", null)
    .where("state", "in", ["sending", "prompted", "unknown"])
    .where("amountCents", ">=", missingCents)
    .where("createdAtMs", ">", nowMs - answeredWithinMs)
    .executeTakeFirst();
  return open !== undefined;
}

/** Was a prompt for this line paid that is to renew it from this end? */
export async function mayPaidPromptRenew(
  tx: Tx,
  { providerId, subscriptionId, nowMs }: Line,
  paidUntilMs: number,
): Promise<boolean> {
  const paid = await tx
    .selectFrom("invoice_prompts")
    .select("promptId")
    .where("providerId", "=", providerId)
    .where("subscriptionId", "=", subscriptionId)
    .where("state", "=", "paid")
    .where("renewsFromMs", "=", paidUntilMs)
    .where("createdAtMs", ">", nowMs - expectedWithinMs)
    .executeTakeFirst();
  return paid !== undefined;
}

/** Phone prompts of these lines, by a customer or behind a link, of which nobody has said that they were paid. */
export async function unpaidPromptsOf(
  tx: Tx,
  { providerId, nowMs }: Pick<Line, "providerId" | "nowMs">,
  subscriptionIds: readonly string[],
): Promise<string[]> {
  if (subscriptionIds.length === 0) return [];
  const rows = await tx
    .selectFrom("invoice_prompts")
    .select("promptId")
    .where("providerId", "=", providerId)
    .where("subscriptionId", "in", [...subscriptionIds])
    .where("reference", "is", null)
    .where("renewsFromMs", "is not", null)
    .where("state", "!=", "paid")
    .where("createdAtMs", ">", nowMs - expectedWithinMs)
    .execute();
  return rows.map(({ promptId }) => promptId);
}

/** Finds the money of phone prompts at this account number, and marks them as paid. @returns those */
export async function findPromptMoney(
  world: World,
  tx: Tx,
  { providerId, accountNumber }: { readonly providerId: string; readonly accountNumber: string },
): Promise<InvoicePromptRow[]> {
  const sinceMs = world.clock.wall().atMs - expectedWithinMs;
  // Locked: two who look at the same money take turns.
  const open = await tx
    .selectFrom("invoice_prompts")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("accountNumber", "=", accountNumber)
    .where("reference", "is", null)
    .where("state", "!=", "paid")
    .where("createdAtMs", ">", sinceMs)
    .orderBy("promptId")
    .forUpdate()
    .execute();
  const found: InvoicePromptRow[] = [];
  for (const money of await looseMoneyAt(tx, { providerId, accountNumber, sinceMs })) {
    const prompt = ownerOf(
      money,
      open.filter(({ promptId: id }) => found.every((each) => each.promptId !== id)),
    );
    if (prompt === undefined) continue;
    const paid = { state: "paid", reason: null, receipt: money.receipt, isFound: true } as const;
    found.push(await setPrompt(world, tx, prompt, paid));
  }
  return found;
}

interface LooseMoney {
  readonly receipt: string;
  readonly accountText: string | null;
  readonly amountCents: number | string;
  readonly currency: string;
  readonly payerHash: string | null;
  readonly paidAtMs: number | string | null;
  readonly bookedAtMs: number | string;
}

/** Proved money at a customer's own number that is no prompt's, the oldest first. */
async function looseMoneyAt(
  tx: Tx,
  at: { readonly providerId: string; readonly accountNumber: string; readonly sinceMs: number },
): Promise<LooseMoney[]> {
  const { providerId, accountNumber, sinceMs } = at;
  const { rows } = await sql<LooseMoney>`
    select r.receipt, r.account_text, r.amount_cents, r.currency, r.payer_hash, r.paid_at_ms, r.booked_at_ms
    from pay_accounts a
    join customers c on c.provider_id = a.provider_id and c.customer_id = a.customer_id
    join receipts r on r.provider_id = a.provider_id and r.party = c.phone_hash
    where a.provider_id = ${providerId} and a.account_key = ${accountKey(accountNumber)}
      and r.state = 'credit' and r.corroborated and r.booked_at_ms > ${sinceMs}::bigint
      and not exists (select from invoice_prompts p where p.provider_id = a.provider_id
        and p.account_number = a.account_number and p.reference is null and p.receipt = r.receipt)
    order by r.booked_at_ms, r.receipt`.execute(tx);
  const isAt = ({ accountText: typed }: LooseMoney) =>
    foldConfusable(accountKey(typed ?? "")) === foldConfusable(accountKey(accountNumber));
  return rows.filter(isAt);
}

/** Of several that it may be: one on the payer's phone, one that was not refused, and then the newest. */
function ownerOf(money: LooseMoney, prompts: readonly InvoicePromptRow[]): InvoicePromptRow | undefined {
  const paidMs = money.paidAtMs === null ? Number.POSITIVE_INFINITY : Number(money.paidAtMs) + clockSlackMs;
  const untilMs = Math.min(Number(money.bookedAtMs), paidMs);
  const score = (prompt: InvoicePromptRow) =>
    (prompt.phoneHash === money.payerHash ? 2 : 0) + (prompt.state === "failed" ? 0 : 1);
  return prompts
    .filter(
      (prompt) =>
        prompt.amountCents === Number(money.amountCents) &&
        prompt.currency === money.currency &&
        prompt.createdAtMs <= untilMs,
    )
    .sort((a, b) => score(b) - score(a) || b.createdAtMs - a.createdAtMs)[0];
}
