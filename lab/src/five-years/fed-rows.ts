/** The hub of `years-of-trade.ts`: what it tells the site, and what it deletes again. */
import type { SiteState } from "@karibu/agent/state/site-state";
import type { FeedStore } from "@karibu/agent/store/feed-store";
import { encodeVoucherCode } from "@karibu/protocol/codes/voucher-code";
import type { BatchBody, FeedRow, Scope } from "@karibu/protocol/feed";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { bytes, cents, seconds, unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";

const dayMs = 86_400_000;
/** The hub's rule: see `cloud/src/catalogue/grants/retire-grants.ts`. */
const keptAfterEndMs = 30 * dayMs;
const batchCodes = 1000;
const codesPerHourMax = 50;
const accounts = 20;
const siteScope: Scope = "site:harbour";

const lasting = (days: number): Terms => ({
  ...unlimitedTerms,
  validitySeconds: seconds((days * dayMs) / 1000),
  devices: 1,
});
/** Of twenty purchases. */
const plans = [
  ...Array(14).fill(lasting(1)),
  ...Array(4).fill(lasting(7)),
  lasting(30),
  { ...unlimitedTerms, dataBytes: bytes(60_000_000) },
] as Terms[];

export type FedRows = ReturnType<typeof createFedRows>;

export function createFedRows(world: World, feed: FeedStore, state: SiteState) {
  const versions = new Map<Scope, number>();
  let waiting: FeedRow[] = [];
  let bought = 0;
  let batches = 0;
  let nextSerial = 0;
  let batch: BatchBody | null = null;
  const told = new Map<string, { readonly boughtMs: number; readonly terms: Terms }>();

  async function send(scope: Scope, rows: readonly FeedRow[], reset = false): Promise<void> {
    const version = (versions.get(scope) ?? 0) + 1;
    versions.set(scope, version);
    await feed.apply({ scope, reset, rows, version });
  }
  const row = (kind: FeedRow["kind"], key: string, body: unknown) => ({ kind, key, version: 1, body }) as FeedRow;

  function accountRows(period: string): FeedRow[] {
    return names.map((username) => {
      const terms = lasting(30);
      return row("account", username, {
        accountId: username,
        username,
        password: "secret",
        planName: "month",
        terms,
        active: true,
        period,
      });
    });
  }
  const names = Array.from({ length: accounts }, (_, number) => `house${number}`);

  async function beginBatch(): Promise<void> {
    const batchId = `b${++batches}`;
    nextSerial = 0;
    const keyHex = Buffer.from(world.random.bytes(16)).toString("hex");
    const facts = { prefix: "", length: 10, alphabet: "digits", quantity: batchCodes } as const;
    const sold = { planName: "day", terms: lasting(1), expiresAtMs: null, active: true, homeSiteId: "harbour" };
    batch = { batchId, keyHex, ...facts, ...sold, holes: [] };
    await send(siteScope, [row("follow", batchId, { batchId })]);
    await send(`batch:${batchId}`, [row("batch", batchId, batch)], true);
  }

  /** Used up, or over by its date. */
  function endOf(grantId: string, terms: Terms): number | null {
    const spent = state.spent.others.get(grantId);
    const grant = state.grants.get(grantId)?.grant;
    if (spent !== undefined) return spent.atMs;
    if (grant === undefined) return null;
    if (grant.endsAtMs !== null) return grant.endsAtMs;
    const isUsedUp = terms.dataBytes !== null && (state.usage.get(grantId)?.bytes ?? 0) >= terms.dataBytes;
    return isUsedUp ? (told.get(grantId)?.boughtMs ?? null) : null;
  }

  return {
    accountNames: names,
    cashPlanId: "hour",
    async begin(): Promise<void> {
      await feed.setGeneration("g1");
      const bridge = { seconds: seconds(1800), dataBytes: bytes(100_000_000) };
      const provider = {
        name: "Baraka",
        currency: "KES",
        locale: "en",
        utcOffsetMinutes: 180,
        supportPhone: null,
        bridge,
      };
      await send(
        "provider",
        [
          row("provider", "provider", provider),
          row("plan", "hour", {
            planId: "hour",
            name: "Hour",
            priceCents: cents(1000),
            currency: "KES",
            active: true,
            terms: lasting(1 / 24),
          }),
        ],
        true,
      );
      const body = { siteId: "harbour", name: "Harbour", interimSeconds: seconds(300), sellsOnline: true };
      const seller = {
        sellerId: "s1",
        name: "Wanjiru",
        pinHash: "0".repeat(64),
        pinSalt: "0".repeat(16),
        floatCents: null,
      };
      const rows = [
        row("site", "site", body),
        row("seller", "s1", { ...seller, settledCents: cents(0), active: true }),
      ];
      await send(siteScope, [...rows, ...accountRows("p0")], true);
      await beginBatch();
    },
    /** A sale has a new end of its own each day, as plans with a date have. */
    newDay(day: number): void {
      if (day % 30 === 0) waiting.push(...accountRows(`p${day}`));
      const untilMs = Math.floor(world.clock.wall().atMs / dayMs) * dayMs + 2 * dayMs;
      const terms = { ...lasting(1 / 24), validUntilMs: unixMs(untilMs) };
      waiting.push(
        row("plan", "hour", {
          planId: "hour",
          name: "Hour",
          priceCents: cents(1000),
          currency: "KES",
          active: true,
          terms,
        }),
      );
    },
    buy(): string {
      const number = ++bought;
      const grantId = `0192a7c3-5f3e-7000-8000-${number.toString(16).padStart(12, "0")}`;
      const terms = plans[number % plans.length] as Terms;
      const times = { startedAtMs: null, endsAtMs: null, revokedAtMs: null };
      const grant = { grantId, origin: "purchase", planName: "plan", terms, unverified: false, ...times };
      waiting.push(row("grant", grantId, { grant, purchaseId: `p-${grantId}`, phoneHash: "ab".repeat(32) }));
      told.set(grantId, { boughtMs: world.clock.wall().atMs, terms });
      return `p-${grantId}`;
    },
    /** The hour's rows. */
    async apply(): Promise<void> {
      const page = waiting.filter(({ kind }) => kind !== "plan");
      const planRows = waiting.filter(({ kind }) => kind === "plan");
      waiting = [];
      if (page.length > 0) await send(siteScope, page);
      if (planRows.length > 0) await send("provider", planRows);
      if (nextSerial > batchCodes - codesPerHourMax) await beginBatch();
    },
    nextCode: (): string => encodeVoucherCode(batch as BatchBody, nextSerial++),
    async endDay(): Promise<void> {
      const overMs = world.clock.wall().atMs - keptAfterEndMs;
      const gone: FeedRow[] = [];
      for (const [grantId, { terms }] of told) {
        const endMs = endOf(grantId, terms);
        if (endMs === null || endMs >= overMs) continue;
        gone.push(row("grant", grantId, null));
        told.delete(grantId);
      }
      if (gone.length > 0) await send(siteScope, gone);
    },
  };
}
