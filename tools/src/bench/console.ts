/**
 * How long the console's long lists keep people waiting, in Chromium with a processor that is four times slower: 2,000 vouchers
 * of one batch, 5,000 sites. `paintMs`: from a press to the next picture (Event Timing, in steps of 8 ms). `taskMs`: the longest
 * that the page could not answer to anything until its rows stood there. `rowsMs`: from the press on "Next" until the rows stand
 * there, so with the hub's answer.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub } from "@karibu/cloud/hub";
import { sql } from "kysely";
import { chromium, type Page } from "playwright-core";
import { buildConsole } from "../build/build-console.ts";
import { findProgram } from "../ci/tools.ts";
import { administrators, clientOf, logIn, ownerOf } from "./lists/client.ts";

type Print = (row: object) => void;

const slower = 4;
const vouchers = 2000;
const sites = 5000;
/** Presses on the button that leads on: enough to see whether they get slower. */
const turns = 39;

export async function run(print: Print): Promise<void> {
  const executablePath = findProgram("chromium");
  if (executablePath === null) return print({ name: "console", skipped: "Chromium is not installed" });
  const folder = await mkdtemp(join(tmpdir(), "karibu-bench-console-"));
  try {
    await buildConsole(join(folder, "console"));
    await withHub(folder, async (url, fill) => {
      const batchId = await fill();
      const browser = await chromium.launch({
        executablePath,
        args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
      });
      try {
        const page = await browser.newPage({ viewport: { width: 1440, height: 860 } });
        await page.goto(`${url}/#/`);
        await page.getByLabel("E-mail").fill(ownerOf(1).email);
        await page.getByLabel("Password").fill(ownerOf(1).password);
        await page.getByRole("button", { name: "Log in" }).click();
        await page.locator("account-menu button").waitFor();
        const measured = await prepare(page);
        const box = page.locator("data-table tbody input[type=checkbox]").first();
        await measureList(print, page, measured, {
          list: "vouchers of a batch",
          address: `#/vouchers/${batchId}`,
          others: {
            "choose a row": () => box.click(),
            "choose all rows": () => page.getByRole("checkbox").first().click(),
          },
        });
        await measureList(print, page, measured, {
          list: "sites",
          address: "#/sites",
          others: { sort: () => page.getByRole("columnheader").first().getByRole("button").click() },
        });
      } finally {
        await browser.close();
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Waited {
  readonly paintMs: number;
  readonly taskMs: number;
}
type Measure = (act: () => Promise<void>) => Promise<Waited>;

async function measureList(
  print: Print,
  page: Page,
  measured: Measure,
  list: {
    readonly list: string;
    readonly address: string;
    readonly others: Readonly<Record<string, () => Promise<void>>>;
  },
): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/${list.address}`);
  const rows = page.locator("data-table tbody tr");
  await rows.nth(49).waitFor();
  const row = (act: string, waited: Waited) => print({ list: list.list, act, ...waited });
  for (const [act, run] of Object.entries(list.others)) row(act, await measured(run));
  const onward = page.getByRole("button", { name: /^(Next|Show more)$/ });
  const all: (Waited & { readonly rowsMs: number })[] = [];
  for (let turn = 0; turn < turns; turn++) {
    // The list is the page's first table, and its pages have fifty rows.
    const first = await rows.nth(49).textContent();
    let rowsMs = 0;
    const waited = await measured(async () => {
      await onward.click();
      const standing = await page.waitForFunction(
        (before) => {
          const shown = found("data-table").flatMap((table) => [
            ...(table.shadowRoot?.querySelectorAll("tbody tr") ?? []),
          ]);
          const last = shown[49];
          const { pressedAtMs } = window as unknown as { pressedAtMs: number };
          return last === undefined || last.textContent === before ? 0 : performance.now() - pressedAtMs;
          function found(name: string, root: Document | ShadowRoot = document): Element[] {
            const here = [...root.querySelectorAll(name)];
            const below = [...root.querySelectorAll("*")].flatMap((one) =>
              one.shadowRoot ? found(name, one.shadowRoot) : [],
            );
            return [...here, ...below];
          }
        },
        first,
        { timeout: 120_000 },
      );
      rowsMs = Math.round(await standing.jsonValue());
    });
    all.push({ ...waited, rowsMs });
  }
  const at = (share: number, pick: (one: (typeof all)[number]) => number) =>
    all.map(pick).toSorted((one, other) => one - other)[Math.floor(share * (all.length - 1))] as number;
  for (const [name, share] of [
    ["half of", 0.5],
    ["the slowest of", 1],
  ] as const) {
    const waited = {
      paintMs: at(share, (one) => one.paintMs),
      taskMs: at(share, (one) => one.taskMs),
      rowsMs: at(share, (one) => one.rowsMs),
    };
    row(`on to the next rows, ${name} ${turns}`, waited);
  }
  print({ list: list.list, act: "rows that are drawn in the end", rows: await rows.count() });
  for (const [act, run] of Object.entries(list.others)) row(`${act}, in the end`, await measured(run));
}

/** From now on the page is slow, and notes what it makes people wait for. */
async function prepare(page: Page): Promise<Measure> {
  const noted: Waited[] = [];
  await page.exposeFunction("noteWaiting", (one: Waited) => void noted.push(one));
  await page.addInitScript(() => {
    addEventListener("click", (event) => Object.assign(window, { pressedAtMs: event.timeStamp }), true);
    const tell = (window as unknown as { noteWaiting(one: Waited): void }).noteWaiting;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tell({ paintMs: duration, taskMs: 0 });
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tell({ paintMs: 0, taskMs: Math.round(duration) });
    }).observe({ type: "longtask" });
  });
  await page.reload();
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
  const still = () =>
    page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100)))),
    );
  return async (act) => {
    await still();
    noted.length = 0;
    await act();
    await still();
    const most = (pick: (one: Waited) => number) => Math.max(0, ...noted.map(pick));
    return { paintMs: most((one) => one.paintMs), taskMs: most((one) => one.taskMs) };
  };
}

/** A hub with one provider; `fill` gives it its sites and vouchers, and tells the batch. */
async function withHub(
  folder: string,
  work: (url: string, fill: () => Promise<string>) => Promise<void>,
): Promise<void> {
  const world = realWorld();
  const database = await openDatabase(world, { databaseUrl: null, dataDir: join(folder, "data") });
  const hub = await createHub(
    world,
    {
      database,
      envelope: createEnvelope(world.random, [new Uint8Array(32).fill(7)]),
      jobs: createInProcessQueue(world, database),
      http: () => Promise.reject(new Error("this bench has no payment channel")),
      fileReader: createOwnProcessReader(),
    },
    {
      publicUrl: "http://hub.bench",
      darajaBaseUrl: null,
      admin: administrators,
      masterKeyFrom: "setting",
      consoleFolder: join(folder, "console"),
      requestLimits: { perToken: 1e9, perProvider: 1e9 },
    },
  );
  await hub.start();
  const server = createServer(hub.app);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = clientOf(url);
  async function fill(): Promise<string> {
    const { email, password } = ownerOf(1);
    const body = { name: "Long lists", ownerEmail: email, ownerPassword: password };
    await client.post("/api/v1/providers", await logIn(client, administrators), body);
    const token = await logIn(client, ownerOf(1));
    const { site } = await client.post("/api/v1/sites", token, { name: "Site 0" });
    await database.asPlatform("bench", (tx) =>
      sql`insert into sites select (jsonb_populate_record(s, jsonb_build_object('site_id', 'site-' || n, 'name', 'Site ' || n))).*
        from sites s, generate_series(1, ${sites - 1}::int) n where s.site_id = ${site.siteId}`.execute(tx),
    );
    const { items } = await client.get("/api/v1/plans", token);
    const wanted = { planId: items[0].planId, quantity: vouchers, siteId: site.siteId };
    const { batchId } = await client.post("/api/v1/vouchers/batches", token, wanted);
    for (let state = ""; state !== "ready"; )
      ({ state } = await client.get(`/api/v1/vouchers/batches/${batchId}`, token));
    return batchId;
  }
  try {
    await work(url, fill);
  } finally {
    server.closeAllConnections();
    server.close();
    await hub.stop();
    await database.close();
  }
}
