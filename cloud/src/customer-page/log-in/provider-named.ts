/** The provider that an address names, `/my/<name>/`: by the sub-domain, or by the id. */
import type { Database } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { customersLocale, type Locale } from "../../messaging/texts/every-language.ts";
import { findProvider } from "../../tenancy/providers/providers.ts";

export interface NamedProvider {
  readonly providerId: string;
  readonly name: string;
  readonly currency: string;
  /** Of its customers. */
  readonly locale: Locale;
  readonly supportPhone: string | null;
  readonly utcOffsetMinutes: number;
}

/** Null: there is none, or it is deleted. */
export async function providerNamed(database: Database, name: string): Promise<NamedProvider | null> {
  // The platform itself sells nothing and has no customers.
  if (!/^[0-9a-z-]{1,64}$/.test(name) || name === platformProviderId) return null;
  const row = await database.asPlatform("customer-page", (tx) => findProvider(tx, name));
  if (row === undefined) return null;
  return {
    providerId: row.providerId,
    name: row.shownName ?? row.name,
    currency: row.currency,
    locale: customersLocale(row),
    supportPhone: row.supportPhone,
    utcOffsetMinutes: row.utcOffsetMinutes,
  };
}
