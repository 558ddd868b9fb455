/**
 * The API's lists on PostgreSQL with a country's worth of rows: 200 providers, 1 million vouchers, 1 million payments,
 * 10 million sessions. Times are those of a client over HTTP on loopback, one request after the other, each from another
 * provider than the one before, so that every cache is as cold as memory allows. `KARIBU_BENCH_SCALE=0.01` makes a small one;
 * `--keep DIR` keeps the database there for the next run.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { administer, findPrograms, startServer } from "@karibu/cloud/ground/db/test-postgresql";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { administrators, logIn, ownerOf } from "./lists/client.ts";
import { batchesEach, fill, providers, type Sizes, sizesOf } from "./lists/fill.ts";
import { makeProviders } from "./lists/make-providers.ts";
import { measureBigBatch } from "./lists/measure-batch.ts";
import { measureList } from "./lists/measure-list.ts";
import { masterKey, onEngine } from "./lists/on-engine.ts";
import { questionsOf } from "./lists/paths.ts";

type Print = (row: object) => void;

/** Providers whose owners ask. */
const askers = 20;
const serverSettings = ["fsync=on", "shared_buffers=256MB", "max_wal_size=16GB", "checkpoint_timeout=30min"];

interface Options {
  readonly keep?: string;
  /** Only lists whose path holds one of these. */
  readonly only?: readonly string[];
}

export async function run(print: Print, { keep, only }: Options = {}): Promise<void> {
  if (findPrograms() === null)
    return print({ name: "lists", skipped: "PostgreSQL's server programs are not installed" });
  const scale = Number(process.env.KARIBU_BENCH_SCALE ?? 1);
  const kept = keep === undefined ? null : resolve(keep);
  const isThere = kept !== null && existsSync(join(kept, "filled.json"));
  const serverUrl = await startServer([...serverSettings, "wal_level=minimal", "max_wal_senders=0"], kept);
  if (!isThere) await administer(serverUrl, "drop database if exists karibu_lists");
  if (!isThere) await administer(serverUrl, "create database karibu_lists");
  const databaseUrl = new URL(serverUrl);
  databaseUrl.pathname = "/karibu_lists";
  await onEngine({ databaseUrl: databaseUrl.href, dataDir: null }, async (client, database) => {
    if (!isThere) {
      const startedMs = performance.now();
      const sizes = sizesOf(scale);
      await makeProviders(client, database, createEnvelope(realWorld().random, [masterKey]), sizes);
      await fill(database, databaseUrl.href, sizes);
      if (kept !== null) writeFileSync(join(kept, "filled.json"), JSON.stringify(sizes));
      print({
        name: "filled",
        ...rowsOf(sizes),
        seconds: Math.round((performance.now() - startedMs) / 1000),
        unit: "rows",
      });
    } else
      print({ name: "kept", ...rowsOf(JSON.parse(readFileSync(join(kept, "filled.json"), "utf8"))), unit: "rows" });
    const tokens = await Promise.all(Array.from({ length: askers }, (_, at) => logIn(client, ownerOf(at + 1))));
    const questions = Map.groupBy(await questionsOf(client, tokens[0] as string), ({ list }) => list);
    for (const [list, ofList] of questions)
      if (only?.some((part) => list.includes(part)) ?? true) print(await measureList(client, ofList, tokens));
    const maker = await logIn(client, ownerOf(providers));
    print({ ...(await measureBigBatch(client, maker, tokens)), engine: "postgresql" });
  });
  await measureEmbedded(print);
}

/** The batch once more on the embedded engine, which has one connection for all. */
async function measureEmbedded(print: Print): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "karibu-lists-"));
  try {
    await onEngine({ databaseUrl: null, dataDir }, async (client) => {
      const admin = await logIn(client, administrators);
      const tokens: string[] = [];
      for (const number of [1, 2, 3]) {
        const { email, password } = ownerOf(number);
        const body = { name: `Provider ${number}`, ownerEmail: email, ownerPassword: password };
        await client.post("/api/v1/providers", admin, body);
        const token = await logIn(client, ownerOf(number));
        await client.post("/api/v1/sites", token, { name: "Site" });
        tokens.push(token);
      }
      print({ ...(await measureBigBatch(client, tokens[0] as string, tokens.slice(1))), engine: "embedded" });
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function rowsOf({ codes, ...sizes }: Sizes): object {
  const rows = Object.entries(sizes).map(([name, each]) => [name, each * providers] as const);
  return { providers, vouchers: codes * batchesEach * providers, ...Object.fromEntries(rows) };
}
