/**
 * Ten days behind a demo, in which two statements were read, and a start on them: books, reports and the console's first page say the same, and nothing greets the visitor as broken.
 * Where `KARIBU_TEST_HISTORY` names a folder of `npm run history -- --out FOLDER`, the days are those.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { loadMasterKeyFile } from "@karibu/cloud/ground/secrets/master-key-file";
import { countStale } from "@karibu/cloud/ground/secrets/rewrap";
import { realClock, realRandom } from "@karibu/cloud/real-world";
import type { DarajaBooks } from "@karibu/lab/daraja/daraja-types";
import { displayName } from "@karibu/protocol/plan-name";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDemo, type Demo } from "../start/demo.ts";
import { findFreePorts } from "../start/free-ports.ts";
import { copyHistory, keyOfHistory, readMade } from "../start/history.ts";
import type { Ports } from "../start/options.ts";
import { type Client, logIn, logIns } from "../start/sample.ts";
import { type SiteKey, siteNames } from "./history-town.ts";
import { keptBackUps } from "./live-days.ts";
import { liveHistory } from "./live-history.ts";

const folder = mkdtempSync(join(tmpdir(), "karibu-history-"));
const already = process.env.KARIBU_TEST_HISTORY;
const image = already ?? join(folder, "image");
const data = join(folder, "data");
const dayMs = 86_400_000;
const world = { clock: realClock(), random: realRandom(), log: { debug() {}, info() {}, warn() {}, error() {} } };
/** Half past ten in the evening in Kenya, at most a day ago: what happens once a day has happened on both. */
const eveningMs = Math.floor((world.clock.wall().atMs - 19.5 * 3_600_000) / dayMs) * dayMs + 19.5 * 3_600_000;
const { days, untilMs } = already === undefined ? { days: 10, untilMs: eveningMs } : readMade(already);
let masterKey: Uint8Array;
let ports: Ports;
let demo: Demo;
let owner: Client;

beforeAll(async () => {
  if (already === undefined) {
    const made = await liveHistory({ folder: image, days, untilMs, busy: 1, seed: 7, random: world.random, say() {} });
    writeFileSync(keyOfHistory(image), Buffer.from(made.masterKey).toString("base64"));
  }
  masterKey = Buffer.from(readFileSync(keyOfHistory(image), "utf8"), "base64");
  ports = await findFreePorts();
  await copyHistory(image, data, ports);
}, 3_600_000);
afterAll(async () => {
  await demo?.stop();
  rmSync(folder, { recursive: true });
});

test("[SYS-13] the image holds no master key, and a start seals every secret under its own", async () => {
  const texts = filesIn(image).map((file) => readFileSync(file).toString("latin1"));
  for (const key of [Buffer.from(masterKey).toString("base64"), Buffer.from(masterKey).toString("latin1")])
    expect(texts.filter((text) => text.includes(key))).toEqual([]);
  const own = loadMasterKeyFile(world.random, join(data, "hub"));
  expect(own).not.toEqual(Buffer.from(masterKey));
  const database = await openDatabase(world, { databaseUrl: null, dataDir: join(data, "hub") });
  try {
    expect(await countStale(database, createEnvelope(world.random, [own]))).toEqual({});
    // So a key that is not the one says it of some.
    expect(await countStale(database, createEnvelope(world.random, [masterKey]))).not.toEqual({});
  } finally {
    await database.close();
  }
});

test("[SYS-01] [UIX-02] a start on them has three sites connected, and no alarm", async () => {
  demo = createDemo({ ports, data, say() {}, quiet: true });
  await demo.start();
  owner = await logIn(`http://127.0.0.1:${ports.hub}`, logIns.owner);
  await expect
    .poll(async () => (await owner.get<Page<{ state: string }>>("/api/v1/sites")).items.map(({ state }) => state), {
      timeout: 120_000,
    })
    .toEqual(["online", "online", "online"]);
  expect((await owner.get<Page<unknown>>("/api/v1/alarms")).items).toEqual([]);
});

