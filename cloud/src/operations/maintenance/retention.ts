/** What the hub forgets, and when. Money, its evidence, the audit log and the journal are kept. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { deviceKeptMs } from "../../identity/credentials/login-places.ts";
import type { UpkeepJob } from "./maintenance.ts";

const dayMs = 86_400_000;

interface Rule {
  readonly table: string;
  /** A column of milliseconds. */
  readonly column: string;
  readonly keptMs: number;
  /** SQL; only those rows go. */
  readonly only?: string;
}

const rules: readonly Rule[] = [
  { table: "idempotent_answers", column: "begun_at_ms", keptMs: dayMs },
  { table: "login_failures", column: "last_at_ms", keptMs: dayMs },
  { table: "login_places", column: "last_at_ms", keptMs: deviceKeptMs },
  { table: "logins", column: "refresh_expires_at_ms", keptMs: 0 },
  { table: "mailed_tokens", column: "expires_at_ms", keptMs: 30 * dayMs },
  { table: "mail_outbox", column: "created_at_ms", keptMs: 30 * dayMs, only: "state <> 'waiting'" },
  { table: "api_tokens", column: "expires_at_ms", keptMs: 90 * dayMs },
  { table: "enrolment_tokens", column: "expires_at_ms", keptMs: 30 * dayMs },
  { table: "stray_callbacks", column: "received_at_ms", keptMs: 30 * dayMs },
  { table: "alarms", column: "at_ms", keptMs: 365 * dayMs, only: "acknowledged_at_ms is not null" },
  // A site does not repeat a request after so long, and nobody waits for a call whose deadline is over.
  { table: "link_answers", column: "answered_at_ms", keptMs: dayMs },
  { table: "site_calls", column: "deadline_at_ms", keptMs: 60_000 },
  // A console that was away for longer reads anew what it shows (streams.ts).
  { table: "events", column: "at_ms", keptMs: dayMs },
];

/** At a time: a long delete would hold up others. */
const sliceRows = 5000;

export function retentionJob(world: World, database: Database): UpkeepJob {
  return {
    name: "forget-old-rows",
    everyMs: 3_600_000,
    async run() {
      const nowMs = world.clock.wall().atMs;
      const done: string[] = [];
      for (const rule of rules) {
        let gone = 0;
        for (;;) {
          const count = await deleteSlice(database, rule, nowMs - rule.keptMs);
          gone += count;
          if (count < sliceRows) break;
        }
        if (gone > 0) done.push(`${rule.table} ${gone}`);
      }
      return done.length === 0 ? "nothing" : done.join(", ");
    },
  };
}

function deleteSlice(database: Database, { table, column, only }: Rule, untilMs: number): Promise<number> {
  return database.asPlatform("retention", async (tx) => {
    const result = await sql`
      delete from ${sql.table(table)} where ctid in (
        select ctid from ${sql.table(table)} where ${sql.ref(column)} < ${untilMs}
        ${only === undefined ? sql`` : sql`and ${sql.raw(only)}`} limit ${sliceRows})`.execute(tx);
    return Number(result.numAffectedRows ?? 0);
  });
}
