/**
 * Does what a plan says, in one transaction, and undoes it as a whole. Credit comes into the books from the account `taken-over`: the other system
 * took the money, so it is no revenue of here. What a customer owes is their debt here, against the same account: its sales were the other system's.
 * The next money that comes to their credit settles it (`money/receipts/taken-over-debts.ts`), also what comes back from an undone purchase, whose own
 * entry does that; or staff, by a correction. Once some of it is settled, the takeover is not undone any more. Undone is soft, as everything else is here: what was made ends, and the books get the opposite entries.
 */
import { accountGrantId } from "@karibu/protocol/grant-id";
import { newId } from "@karibu/protocol/identifiers";
import { sql } from "kysely";
import { newPassword } from "../../../catalogue/accounts/account-routes.ts";
import { deleteAccount, insertAccount } from "../../../catalogue/accounts/accounts.ts";
import { type CustomerParts, deleteCustomer, insertCustomer } from "../../../catalogue/customers/customers.ts";
import { deletePlan, insertPlan } from "../../../catalogue/plans/plans.ts";
import type { Tx } from "../../../ground/db/database.ts";
import { json } from "../../../ground/db/json.ts";
import { notFound, refusal } from "../../../ground/http/problem.ts";
import { balancesToTakeBack, creditToSpend } from "../../../money/ledger/credit.ts";
import { transferEntry } from "../../../money/ledger/entries.ts";
import type { Ledger } from "../../../money/ledger/post-entry.ts";
import { makeLine } from "../../../money/subscriptions/make-line.ts";
import { keep, type RowParts, readSubscription } from "../../../money/subscriptions/subscription-rows.ts";
import { planNameOf } from "../plan-names.ts";
import { isPlanUsed } from "../takeovers.ts";
import type { CustomerSource } from "./customer-file.ts";
import type { Chosen, CustomersPlan, PlannedLine } from "./plan-customers.ts";

export interface DoParts extends RowParts, CustomerParts {
  readonly ledger: Ledger;
  /** Tables of other modules with a `customer_id`. */
  readonly builtOnCustomers: readonly string[];
}

interface By {
  readonly providerId: string;
  /** A person's name. */
  readonly who: string;
}

export interface NewPassword {
  readonly username: string;
  readonly password: string;
}

export interface Done {
  readonly takeoverId: string;
  /** Made here, told once. */
  readonly passwords: readonly NewPassword[];
}

/** Of a new line: the first period of it that is not paid begins at the date that the other system told. */
const monthly = { unit: "month", count: 1 } as const;

export async function doTakeover(
  parts: DoParts,
  tx: Tx,
  { providerId, who }: By,
  { source, plan, chosen }: { readonly source: CustomerSource; readonly plan: CustomersPlan; readonly chosen: Chosen },
): Promise<Done> {
  const takeoverId = newId(parts.world);
  const passwords: NewPassword[] = [];
  const customers = new Map<number, string>();
  const planIds = new Map<string, string>();
  for (const { name, priceCents, terms } of plan.plans) {
    // Asked for before.
    if (priceCents === null) continue;
    // Off: customers see it once a person has looked at it.
    const fields = { name: planNameOf(name), priceCents, currency: plan.totals.currency, active: false, terms };
    planIds.set(name, (await insertPlan(parts.world, parts.publish, tx, providerId, fields)).planId);
  }
  await tx
    .insertInto("customer_takeovers")
    .values({
      providerId,
      takeoverId,
      source,
      state: "done",
      totals: json(plan.totals),
      doneBy: who,
      doneAtMs: parts.world.clock.wall().atMs,
      undoneBy: null,
      undoneAtMs: null,
      planIds: json([...planIds.values()]),
    })
    .execute();
  for (const line of plan.lines) {
    const customerId = line.customerId ?? customers.get(line.person) ?? (await makeCustomer(line));
    customers.set(line.person, customerId);
    const { accountId, subscriptionId } = await makeAccount(line, customerId);
    await tx
      .insertInto("customer_takeover_lines")
      .values({
        providerId,
        takeoverId,
        line: line.line,
        customerId,
        madeCustomer: line.does === "make",
        accountId,
        subscriptionId,
        entryId: await bookBalance(line),
      })
      .execute();
  }
  await parts.emit(tx, providerId, { topic: "customer", id: "", action: "taken-over" });
  return { takeoverId, passwords };

  async function makeCustomer({ name, phone, email, note, isActive }: PlannedLine): Promise<string> {
    const fields = { name, phone, email, note, siteId: null, active: isActive };
    return (await insertCustomer(parts, tx, providerId, fields)).customerId;
  }

  async function makeAccount({ account }: PlannedLine, customerId: string) {
    if (account === null) return { accountId: null, subscriptionId: null };
    const { username, service, siteId, paidUntilMs, isOn } = account;
    const planId = account.planId ?? planIds.get(account.newPlan ?? "") ?? "";
    const password = account.password ?? newPassword(parts.world);
    if (typeof password === "string" && account.password === null) passwords.push({ username, password });
    const made = await insertAccount(parts, tx, providerId, {
      customerId,
      username,
      password,
      chap: false,
      service,
      planId,
      siteIds: [siteId],
      own: { downKbps: null, upKbps: null, devices: null },
      address: account.address,
      macs: account.macs,
      active: isOn,
    });
    // A line that is off takes nothing of the credit that the customer's other lines live on.
    const autoRenew = chosen.autoRenew && isOn;
    const order = { account: made, planId, every: monthly, autoRenew, who, why: "taken over" };
    const subscription = await makeLine(parts, tx, paidUntilMs === null ? order : { ...order, paidUntilMs });
    return { accountId: made.accountId, subscriptionId: subscription.subscriptionId };
  }

  async function bookBalance({ line, phone, creditCents, owesCents }: PlannedLine): Promise<string | null> {
    if ((creditCents === 0 && owesCents === 0) || phone === null) return null;
    const party = parts.parties.ofPhone(providerId, phone);
    const { currency } = plan.totals;
    const entry = transferEntry(
      `taken-over:${takeoverId}:${line}`,
      "taken-over",
      owesCents > 0
        ? { from: "taken-over", to: "debts", toParty: party, amountCents: owesCents, currency }
        : { from: "credit", to: "taken-over", fromParty: party, amountCents: creditCents, currency },
    );
    return parts.ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  }
}

