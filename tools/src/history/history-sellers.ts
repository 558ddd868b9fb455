/** Who sells for cash: at the sites by name and PIN, with the phone at the kiosk; at the counter by a log-in of her own. What they took they hand in every third day. */
import { settled } from "@karibu/lab/town/town-hub";
import { type Customer, sellForCash } from "@karibu/lab/town/visits";
import { logIns, sampleSeller } from "../start/sample.ts";
import type { HistorySite, HistoryTown, SiteKey, TownClient } from "./history-town.ts";

interface Sellers {
  /** Whether somebody sells there. */
  sellsAt(key: SiteKey): boolean;
  /** The customer's code; undefined: it was not sold, for the float is used up. */
  sellAtSite(key: SiteKey, order: Order): Promise<string | undefined>;
  sellAtCounter(siteId: string, order: Order): Promise<string | undefined>;
  /** Of each at a site what is owed; the one at the counter pays ahead again. */
  handIn(office: TownClient): Promise<void>;
}

interface Order {
  readonly planId: string;
  readonly phone: string;
}

interface SellerView {
  readonly sellerId: string;
  readonly name: string;
  readonly sites: readonly { readonly siteId: string; readonly owedCents: number }[];
}

interface Float {
  readonly userId: string;
  readonly name: string;
  readonly balanceCents: number;
}

const counter = { name: "Wanjiru Maina", email: "wanjiru@karibu.example", password: "karibu-hotspot-counter" };
/** Beside the sample's, who is at the market square. */
const another = { name: "Juma", pin: "5937", commissionPermille: 80 };
const floatCents = 300_000;
/** What she pays ahead at first, and up to which then. */
const aheadCents = 200_000;
/** Sellers hand in round sums. */
const roundCents = 1000;
const roundSum = (cents: number): number => Math.floor(cents / roundCents) * roundCents;
const logInLastsMs = 5 * 60_000;

export async function openSellers(
  { time, hub, sites, chance, busy }: HistoryTown,
  owner: TownClient,
): Promise<Sellers> {
  const ready = <T>(work: Promise<T>) => settled(time, work, 1000);
  const siteOf = (key: SiteKey) => sites.find((one) => one.key === key) as HistorySite;
  const { siteId } = siteOf("stage");
  await ready(owner.post("/api/v1/sellers", { ...another, sites: [{ siteId, floatCents }] }));
  const kiosks = new Map<SiteKey, { readonly name: string; readonly pin: string; readonly who: Customer }>([
    ["market", { ...sampleSeller, who: { phone: "0720990101", mac: "02:4B:F0:00:00:01", address: "10.5.51.101" } }],
    ["stage", { ...another, who: { phone: "0720990202", mac: "02:4B:F0:00:00:02", address: "10.5.51.102" } }],
  ]);
  const { name, email, password } = counter;
  const invitation = { email, name, role: "seller", yourPassword: logIns.owner.password };
  const { link } = await ready(time.track(owner.post<{ link: string }>("/api/v1/invitations", invitation)));
  const token = link.split("/").at(-1);
  await ready(time.track(hub.post("/api/v1/invitations/accept", { token, password })));
  await ready(payAhead(owner));
  let loggedIn = { atMs: Number.NEGATIVE_INFINITY, seller: Promise.resolve(owner) };

  /** Hers lasts some minutes. */
  function atCounter(): Promise<TownClient> {
    const atMs = time.trueMs();
    if (atMs - loggedIn.atMs > logInLastsMs) loggedIn = { atMs, seller: hub.logIn(counter) };
    return loggedIn.seller;
  }

  async function payAhead(office: TownClient): Promise<void> {
    const { items } = await office.get<{ items: Float[] }>("/api/v1/floats");
    const own = items.find((one) => one.name === name);
    const amountCents = roundSum(aheadCents * Math.max(1, busy) - (own?.balanceCents ?? 0));
    if (own !== undefined && amountCents > 0) await office.post(`/api/v1/floats/${own.userId}/top-up`, { amountCents });
  }

  return {
    sellsAt: (key) => kiosks.has(key),
    async sellAtSite(key, order) {
      const seller = kiosks.get(key);
      const saleId = Buffer.from(chance.bytes(16)).toString("hex");
      return seller && sellForCash(siteOf(key).site, seller, { saleId, ...order });
    },
    async sellAtCounter(siteId, order) {
      const sale = { siteId, ...order, pay: "cash" };
      const seller = await atCounter();
      const { code } = await seller.post<{ code?: string }>("/api/v1/payments/purchase", sale);
      return code;
    },
    async handIn(office) {
      const { items } = await office.get<{ items: SellerView[] }>("/api/v1/sellers");
      for (const { sellerId, sites } of items)
        for (const { siteId, owedCents } of sites) {
          const amountCents = roundSum(owedCents);
          if (amountCents > 0) await office.post(`/api/v1/sellers/${sellerId}/hand-in`, { siteId, amountCents });
        }
      await payAhead(office);
    },
  };
}
