/**
 * A site that trades for years, in virtual time: the real journal, snapshots, feed store, state and access decisions over a folder, eight
 * hours at a time. The hub is only what the site sees of it: rows of its feed, their tombstones by the hub's rule (30 days after the
 * reported end), and acknowledgements. A step's work is synced at its end, so that five years pass in minutes.
 */
import type { AccountingReport } from "@karibu/agent/access/access";
import type { Device } from "@karibu/agent/access/portal-access";
import { pruneGrants } from "@karibu/agent/grants/prune-grants";
import type { Folder } from "@karibu/agent/ground/files/folder";
import { createHostTable } from "@karibu/agent/ground/host-table";
import { createSite } from "@karibu/agent/start/create-site";
import { createRecordStamps } from "@karibu/agent/start/record-stamps";
import { spentCount } from "@karibu/agent/state/spent-grants";
import { type JournalLimits, openState, type StateKeeper } from "@karibu/agent/state/state-keeper";
import { openFeedStore, type StoredFeed } from "@karibu/agent/store/open-feed-store";
import { migrateState } from "@karibu/agent/store/state-format";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { seededRandom } from "../world/seeded-random.ts";
import { createSimulatedWorld } from "../world/simulated-world.ts";
import { createFedRows, type FedRows } from "./fed-rows.ts";

interface YearsOptions {
  readonly folder: Folder;
  readonly days: number;
  /** Of a day: purchases, further log-ins of running packages, vouchers, cash sales. */
  readonly trade: {
    readonly purchases: number;
    readonly logIns: number;
    readonly vouchers: number;
    readonly cashSales: number;
  };
  /** How much of the journal is kept. Default: as on a stick. */
  readonly limits?: JournalLimits;
  /** After each of so many days. */
  readonly figuresEveryDays: number;
  readonly onFigures: (figures: YearFigures) => Promise<void> | void;
}

/** How many of each the site holds. */
export interface YearFigures {
  readonly day: number;
  readonly soldSoFar: number;
  readonly grants: number;
  readonly tokens: number;
  readonly slots: number;
  readonly devices: number;
  readonly usage: number;
  readonly terms: number;
  readonly sales: number;
  readonly sessions: number;
  readonly usedCodes: number;
  readonly otherEnds: number;
  readonly fedGrants: number;
  readonly refused: number;
}

const dayMs = 86_400_000;
/** Steps of eight hours. */
const stepsPerDay = 3;
const regulars = 400;

export async function tradeForYears(options: YearsOptions): Promise<void> {
  const { folder, days, figuresEveryDays, limits = {} } = options;
  const silent = () => {};
  const simulated = createSimulatedWorld();
  const world: World = { ...simulated, log: { debug: silent, info: silent, warn: silent, error: silent } };
  await migrateState(folder);
  const keeper = await openState(world, folder, createRecordStamps(world.clock).next, limits);
  const feed = await openFeedStore(world, folder);
  const site = createSite(world, {
    journal: keeper.journal,
    state: keeper.state,
    feed,
    siteFile: null,
    coa: null,
    router: null,
    hosts: createHostTable(world, null, { hasOtherRouters: false }),
    hasOtherRouters: false,
    interimFlushSeconds: 60,
    claimLease: null,
    claimGrant: null,
  });
  const rows = createFedRows(world, feed, keeper.state);
  await rows.begin();
  const shop = createShop(world, site, rows, options.trade);
  const isFed = (grantId: string) => feed.rows("grant").has(grantId);
  function prune(): void {
    const known = { isFed, catalogue: site.site.catalogue, isComplete: feed.isComplete };
    pruneGrants(keeper.state, known, world.clock.wall());
  }
  for (let day = 1; day <= days; day++) {
    rows.newDay(day);
    for (let step = 0; step < stepsPerDay; step++) {
      await shop.liveStep(step);
      simulated.advance(dayMs / stepsPerDay);
      if (step === 0) prune(); // once a day is enough for its decisions, and takes less of a test's time
      await keeper.journal.flush();
      keeper.journal.acknowledge(keeper.journal.lastSeq);
      await keeper.saveIfDue();
      await new Promise((resolve) => setImmediate(resolve)); // what the timers began is written
    }
    await rows.endDay();
    if (day % figuresEveryDays === 0) await options.onFigures(figuresOf(day, keeper, feed, shop));
  }
  site.access.stop();
  await keeper.journal.close();
  await feed.close();
}

function figuresOf(day: number, { state }: StateKeeper, feed: StoredFeed, shop: Shop): YearFigures {
  const otherEnds = state.spent.others.size;
  return {
    day,
    soldSoFar: shop.sold(),
    refused: shop.refused(),
    grants: state.grants.size,
    tokens: state.tokens.size,
    slots: state.slots.size,
    devices: state.heldBy.size,
    usage: state.usage.size,
    terms: state.terms.size,
    sales: state.sales.size,
    sessions: state.sessions.size,
    usedCodes: spentCount(state.spent) - otherEnds,
    otherEnds,
    fedGrants: feed.rows("grant").size,
  };
}

/** A package that somebody bought and uses. */
interface Running {
  readonly grantId: string;
  readonly device: Device;
  readonly untilMs: number;
}