test("[RTR-26] [RTR-23] [RTR-16] one site is alone, one is hosted, one has two routers: each has sold, and each router was backed up by itself", async () => {
  const { items } = await owner.get<Page<Site>>("/api/v1/sites");
  const of = (key: SiteKey) => items.find(({ name }) => name === siteNames[key]) as Site;
  expect(items.map(({ name, hosted }) => [name, hosted]).sort()).toEqual([
    [siteNames.stage, false],
    [siteNames.lake, true],
    [siteNames.market, false],
  ]);
  for (const { siteId, name } of items) {
    const sold = await owner.get<Page<unknown>>(`/api/v1/payments?state=paid&siteId=${siteId}`);
    expect([name, sold.items.length > 0]).toEqual([name, true]);
    const { items: kept } = await owner.get<Page<{ cause: string; state: string }>>(
      `/api/v1/routers/${siteId}/back-ups`,
    );
    expect([name, kept.length, new Set(kept.map(({ cause, state }) => `${cause} ${state}`))]).toEqual([
      name,
      Math.min(days, keptBackUps),
      new Set(["schedule done"]),
    ]);
  }
  // A visitor's new router gets its agent on it: the tunnel to one beside the hub carries no packets here.
  const { items: quotas } = await owner.get<Page<Quota>>("/api/v1/quotas");
  expect(quotas.find(({ kind }) => kind === "hosted-sites")).toMatchObject({ limit: 1, used: 1 });
  const { siteId } = of("stage");
  const { routers, secrets } = await owner.get<Further>(`/api/v1/sites/${siteId}/further-routers`);
  expect([routers.length, secrets]).toEqual([
    1,
    [{ ownAddress: "192.168.88.2", changedAtMs: expect.any(Number), wantedAtMs: null, problem: null }],
  ]);
  for (const name of [siteNames.stage, routers[0]?.name ?? ""]) {
    const there = await owner.get<Page<unknown>>(
      `/api/v1/sessions?siteId=${siteId}&router=${encodeURIComponent(name)}`,
    );
    expect([name, there.items.length > 0]).toEqual([name, true]);
  }
});

test("[REP-02] [REP-05] [PAY-18] ledger, reports, Home and the payment channel's own books say the same", async () => {
  const { rows, balanced } = await owner.get<Books>("/api/v1/ledger/trial-balance");
  expect(balanced).toBe(true);
  /** What an account has grown by on the side of its debits. */
  const debit = (is: (row: Books["rows"][number]) => boolean) =>
    rows.filter(is).reduce((sum, row) => sum + row.debitCents - row.creditCents, 0);
  const revenueCents = -debit(({ account }) => account === "revenue");
  expect(revenueCents).toBeGreaterThan(0);

  const dayOf = (atMs: number) => new Date(atMs + 3 * 3_600_000).toISOString().slice(0, 10);
  const span = `fromDay=${dayOf(untilMs - (days + 1) * dayMs)}&untilDay=${dayOf(world.clock.wall().atMs)}`;
  const report = (by: string, of = span) => owner.get<Report>(`/api/v1/reports/figures?report=revenue&by=${by}&${of}`);
  const soldIn = ({ columns, total }: Report) => total[columns.findIndex(({ head }) => head === "Sold")];
  for (const by of ["day", "plan", "site", "channel"]) {
    expect({ by, cents: soldIn(await report(by)) }).toEqual({ by, cents: revenueCents });
  }
  const home = await owner.get<Home>("/api/v1/home");
  const { columns, rows: byDay } = await report("day");
  expect(home.sales.todayCents).toBe(byDay.at(-1)?.[columns.findIndex(({ head }) => head === "Sold")]);
  const today = world.clock.wall().atMs;
  const week = await report("plan", `fromDay=${dayOf(today - 6 * dayMs)}&untilDay=${dayOf(today)}`);
  const soldAt = week.columns.findIndex(({ head }) => head === "Sold");
  const reported = (name: string) => week.rows.find(([plan]) => plan === displayName(name))?.[soldAt];
  expect(home.plans.week.length).toBeGreaterThan(1);
  for (const { planName, takenCents } of home.plans.week)
    expect([planName, takenCents]).toEqual([planName, reported(planName)]);

  // Of the paybill, less what it took as fees; what is spent comes from the till.
  const { successes, reversals } = JSON.parse(readFileSync(join(image, "daraja.json"), "utf8")) as DarajaBooks;
  const sum = (moved: readonly { readonly amount: number }[]) => moved.reduce((all, { amount }) => all + amount, 0);
  const left = debit(({ account }) => account.startsWith("clearing:") || account === "fees");
  expect(left).toBe((sum(successes) - sum(reversals)) * 100);
});

