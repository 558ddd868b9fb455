/** Finds problems of a hub and says what to do, from the settings and the database, whether the hub runs or not. */

import { join } from "node:path";
import { Fault } from "@karibu/protocol/fault";
import type { Health } from "@karibu/protocol/health";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { readHubIdentity } from "../../fleet/enrolment/hub-identity.ts";
import { agreeMsMax, readDatabaseClock } from "../../ground/db/hub-clock.ts";
import type { OpenDatabase } from "../../ground/db/open-database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { countStale } from "../../ground/secrets/rewrap.ts";
import { examineSpool, type SpoolFacts } from "../../ground/spool/examine-spool.ts";
import { allModules, everyModule } from "../../modules/all-modules.ts";
import type { HubModule } from "../../modules/hub-module.ts";
import type { ModuleName } from "../../modules/names.ts";
import { freeBytesOf } from "./free-bytes.ts";
import { judgeSecurity } from "./health-routes.ts";
import { judgeParts } from "./judge-parts.ts";
import { readPartFacts } from "./part-facts.ts";

export interface HubFinding {
  readonly name: string;
  readonly grade: Health;
  readonly text: string;
  /** What to do; null when nothing. */
  readonly advice: string | null;
}

/** Facts that need the settings and the master key. */
export interface HubFacts {
  readonly clockSkewMs: number | null;
  readonly roleBypassesRows: boolean;
  readonly identityOpens: boolean;
  readonly staleSecrets: Readonly<Record<string, number>>;
}

/** The settings that matter here. */
export interface HubSetUp {
  readonly dataDir: string;
  readonly hasMailServer: boolean;
  /** How old the newest proved back-up may be; null: the hub takes none by itself. */
  readonly provedMsMax: number | null;
  readonly masterKeyFrom: "setting" | "key-file";
  readonly publicUrl: string | null;
  /** Which modules the hub is run with. */
  readonly modules: readonly ModuleName[];
}

export async function examineHub(
  world: World,
  setUp: HubSetUp,
  parts: { readonly database: OpenDatabase; readonly envelope: Envelope },
): Promise<HubFinding[]> {
  const { database, envelope } = parts;
  const identityOpens = await database
    .asPlatform("doctor", (tx) => readHubIdentity(tx, envelope))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof Fault) return false;
        throw error;
      },
    );
  const found = await database.asPlatform("doctor", async (tx) => {
    const beforeMs = world.clock.wall().atMs;
    const databaseMs = await readDatabaseClock(tx);
    const { rows: role } = await sql<{ bypasses: boolean }>`
      select bool_or(rolbypassrls or rolsuper) as bypasses from pg_roles where rolname in ('karibu_app', 'karibu_platform')`.execute(
      tx,
    );
    return { skewMs: databaseMs - beforeMs, bypasses: role[0]?.bypasses ?? false };
  });
  const modules: readonly HubModule[] = setUp.modules.map((name) => allModules[name]);
  const without = everyModule.filter((module) => !modules.includes(module));
  const partFacts = await readPartFacts(world, database, {
    hasMailServer: setUp.hasMailServer,
    provedMsMax: setUp.provedMsMax,
    tunnelProblem: () => null, // only a running hub knows
    freeBytes: () => freeBytesOf(setUp.dataDir),
    areArrearsKept: modules.some(({ keepsArrears = false }) => keepsArrears),
    jobsOff: without.flatMap(({ jobs = [] }) => jobs),
    upkeepOff: without.flatMap(({ recurring = [] }) => recurring),
  });
  const security = judgeSecurity(setUp);
  const spool = await examineSpool(join(setUp.dataDir, "callbacks"));
  return [
    ...(spool === null ? [] : [judgeSpool(spool, world.clock.wall().atMs)]),
    ...judgeHub({
      clockSkewMs: database.engine === "embedded" ? null : found.skewMs,
      roleBypassesRows: found.bypasses,
      identityOpens,
      staleSecrets: await countStale(database, envelope),
    }),
    ...judgeParts(partFacts).map(({ name, grade, text, advice }) => ({ name, grade, text, advice })),
    ...security.map(({ name, status, advice }): HubFinding => {
      const isFine = status === "ok";
      return { name, grade: isFine ? "ok" : "notice", text: isFine ? "as it should be" : "not safe", advice };
    }),
  ];
}

/** A hub that runs and has its database hands on what lies there within seconds. */
const spoolWaitsMsMax = 120_000;

function judgeSpool({ bytes, oldestAtMs, held, damaged }: SpoolFacts, nowMs: number): HubFinding {
  const name = "callback-spool";
  const waitsMs = oldestAtMs === null ? 0 : nowMs - oldestAtMs;
  if (waitsMs > spoolWaitsMsMax) {
    const text = `${bytes} bytes of callbacks wait since ${Math.round(waitsMs / 1000)} s: no hub has booked them`;
    return { name, grade: "wrong", text, advice: "Start a hub with this KARIBU_DATA and its database: it books them." };
  }
  if (held + damaged > 0) {
    const text = `${held} files with callbacks that could not be booked, ${damaged} with damaged lines`;
    const advice =
      "See callback-not-booked and callback-spool-damaged in the log. What is held is tried again hourly and at each start.";
    return { name, grade: "wrong", text, advice };
  }
  return { name, grade: "ok", text: `${bytes} bytes wait`, advice: null };
}

/** Rules over plain facts. */
function judgeHub(facts: HubFacts): HubFinding[] {
  const stale = Object.entries(facts.staleSecrets);
  const finding = (name: string, wrong: Health | false, text: string, advice: string): HubFinding =>
    wrong === false ? { name, grade: "ok", text, advice: null } : { name, grade: wrong, text, advice };
  return [
    finding(
      "master-key",
      !facts.identityOpens && "wrong",
      facts.identityOpens ? "opens what is sealed" : "does not open what this database holds",
      "Put the former key back: KARIBU_MASTER_KEY, or master.key in the data folder.",
    ),
    finding(
      "sealed-under-former-keys",
      stale.length > 0 && "notice",
      stale.length === 0 ? "nothing" : stale.map(([place, count]) => `${place} ${count}`).join(", "),
      "Keep the former key until a running hub has re-encrypted these: minutes after its start.",
    ),
    finding(
      "row-level-security",
      facts.roleBypassesRows && "wrong",
      facts.roleBypassesRows ? "the application's role goes round it" : "holds",
      "ALTER ROLE karibu_app, karibu_platform NOSUPERUSER NOBYPASSRLS.",
    ),
    finding(
      "database-clock",
      facts.clockSkewMs !== null && Math.abs(facts.clockSkewMs) > agreeMsMax && "notice",
      facts.clockSkewMs === null ? "the same machine" : `${facts.clockSkewMs} ms from this machine's`,
      "Run NTP on both machines.",
    ),
  ];
}
