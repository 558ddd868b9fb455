/** Providers and sites by the thousand for the hub's benchmark, put into the tables at once. */

import type { Database } from "@karibu/cloud/ground/db/database";
import { sha256 } from "@karibu/protocol/hash";
import { type LinkKeys, makeLinkKeys } from "@karibu/protocol/link/link-keys";
import { unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";

export const providersMax = 200;
export const masterKey = new Uint8Array(32).fill(7);

export const providerIdOf = (number: number): string => `bench-provider-${String(number).padStart(4, "0")}`;
export const siteIdOf = (number: number): string => `bench-site-${String(number).padStart(6, "0")}`;

/** Every process of the benchmark makes the same keys. */
export function keysOf(siteNumber: number): LinkKeys {
  const seed = sha256(`bench-${siteNumber}`);
  return makeLinkKeys({ bytes: () => seed });
}

/** Sites are dealt out to the providers in turn. Each site has the feed a real one has: its own row, and six plans. */
export async function makeTown(database: Database, siteCount: number, nowMs: number): Promise<void> {
  const providerCount = Math.min(providersMax, siteCount);
  const providers = Array.from({ length: providerCount }, (_, number) => ({
    id: providerIdOf(number),
    name: `P${number}`,
  }));
  const sites = Array.from({ length: siteCount }, (_, number) => ({
    provider: providerIdOf(number % providerCount),
    id: siteIdOf(number),
    key: keysOf(number).publicKey,
  }));
  const planBody = { name: "1 hour", priceCents: 5000, currency: "KES", active: true, terms: unlimitedTerms };
  const siteBody = { name: "Kiosk", interimSeconds: 300, sellsOnline: true };
  await database.asPlatform("bench-town", async (tx) => {
    const [providerList, siteList] = [JSON.stringify(providers), JSON.stringify(sites)];
    await sql`
      insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, support_phone, bridge_seconds,
        bridge_data_bytes, created_at_ms, updated_at_ms)
      select p.id, p.name, 'active', 'KES', 'sw', 180, null, 1800, 100000000, ${nowMs}::bigint, ${nowMs}::bigint
      from jsonb_to_recordset(${providerList}::jsonb) as p(id text, name text)
    `.execute(tx);
    await sql`
      insert into sites (provider_id, site_id, name, interim_seconds, auto_log_in, created_at_ms, updated_at_ms)
      select s.provider, s.id, 'Kiosk', 300, true, ${nowMs}::bigint, ${nowMs}::bigint
      from jsonb_to_recordset(${siteList}::jsonb) as s(provider text, id text)
    `.execute(tx);
    await sql`
      insert into agents (provider_id, site_id, public_key, enrolled_at_ms)
      select s.provider, s.id, s.key, ${nowMs}::bigint
      from jsonb_to_recordset(${siteList}::jsonb) as s(provider text, id text, key text)
    `.execute(tx);
    await sql`
      insert into feed_scopes (provider_id, scope, version)
      select p.id, 'provider', 6 from jsonb_to_recordset(${providerList}::jsonb) as p(id text)
      union all
      select s.provider, 'site:' || s.id, 1 from jsonb_to_recordset(${siteList}::jsonb) as s(provider text, id text)
    `.execute(tx);
    await sql`
      insert into feed_rows (provider_id, scope, kind, key, version, body, changed_at_ms)
      select p.id, 'provider', 'plan', 'plan-' || n, n,
        ${JSON.stringify(planBody)}::jsonb || jsonb_build_object('planId', 'plan-' || n), ${nowMs}::bigint
      from jsonb_to_recordset(${providerList}::jsonb) as p(id text), generate_series(1, 6) as n
      union all
      select s.provider, 'site:' || s.id, 'site', 'site', 1,
        ${JSON.stringify(siteBody)}::jsonb || jsonb_build_object('siteId', s.id), ${nowMs}::bigint
      from jsonb_to_recordset(${siteList}::jsonb) as s(provider text, id text)
    `.execute(tx);
    await sql`analyze`.execute(tx).catch(() => {});
  });
}
