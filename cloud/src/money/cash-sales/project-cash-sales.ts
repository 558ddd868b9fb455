import { newId } from "@karibu/protocol/identifiers";
import { cents } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { type JournalProjector, ofKind } from "../../ground/agents/journal-projector.ts";
import { movedTime } from "../../ground/agents/moved-time.ts";
import { withinCorrection } from "../../ground/agents/within-correction.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { balanced } from "../ledger/entries.ts";
import type { Ledger, ManyEntry, NumberedEntry } from "../ledger/post-entry.ts";
import { cashTaken } from "../ledger/received-row.ts";
import { discountEntry } from "../promotions/discount-entries.ts";
import { sealCashSalePhone } from "./cash-sale-rows.ts";

interface SoldRow {
  readonly siteId: string;
  readonly saleId: string;
  readonly sellerId: string;
  readonly priceCents: number;
  readonly commissionCents: number;
  readonly discountCents: number;
  readonly currency: string;
  readonly entryId: string | null;
}

/**
 * Sales for cash at the sites: a row each, and its ledger entry. The seller holds the cash, so the seller owes it
 * (`float:<seller>`), less the commission by the rate at the time of the sale; `revenue` grows by the price. A sale that is there already (the same page asked the
 * same site again, in a new epoch too) changes nothing: it has the same number and the same code. Entries count for the day they arrive: a closed day stays closed;
 * `sold_at_ms` is the time of the sale.
 */
export function createCashSaleProjector(parts: {
  readonly world: World;
  readonly ledger: Ledger;
  readonly envelope: Envelope;
  readonly parties: Parties;
}): JournalProjector {
  const { world, ledger, envelope, parties } = parts;
  return {
    async project(tx, { providerId, records, receivedAtMs }) {
      const told = await namedSales(tx, providerId, ofKind(records, "cash-sale"));
      const sales = told.map(({ saleId, siteId, epoch, record }) => {
        const { seq, atMs, sellerId, planId, priceCents, currency, code, grant, phone, discount } = record;
        const { grantId, planName, terms } = grant;
        const entryId = priceCents > 0 ? newId(world) : null;
        // No sale is of after it was told, and of one whose site did not know the time that is all that is known.
        const rateAtMs = record.clock === "unknown" ? receivedAtMs : Math.min(atMs, receivedAtMs);
        const place = { siteId, epoch, seq, atMs, rateAtMs, entryId };
        const what = { planId, planName, terms, priceCents, currency, grantId, code, codeEnd: code.slice(-4) };
        const sale = { providerId, siteId, saleId };
        const customer =
          phone === undefined
            ? {}
            : {
                phoneHex: sealCashSalePhone(envelope, sale, phone).toString("hex"),
                party: parties.ofPhone(providerId, phone),
                phoneMasked: maskPhone(phone),
              };
        const off = { promotionId: discount?.promotionId ?? null, discountCents: discount?.discountCents ?? 0 };
        return { ...place, ...what, ...customer, ...off, saleId, sellerId };
      });
      if (sales.length === 0) return;
      const { rows } = await sql<SoldRow>`
    with f as (
      select f.*,
        case when f."priceCents" > 0
          then f."priceCents" * coalesce(earlier.permille, s.commission_permille, 0)::bigint / 1000 else 0 end as commission
      from ${recordset("f", sales, {
        siteId: "text",
        epoch: "text",
        seq: "bigint",
        atMs: "bigint",
        rateAtMs: "bigint",
        entryId: "text",
        saleId: "text",
        sellerId: "text",
        planId: "text",
        priceCents: "bigint",
        currency: "text",
        grantId: "text",
        planName: "text",
        codeEnd: "text",
        code: "text",
        terms: "jsonb",
        phoneHex: "text",
        party: "text",
        phoneMasked: "text",
        promotionId: "text",
        discountCents: "bigint",
      })}
      left join sellers s on s.provider_id = ${providerId} and s.seller_id = f."sellerId"
      left join lateral (
        select r.permille from jsonb_to_recordset(s.earlier_rates) as r("untilMs" bigint, permille integer)
        where r."untilMs" > f."rateAtMs" order by r."untilMs" limit 1
      ) earlier on true
    )
    insert into cash_sales (provider_id, site_id, sale_id, seller_id, plan_id, plan_name, price_cents, commission_cents,
      currency, grant_id, code_end, code, terms, phone_sealed, phone_hash, phone_masked, sold_at_ms, epoch, seq, received_at_ms,
      entry_id, promotion_id, discount_cents)
    select ${providerId}::text, "siteId", "saleId", "sellerId", "planId", "planName", "priceCents", commission,
      currency, "grantId", "codeEnd", code, terms, decode("phoneHex", 'hex'), party, "phoneMasked", "atMs", epoch, seq, ${receivedAtMs}::bigint, "entryId", "promotionId", "discountCents"
    from f order by "siteId", "saleId"
    on conflict do nothing
    returning site_id, sale_id, seller_id, price_cents, commission_cents, discount_cents, currency, entry_id
  `.execute(tx);
      await ledger.postMany(tx, providerId, rows.flatMap(saleEntry), receivedAtMs);
      await ledger.postMany(
        tx,
        providerId,
        rows.flatMap((row) => discountOf(world, row)),
        receivedAtMs,
      );
    },
    async correctClock(tx, correction) {
      await sql`
        update cash_sales set sold_at_ms = ${movedTime("sold_at_ms", correction.stepMs)}
        where provider_id = ${correction.providerId} and site_id = ${correction.siteId} and ${withinCorrection(correction)}
      `.execute(tx);
    },
  };
}

