/** The six plans of every new provider (PLN-06). The provider may change, switch off or add plans. */
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, kbps, seconds } from "@karibu/protocol/quantities";
import { type Currency, currencies } from "../../ground/amounts/currencies.ts";

const daySeconds = 86_400;
const gigabyte = 1_000_000_000;

/** Prices in Kenyan shillings; other currencies are scaled roughly. */
const standard = [
  { name: "1GB-DAILY", shillings: 50, days: 1, gigabytes: 1, downKbps: 10_000, upKbps: 5_000 },
  { name: "5GB-WEEKLY", shillings: 200, days: 7, gigabytes: 5, downKbps: 10_000, upKbps: 5_000 },
  { name: "20GB-MONTHLY", shillings: 700, days: 30, gigabytes: 20, downKbps: 10_000, upKbps: 5_000 },
  { name: "UNLIMITED-DAILY", shillings: 80, days: 1, gigabytes: null, downKbps: 5_000, upKbps: 2_000 },
  { name: "UNLIMITED-WEEKLY", shillings: 400, days: 7, gigabytes: null, downKbps: 5_000, upKbps: 2_000 },
  { name: "UNLIMITED-MONTHLY", shillings: 1500, days: 30, gigabytes: null, downKbps: 5_000, upKbps: 2_000 },
] as const;

export function standardPlans(currency: Currency): { name: string; priceCents: number; terms: Terms }[] {
  return standard.map(({ name, shillings, days, gigabytes, downKbps, upKbps }) => ({
    name,
    priceCents: Math.round(shillings * 100 * currencies[currency].perShilling),
    terms: {
      ...unlimitedTerms,
      validitySeconds: seconds(days * daySeconds),
      dataBytes: gigabytes === null ? null : bytes(gigabytes * gigabyte),
      downKbps: kbps(downKbps),
      upKbps: kbps(upKbps),
    },
  }));
}