interface OnlineSession {
  readonly report: Omit<AccountingReport, "status" | "cause">;
  readonly stepsLeft: number;
}

type Shop = ReturnType<typeof createShop>;
type TradedSite = ReturnType<typeof createSite>;

function createShop(world: World, site: TradedSite, rows: FedRows, trade: YearsOptions["trade"]) {
  const chance = seededRandom(11);
  let madePhones = 0;
  const phones = Array.from({ length: regulars }, newPhone);
  const seller = {
    sellerId: "s1",
    name: "Wanjiru",
    pin: { hashHex: "", saltHex: "" },
    floatCents: null,
    settledCents: 0,
  };
  let running: Running[] = [];
  let online: OnlineSession[] = [];
  let hours = 0;
  let sold = 0;
  let refused = 0;

  function newPhone(): Device {
    const hex = (++madePhones).toString(16).padStart(10, "0").toUpperCase();
    const mac = `02:${hex.match(/../g)?.join(":")}`;
    return {
      token: madePhones.toString(16).padStart(32, "0"),
      mac,
      address: `10.5.${madePhones % 250}.${(madePhones >> 8) % 250}`,
    };
  }

  /** Most customers come again. A phone has a new random MAC every now and then: then it is another device. */
  function aPhone(): Device {
    const index = chance.integer(regulars);
    if (chance.chance(0.1)) phones[index] = newPhone();
    return phones[index] as Device;
  }

  /** How many of the day's number fall into this step. */
  const share = (perDay: number, step: number): number =>
    Math.floor((perDay * (step + 1)) / stepsPerDay) - Math.floor((perDay * step) / stepsPerDay);

  function goOnline(grantId: string, device: Device, isFirst = true): void {
    const { username, password } = site.portalAccess.issueLogIn(grantId, device);
    enter(username, password, device, isFirst);
  }

  function enter(user: string, password: string, device: Device, isFirst = true): void {
    const { mac, address } = device;
    const sessionId = `80${(++hours).toString(16).padStart(6, "0").slice(-6)}`;
    const decision = site.access.logIn({
      nas: "router",
      service: "hotspot",
      user,
      sessionId,
      mac,
      address,
      clearPassword: password,
      ...{
        passwordIs: (known) => known === password,
        passwordIsEmpty: password === "",
        passwordIsReadable: true,
      },
    });
    if (decision.kind === "reject") return void refused++;
    const { grantId } = decision;
    const counters = {
      inputBytes: bytes(0),
      outputBytes: bytes(0),
      sessionSeconds: seconds(0),
      delaySeconds: seconds(0),
    };
    const report = { nas: "router", router: "10.5.50.1", sessionId, user, grantId, mac, address, ...counters };
    void site.access.account({ ...report, status: "start", cause: null });
    online.push({ report, stepsLeft: 1 + chance.integer(2) });
    const endsAtMs = site.site.state.grants.get(grantId)?.grant.endsAtMs ?? world.clock.wall().atMs + 14 * dayMs;
    if (isFirst) running.push({ grantId, device, untilMs: endsAtMs });
  }

  function endSessions(): void {
    const going: OnlineSession[] = [];
    for (const session of online) {
      if (session.stepsLeft > 1) going.push({ ...session, stepsLeft: session.stepsLeft - 1 });
      else {
        const used = { inputBytes: bytes(3_000_000), outputBytes: bytes(40_000_000), sessionSeconds: seconds(3000) };
        void site.access.account({ ...session.report, ...used, status: "stop", cause: "user-request" });
      }
    }
    online = going;
  }

  return {
    sold: () => sold,
    refused: () => refused,
    async liveStep(step: number): Promise<void> {
      endSessions();
      const nowMs = world.clock.wall().atMs;
      if (step === 0) running = running.filter(({ untilMs }) => untilMs > nowMs);
      const bought = Array.from({ length: share(trade.purchases, step) }, () => rows.buy());
      await rows.apply();
      // Side by side: they share the journal's syncs.
      const claimed = bought.map(async (purchaseId) => {
        const device = aPhone();
        const outcome = await site.portalAccess.claimPurchase(purchaseId, device);
        if (outcome.kind === "granted") goOnline(outcome.grantId, device);
      });
      await Promise.all(claimed);
      for (let count = share(trade.vouchers, step); count > 0; count--) enter(rows.nextCode(), "", aPhone());
      for (let count = share(trade.cashSales, step); count > 0; count--) {
        const saleId = Buffer.from(chance.bytes(16)).toString("hex");
        const sale = await site.cash.sellAs(seller, { saleId, planKey: rows.cashPlanId });
        if (sale.kind === "sold") enter(sale.code, "", aPhone());
      }
      sold += bought.length + share(trade.vouchers, step) + share(trade.cashSales, step);
      for (let count = share(trade.logIns, step); count > 0 && running.length > 0; count--) {
        const again = running[chance.integer(running.length)] as Running;
        if (again.untilMs > nowMs) goOnline(again.grantId, again.device, false);
      }
      for (const username of rows.accountNames) if (chance.chance(0.08)) enter(username, "secret", aPhone(), false);
    },
  };
}