test("[PAY-15] [PAY-16] [CUS-09] what a business meets is there: money by M-Pesa, voucher and cash, a refund, money taken back, tickets, dues", async () => {
  const list = async <Item>(path: string) => (await owner.get<Page<Item>>(path)).items;
  for (const kind of ["receipt", "voucher-sale", "reversal"])
    expect([kind, (await list(`/api/v1/ledger/entries?kind=${kind}`)).length > 0]).toEqual([kind, true]);
  const paid = await list<{ channelKind: string }>("/api/v1/payments?state=paid&limit=100");
  expect(new Set(paid.map(({ channelKind }) => channelKind))).toEqual(new Set(["mpesa-paybill", "cash"]));
  expect(await list("/api/v1/payments?state=reversed")).toHaveLength(1);
  expect(await list("/api/v1/refunds")).toMatchObject([{ state: "done" }]);
  expect((await list<{ state: string }>("/api/v1/tickets")).map(({ state }) => state)).toContain("open");
  const lines = await list<{ dueCents: number; state: string }>("/api/v1/subscriptions");
  expect(lines).toHaveLength(8);
  expect(lines.filter(({ dueCents }) => dueCents > 0)).not.toEqual([]);
  expect(lines.map(({ state }) => state)).toEqual(expect.arrayContaining(["active", "over"]));
  expect(await list("/api/v1/messages?state=failed")).toEqual([]);
  expect(await list("/api/v1/reconciliation/differences")).toEqual([]);
});

test("[BEY-19] who sells for cash owes what was sold, less the commission and what was handed in: the list of sellers, the books and the reports say the same", async () => {
  const list = async <Item>(path: string) => (await owner.get<Page<Item>>(path)).items;
  const { rows } = await owner.get<Books>("/api/v1/ledger/trial-balance");
  const owedInBooks = (id: string) =>
    rows
      .filter(({ account }) => account === `float:${id}`)
      .reduce((sum, row) => sum + row.debitCents - row.creditCents, 0);
  const dayOf = (atMs: number) => new Date(atMs + 3 * 3_600_000).toISOString().slice(0, 10);
  const span = `fromDay=${dayOf(untilMs - (days + 1) * dayMs)}&untilDay=${dayOf(world.clock.wall().atMs)}`;
  const bySeller = await owner.get<Report>(`/api/v1/reports/figures?report=revenue&by=seller&${span}`);
  const soldAt = bySeller.columns.findIndex(({ head }) => head === "Sold");
  const reported = (name: string) => bySeller.rows.find(([seller]) => seller === name)?.[soldAt];

  const sales = await list<{ sellerId: string; priceCents: number; commissionCents: number }>(
    "/api/v1/cash-sales?limit=100",
  );
  const sellers = await list<Seller>("/api/v1/sellers");
  expect(sellers.map(({ name }) => name)).toEqual(["Akinyi", "Juma"]);
  for (const { sellerId, name, sites } of sellers) {
    const [site] = sites as [Seller["sites"][number]];
    const own = sales.filter((sale) => sale.sellerId === sellerId);
    expect(own.length).toBeGreaterThan(0);
    expect([name, site.handedInCents > 0, site.commissionCents > 0]).toEqual([name, true, true]);
    expect([name, site.soldCents - site.commissionCents - site.handedInCents]).toEqual([name, site.owedCents]);
    expect([name, owedInBooks(sellerId)]).toEqual([name, site.owedCents]);
    expect([name, reported(name)]).toEqual([name, site.soldCents]);
    // A list has no more than a hundred.
    if (sales.length < 100)
      expect([name, sum(own, "priceCents"), sum(own, "commissionCents")]).toEqual([
        name,
        site.soldCents,
        site.commissionCents,
      ]);
  }

  const [counter] = await list<Float>("/api/v1/floats");
  expect(counter).toMatchObject({ name: "Wanjiru Maina", isOfSite: false });
  expect(counter?.balanceCents).toBe(-owedInBooks(counter?.userId ?? ""));
  expect(reported("Wanjiru Maina")).toBeGreaterThan(0);
});

interface Seller {
  readonly sellerId: string;
  readonly name: string;
  readonly sites: readonly {
    readonly soldCents: number;
    readonly commissionCents: number;
    readonly handedInCents: number;
    readonly owedCents: number;
  }[];
}

interface Float {
  readonly userId: string;
  readonly name: string;
  readonly balanceCents: number;
}

interface Site {
  readonly siteId: string;
  readonly name: string;
  readonly hosted: boolean;
}

interface Further {
  readonly routers: readonly { readonly name: string }[];
  readonly secrets: readonly object[];
}

interface Quota {
  readonly kind: string;
  readonly limit: number;
  readonly used: number;
}

interface Page<Item> {
  readonly items: readonly Item[];
}

interface Books {
  readonly balanced: boolean;
  readonly rows: readonly { readonly account: string; readonly debitCents: number; readonly creditCents: number }[];
}

interface Report {
  readonly columns: readonly { readonly head: string }[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly total: readonly (string | number)[];
}

interface Home {
  readonly sales: { readonly todayCents: number };
  readonly plans: { readonly week: readonly { readonly planName: string; readonly takenCents: number }[] };
}

function sum<Of extends string>(rows: readonly Readonly<Record<Of, number>>[], of: Of): number {
  return rows.reduce((all, row) => all + row[of], 0);
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
}
