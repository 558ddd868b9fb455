/** What the books know that an inflow could be for: open purchases, accounts of ours, customers. For `inflow-policy.ts`. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { customersOf } from "../../catalogue/customers/customers.ts";
import type { Parties, Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { type Inflow, type NamedPayer, payerFits } from "../evidence/inflow.ts";
import { referencesLike } from "../purchases/reference.ts";
import { accountsLike } from "./account-money.ts";
import { accountKey, phoneInAccount } from "./account-text.ts";
import { askedAround, type Known, type OpenPurchase } from "./inflow-policy.ts";

/** How far back a purchase can be meant by payer and amount, where the time of payment is not known. */
const lookBackMs = 48 * 3_600_000;
const purchasesMax = 2000;

/** @param payer as the books name them; null: the source shows too little */
export async function whatIsKnown(
  { world, parties }: { readonly world: World; readonly parties: Parties },
  tx: Tx,
  channel: ChannelRow,
  inflow: Inflow,
  payer: Party | null,
): Promise<Known> {
  const { providerId } = channel;
  const typed = inflow.accountText ?? "";
  const key = accountKey(typed);
  const ofChannel = purchasesOf(tx, providerId, channel);
  const named = key === "" ? [] : await ofChannel.where("reference", "in", [key, ...referencesLike(key)]).execute();
  // A reference decides by itself, whatever else could be meant: this is nearly all money, and costs one look.
  if (named.some(({ reference }) => reference === key)) {
    return {
      purchases: named.map((row) => toOpenPurchase(row, new Map())),
      isCut: false,
      accounts: [],
      payer,
      typed: null,
    };
  }
  const nowMs = world.clock.wall().atMs;
  const sinceMs = nowMs - lookBackMs;
  const span = inflow.paidAtMs === null ? { fromMs: sinceMs, toMs: nowMs + lookBackMs } : askedAround(inflow.paidAtMs);
  const fitting = await ofChannel
    .where((where) =>
      where.or([
        where.and([
          where("receipt", "is", null),
          where(sql`coalesce(asked_cents, amount_cents)`, "=", inflow.amountCents),
          where("createdAtMs", ">", span.fromMs),
          where("createdAtMs", "<", span.toMs),
        ]),
        ...(payer === null ? [] : [where.and([where("createdAtMs", ">", sinceMs), where("phoneHash", "=", payer)])]),
      ]),
    )
    .orderBy("createdAtMs", "desc")
    .limit(purchasesMax + 1)
    .execute();
  const listed = new Set(named.map(({ purchaseId }) => purchaseId));
  const phone = phoneInAccount(typed);
  const all = [...named, ...fitting.filter(({ purchaseId }) => !listed.has(purchaseId))];
  // Names decide only beside a number that is half hidden.
  const isByName = inflow.payer.kind === "mask" && inflow.payerName !== null;
  const names = isByName
    ? await namesOf(tx, providerId, { payer: inflow.payer, party: payer }, all)
    : new Map<string, string>();
  return {
    purchases: all.map((row) => toOpenPurchase(row, names)),
    isCut: fitting.length > purchasesMax,
    accounts: await accountsLike(tx, providerId, [key]),
    payer,
    typed: phone === null ? null : await ifCustomer(tx, providerId, parties.ofPhone(providerId, phone)),
  };
}

function purchasesOf(tx: Tx, providerId: string, channel: ChannelRow) {
  return tx
    .selectFrom("purchases")
    .select([
      "purchaseId",
      "reference",
      "amountCents",
      "askedCents",
      "phoneHash",
      "phoneMasked",
      "sentAtMs",
      "createdAtMs",
      "receipt",
    ])
    .where("providerId", "=", providerId)
    .where("channelId", "=", channel.channelId);
}

type OpenPurchaseRow = Awaited<ReturnType<ReturnType<typeof purchasesOf>["execute"]>>[number];

/** Customers' names by party, of those whose number can be the payer's. Two customers with one phone: neither. */
async function namesOf(
  tx: Tx,
  providerId: string,
  payer: NamedPayer,
  rows: readonly OpenPurchaseRow[],
): Promise<ReadonlyMap<string, string>> {
  const fitting = rows.filter((row) => payerFits(payer, { party: row.phoneHash, mask: row.phoneMasked }));
  const hashes = [...new Set(fitting.flatMap((row) => row.phoneHash ?? []))];
  const byHash = Map.groupBy(await customersOf(tx, providerId, hashes), (row) => row.phoneHash ?? "");
  return new Map(
    [...byHash].flatMap(([hash, [one, ...others]]) =>
      one === undefined || others.length > 0 ? [] : [[hash, one.name] as const],
    ),
  );
}

function toOpenPurchase(row: OpenPurchaseRow, names: ReadonlyMap<string, string>): OpenPurchase {
  return {
    purchaseId: row.purchaseId,
    reference: row.reference,
    amountCents: row.askedCents ?? row.amountCents,
    party: row.phoneHash,
    phoneMasked: row.phoneMasked,
    sentAtMs: row.sentAtMs ?? row.createdAtMs,
    hasReceipt: row.receipt !== null,
    customerName: names.get(row.phoneHash ?? "") ?? null,
  };
}

/** The party, if it has bought here, or is a customer or an account of ours; else null. */
async function ifCustomer(tx: Tx, providerId: string, party: Party): Promise<Party | null> {
  const bought = await tx
    .selectFrom("purchases")
    .select("phoneHash")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .limit(1)
    .executeTakeFirst();
  if (bought !== undefined) return party;
  const account = await tx
    .selectFrom("pay_accounts")
    .select("phoneHash")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .limit(1)
    .executeTakeFirst();
  if (account !== undefined) return party;
  return (await customersOf(tx, providerId, [party])).length > 0 ? party : null;
}
