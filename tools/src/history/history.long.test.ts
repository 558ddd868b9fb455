/** Two days behind a demo, and a start on them: books, reports and the console's first page say the same, and nothing greets the visitor as broken. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { loadMasterKeyFile } from "@karibu/cloud/ground/secrets/master-key-file";
import { countStale } from "@karibu/cloud/ground/secrets/rewrap";
import { realClock, realRandom } from "@karibu/cloud/real-world";
import type { DarajaBooks } from "@karibu/lab/daraja/daraja-types";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDemo, type Demo } from "../start/demo.ts";
import { findFreePorts } from "../start/free-ports.ts";
import { copyHistory, keyOfHistory } from "../start/history.ts";
import type { Ports } from "../start/options.ts";
import { type Client, logIn, logIns } from "../start/sample.ts";
import { liveHistory } from "./live-history.ts";

const folder = mkdtempSync(join(tmpdir(), "karibu-history-"));
const image = join(folder, "image");
const data = join(folder, "data");
const days = 2;
const dayMs = 86_400_000;
const world = { clock: realClock(), random: realRandom(), log: { debug() {}, info() {}, warn() {}, error() {} } };
/** Half past ten in the evening in Kenya, at most a day ago: what happens once a day has happened on both. */
const untilMs = Math.floor((world.clock.wall().atMs - 19.5 * 3_600_000) / dayMs) * dayMs + 19.5 * 3_600_000;
let masterKey: Uint8Array;
let ports: Ports;
let demo: Demo;
let owner: Client;

beforeAll(async () => {
  ({ masterKey } = await liveHistory({
    folder: image,
    days,
    untilMs,
    busy: 1,
    seed: 7,
    random: world.random,
    say() {},
  }));
  writeFileSync(keyOfHistory(image), Buffer.from(masterKey).toString("base64"));
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
  const report = (by: string) => owner.get<Report>(`/api/v1/reports/figures?report=revenue&by=${by}&${span}`);
  for (const by of ["day", "plan", "site", "channel"]) {
    const { columns, total } = await report(by);
    expect({ by, cents: total[columns.findIndex(({ head }) => head === "Sold")] }).toEqual({ by, cents: revenueCents });
  }
  const home = await owner.get<Home>("/api/v1/home");
  const { columns, rows: byDay } = await report("day");
  expect(home.sales.todayCents).toBe(byDay.at(-1)?.[columns.findIndex(({ head }) => head === "Sold")]);
  expect(home.plans.week.reduce((sum, { takenCents }) => sum + takenCents, 0)).toBe(revenueCents);

  // Of the paybill, less what it took as fees and what was paid from it.
  const { successes, reversals } = JSON.parse(readFileSync(join(image, "daraja.json"), "utf8")) as DarajaBooks;
  const sum = (moved: readonly { readonly amount: number }[]) => moved.reduce((all, { amount }) => all + amount, 0);
  const left = debit(({ account }) => account.startsWith("clearing:") || account === "fees" || account === "expenses");
  expect(left).toBe((sum(successes) - sum(reversals)) * 100);
});

test("[PAY-15] [PAY-16] [CUS-09] what a business meets is there: money by M-Pesa, voucher and cash, a refund, money taken back, tickets, dues", async () => {
  const list = async <Item>(path: string) => (await owner.get<Page<Item>>(path)).items;
  const kinds = new Set((await list<{ kind: string }>("/api/v1/ledger/entries?limit=100")).map(({ kind }) => kind));
  expect([...kinds]).toEqual(expect.arrayContaining(["receipt", "voucher-sale", "reversal"]));
  const paid = await list<{ channelKind: string }>("/api/v1/payments?state=paid&limit=100");
  expect(new Set(paid.map(({ channelKind }) => channelKind))).toEqual(new Set(["mpesa-paybill", "cash"]));
  expect(await list("/api/v1/payments?state=reversed")).toHaveLength(1);
  expect(await list("/api/v1/refunds")).toMatchObject([{ state: "done" }]);
  expect((await list<{ state: string }>("/api/v1/tickets")).map(({ state }) => state)).toContain("open");
  const lines = await list<{ dueCents: number }>("/api/v1/subscriptions");
  expect(lines).toHaveLength(8);
  expect(lines.filter(({ dueCents }) => dueCents > 0)).not.toEqual([]);
  expect(await list("/api/v1/messages?state=failed")).toEqual([]);
  expect(await list("/api/v1/reconciliation/differences")).toEqual([]);
});

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
  readonly plans: { readonly week: readonly { readonly takenCents: number }[] };
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
}
