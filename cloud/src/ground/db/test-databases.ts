/**
 * The engines for a test suite: `engineSuite("…", (engine) => { const database = useDatabase(engine) … })`.
 * Each suite gets a fresh, migrated database, dropped afterwards. PostgreSQL is the server of KARIBU_TEST_POSTGRES_URL,
 * or one that this process starts for itself where the server's programs are installed; else its suites are skipped.
 */
import { randomBytes } from "node:crypto";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { afterAll, beforeAll, describe } from "vitest";
import { silentWorld } from "../../real-world.ts";
import { openInMemory } from "./memory-template.ts";
import { type OpenDatabase, openDatabase } from "./open-database.ts";
import { migratedTemplate } from "./postgresql-template.ts";
import { administer, copyDatabase, findPrograms, startTestServer } from "./test-postgresql.ts";

export type TestEngine = "embedded" | "postgresql";

const available = process.env.KARIBU_TEST_POSTGRES_URL !== undefined || findPrograms() !== null;

/** For suites that are about the database. */
export const engines: readonly TestEngine[] = ["embedded", "postgresql"];

/**
 * For suites that take long and are not about the database: PostgreSQL where it is there, else the embedded engine.
 * `KARIBU_TEST_ENGINES=all` runs them on both.
 */
export const oneEngine: readonly TestEngine[] =
  process.env.KARIBU_TEST_ENGINES === "all" ? engines : available ? ["postgresql"] : ["embedded"];

/** For suites that take long and are about the database: as `oneEngine`, and on both in the long run. */
export const enginesOfThisRun: readonly TestEngine[] = inLongRunAll(engines, (engine) => oneEngine.includes(engine));

/** The one engine of a suite that is not about the database at all: what is quick on this machine. */
export const anyEngine = oneEngine[0] as TestEngine;

export function isAbsent(engine: TestEngine): boolean {
  return engine === "postgresql" && !available;
}

export interface SuiteOptions {
  /** Default: the one of this run. */
  readonly on?: readonly TestEngine[];
  /** Of each of its tests, in ms. */
  readonly timeout?: number;
}
type OnEngine = (engine: TestEngine) => void;

/** A suite that runs on each of its engines; on one that is absent it shows as skipped. */
export function engineSuite(title: string, suite: OnEngine): void;
export function engineSuite(title: string, options: SuiteOptions, suite: OnEngine): void;
export function engineSuite(title: string, ...given: [OnEngine] | [SuiteOptions, OnEngine]): void {
  const [{ on = oneEngine, ...limits }, suite] = given.length === 1 ? [{} as SuiteOptions, given[0]] : given;
  for (const engine of on) describe.skipIf(isAbsent(engine))(`${title} on ${engine}`, limits, () => suite(engine));
}

/** A fresh database for the suite that calls this; `current()` is valid inside tests and hooks. */
export function useDatabase(engine: TestEngine, world: World = realWorld()): { current(): OpenDatabase } {
  const fresh = useMigratedServer(engine);
  let database: OpenDatabase | null = null;
  beforeAll(async () => {
    const databaseUrl = fresh.url();
    database =
      databaseUrl === null ? await openInMemory(world) : await openDatabase(world, { databaseUrl, dataDir: null });
  }, 300_000);
  afterAll(() => database?.close());
  return {
    current() {
      if (database === null) throw new Error("the database is opened by beforeAll: use it inside a test");
      return database;
    },
  };
}

/** A migrated database for the suite, not opened: for hubs in processes of their own. `url()` is null for the embedded engine. */
export function useMigratedServer(engine: TestEngine): { url(): string | null } {
  return useOwnDatabase(engine, (serverUrl) => migratedTemplate(realWorld(), serverUrl));
}

/** An empty database for the suite, not opened, where a test is about the first start or a restore: `url()` is null for the embedded engine. */
export function useFreshServer(engine: TestEngine): { url(): string | null } {
  return useOwnDatabase(engine, async () => "template1");
}

/** @param nameTemplate the database of the server that it begins as a copy of */
function useOwnDatabase(
  engine: TestEngine,
  nameTemplate: (serverUrl: string) => Promise<string>,
): { url(): string | null } {
  if (engine === "embedded" || isAbsent(engine)) return { url: () => null };
  const name = `karibu_test_${randomBytes(6).toString("hex")}`;
  let serverUrl = "";
  beforeAll(async () => {
    serverUrl = await serverUrlOnce();
    const template = await nameTemplate(serverUrl);
    await copyDatabase(serverUrl, template, name);
  }, 300_000);
  afterAll(async () => {
    await administer(serverUrl, `drop database ${name} with (force)`);
  }, 300_000);
  return {
    url() {
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
  };
}

/** Real time and real randomness, silent. */
export const realWorld = silentWorld;

let server: Promise<string> | null = null;

function serverUrlOnce(): Promise<string> {
  server ??= process.env.KARIBU_TEST_POSTGRES_URL
    ? Promise.resolve(process.env.KARIBU_TEST_POSTGRES_URL)
    : startTestServer();
  return server;
}