/** Throws Problems 404, and 409 "customers-used" (something was built on it), "takeover-state". */
export async function undoTakeover(parts: DoParts, tx: Tx, { providerId, who }: By, takeoverId: string): Promise<void> {
  const row = await tx
    .selectFrom("customer_takeovers")
    .selectAll()
    .where("takeoverId", "=", takeoverId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw notFound("takeover");
  if (row.state === "undone") throw refusal("takeover-state");
  const lines = await tx
    .selectFrom("customer_takeover_lines")
    .selectAll()
    .where("takeoverId", "=", takeoverId)
    .orderBy("line")
    .execute();
  // Nobody builds on them while it is undone: whoever makes a line or a ticket asks for the customer first.
  await tx
    .selectFrom("customers")
    .select("customerId")
    .where("customerId", "in", lines.length === 0 ? [""] : lines.map(({ customerId }) => customerId))
    .orderBy("customerId")
    .forUpdate()
    .execute();
  const built = await usedOf(parts, tx, { providerId, takeoverId, sinceMs: row.doneAtMs });
  if (built.length > 0) throw used(built);
  const nowMs = parts.world.clock.wall().atMs;
  for (const line of lines) {
    if (line.subscriptionId !== null) {
      const subscription = await readSubscription(tx, line.subscriptionId);
      if (subscription.endedAtMs === null)
        await keep(parts, tx, subscription, { endedAtMs: nowMs }, { what: "ended", who, why: "takeover undone" });
    }
    if (line.accountId !== null) await deleteAccount(parts, tx, line.accountId);
  }
  for (const { entryId, line } of lines) if (entryId !== null) await takeBack(entryId, line);
  for (const line of lines) if (line.madeCustomer) await deleteCustomer(parts, tx, line.customerId);
  for (const planId of row.planIds)
    if (!(await isPlanOfOthers(tx, planId))) await deletePlan(parts.world, parts.publish, tx, planId);
  await tx
    .updateTable("customer_takeovers")
    .set({ state: "undone", undoneBy: who, undoneAtMs: nowMs })
    .where("takeoverId", "=", takeoverId)
    .execute();
  await parts.emit(tx, providerId, { topic: "customer", id: "", action: "takeover-undone" });

  async function takeBack(entryId: string, line: number): Promise<void> {
    const posting = await tx
      .selectFrom("ledger_postings")
      .select(["account", "party", "currency", "amountCents"])
      .where("entryId", "=", entryId)
      .where("account", "in", ["credit", "debts"])
      .executeTakeFirstOrThrow();
    const { account, party, currency } = posting;
    const isDebt = account === "debts";
    // Spent, or held by a purchase, or paid, at this very moment.
    if (party !== null && !isDebt && (await creditToSpend(tx, providerId, party, currency)) < -posting.amountCents)
      throw used(["credit"]);
    if (
      party !== null &&
      isDebt &&
      (await balancesToTakeBack(tx, providerId, party, currency)).debts < posting.amountCents
    )
      throw used(["debts"]);
    const owner = party === null ? {} : isDebt ? { fromParty: party } : { toParty: party };
    const entry = transferEntry(`taken-over-back:${takeoverId}:${line}`, "taken-over", {
      ...(isDebt ? { from: "debts", to: "taken-over" } : { from: "taken-over", to: "credit" }),
      amountCents: Math.abs(posting.amountCents),
      currency,
      ...owner,
    });
    await parts.ledger.post(tx, { providerId, purchaseId: null, party }, entry);
  }
}

/** Somebody gave it to another line meanwhile, put it on sale, or made vouchers of it. */
async function isPlanOfOthers(tx: Tx, planId: string): Promise<boolean> {
  const account = await tx
    .selectFrom("accounts")
    .select("planId")
    .where("planId", "=", planId)
    .where("deletedAtMs", "is", null)
    .limit(1)
    .executeTakeFirst();
  return account !== undefined || isPlanUsed(tx, planId);
}

const used = (kinds: readonly string[]) => refusal("customers-used", { value: kinds.join(", ") });

/**
 * What was done since with what a takeover made, by kinds. What the hub does by itself (a line is over, its phone is asked) builds nothing.
 * Whoever was a customer before counts only by the line that came.
 */
async function usedOf(
  { builtOnCustomers }: Pick<DoParts, "builtOnCustomers">,
  tx: Tx,
  { providerId, takeoverId, sinceMs }: { providerId: string; takeoverId: string; sinceMs: number },
): Promise<string[]> {
  const own = sql`select * from customer_takeover_lines where provider_id = ${providerId} and takeover_id = ${takeoverId}`;
  const ofModules = builtOnCustomers.map(
    (table) => sql`union all select ${table}::text where exists (select from ${sql.table(table)} of_module
      where of_module.provider_id = ${providerId} and of_module.customer_id in (select customer_id from made))`,
  );
  const example = accountGrantId("x", undefined).replace("x", "");
  const { rows } = await sql<{ kind: string }>`
    with own as (${own}),
    made as (select customer_id from own where made_customer),
    credited as (select p.account, p.party, p.amount_cents, e.entry_id from own o
      join ledger_postings p on p.provider_id = ${providerId} and p.entry_id = o.entry_id and p.account in ('credit', 'debts')
      join ledger_entries e on e.provider_id = ${providerId} and e.entry_id = p.entry_id)
    select 'sessions' as kind where exists (select from sessions s where s.provider_id = ${providerId} and s.begun_at_ms >= ${sinceMs}
      and starts_with(s.grant_id, ${example}) and split_part(s.grant_id, '.', 2) in (select account_id from own))
    union all select 'payments' where exists (select from subscription_log l where l.provider_id = ${providerId}
      and l.subscription_id in (select subscription_id from own) and (l.entry_id is not null or l.what = 'renewed'))
    union all select 'subscriptions' where exists (select from subscription_log l where l.provider_id = ${providerId}
      and l.subscription_id in (select subscription_id from own) and l.who <> 'karibu' and l.what <> 'made')
    union all select c.account from credited c where exists (select from ledger_postings p
      where p.provider_id = ${providerId} and p.party = c.party and p.entry_id > c.entry_id)
    union all select 'accounts' where exists (select from accounts a where a.provider_id = ${providerId}
      and a.customer_id in (select customer_id from made) and a.account_id not in (select account_id from own where account_id is not null))
    union all select 'accounts' where exists (select from accounts a join own o on o.account_id = a.account_id
      where a.provider_id = ${providerId} and a.deleted_at_ms is not null)
    ${sql.join(ofModules, sql` `)}
    union all select 'documents' where exists (select from documents d where d.provider_id = ${providerId}
      and d.customer_id in (select customer_id from made))`.execute(tx);
  // A customer whom somebody has deleted since is a change, too.
  const gone = await tx
    .selectFrom("customers")
    .select("customerId")
    .where("deletedAtMs", "is not", null)
    .where(
      "customerId",
      "in",
      tx
        .selectFrom("customer_takeover_lines")
        .select("customerId")
        .where("takeoverId", "=", takeoverId)
        .where("madeCustomer", "=", true),
    )
    .executeTakeFirst();
  return [...new Set([...rows.map(({ kind }) => kind), ...(gone === undefined ? [] : ["customers"])])];
}