interface ToldSale {
  readonly siteId: string;
  readonly epoch: string;
  readonly record: { readonly seq: number; readonly saleId: string; readonly code: string };
}

/**
 * Those that are not known yet, each with the name that it has here. The seller's page makes a sale's number, and its site forgets it in time, or with
 * its memory: under a number that is known with another code stands another sale, which takes the place of its record into its name.
 */
async function namedSales<Told extends ToldSale>(
  tx: Tx,
  providerId: string,
  told: readonly Told[],
): Promise<(Told & { readonly saleId: string })[]> {
  if (told.length === 0) return [];
  const [siteIds, saleIds, codes] = [
    told.map(({ siteId }) => siteId),
    told.map(({ record }) => record.saleId),
    told.map(({ record }) => record.code),
  ];
  const { rows } = await sql<{ siteId: string; saleId: string; code: string | null }>`
    select site_id, sale_id, code from cash_sales where provider_id = ${providerId}
      and (site_id = any (${siteIds}::text[]) and sale_id = any (${saleIds}::text[]) or code = any (${codes}::text[]))`.execute(
    tx,
  );
  const names = new Set(rows.map((row) => `${row.siteId}/${row.saleId}`));
  const known = new Set(rows.map((row) => `${row.siteId}/${numberOf(row.saleId)}/${row.code}`));
  return told.flatMap((sale) => {
    const { siteId, epoch, record } = sale;
    const { seq, saleId: number, code } = record;
    if (known.has(`${siteId}/${number}/${code}`)) return [];
    known.add(`${siteId}/${number}/${code}`);
    const saleId = names.has(`${siteId}/${number}`) ? `${number}~${epoch}.${seq}` : number;
    names.add(`${siteId}/${saleId}`);
    return [{ ...sale, saleId }];
  });
}

/** The number that the seller's page made. */
const numberOf = (saleId: string): string => saleId.split("~", 1)[0] ?? "";

/** What the site says that it took off: it stands on both sides of the books, and no money comes of it. */
function discountOf(world: World, row: SoldRow): NumberedEntry[] {
  const { currency, siteId, saleId } = row;
  const discountCents = Number(row.discountCents);
  if (discountCents <= 0) return [];
  const entry = discountEntry(`discount:cash-sale:${siteId}:${saleId}`, discountCents, currency);
  return [{ entryId: newId(world), entry }];
}

function saleEntry(row: SoldRow): ManyEntry[] {
  const { entryId, currency, siteId, saleId, sellerId } = row;
  if (entryId === null) return [];
  const [priceCents, commissionCents] = [Number(row.priceCents), Number(row.commissionCents)];
  const entry = balanced({
    entryKey: `cash-sale:${siteId}:${saleId}`,
    kind: "cash-sale",
    postings: [
      { account: `float:${sellerId}`, currency, amountCents: cents(priceCents - commissionCents) },
      { account: "commission", currency, amountCents: cents(commissionCents) },
      { account: "revenue", currency, amountCents: cents(-priceCents) },
    ],
  });
  const received = cashTaken({ kind: "purchase", takenBy: sellerId, siteId, amountCents: priceCents, currency });
  return [{ entryId, entry, received }];
}
