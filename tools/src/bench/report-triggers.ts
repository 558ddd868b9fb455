/**
 * What the triggers that note for reports what changed cost whoever writes the journal's rows: batches of sessions that begin, end and count bytes,
 * with and without them in turns, in one run.
 */
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";

const rounds = 6;
const batches = 60;
const sessionsEach = 100;
const triggers = [
  ["sessions", "report_noted_new"],
  ["sessions", "report_noted_change"],
  ["usage_days", "report_noted_new"],
  ["usage_days", "report_noted_change"],
] as const;

export async function measureTriggers(
  database: OpenDatabase,
  providerId: string,
  print: (row: object) => void,
): Promise<void> {
  let made = 0;
  const spent = { with: [] as number[], without: [] as number[] };
  for (let round = 0; round < rounds; round++)
    for (const side of ["with", "without"] as const) {
      await database.alone("write", async (run) => {
        for (const [table, trigger] of triggers)
          await run(`alter table ${table} ${side === "with" ? "enable" : "disable"} trigger ${trigger}`);
      });
      const startedMs = performance.now();
      for (let batch = 0; batch < batches; batch++) {
        const first = made;
        made += sessionsEach;
        await database.alone("write", async (run) => {
          const numbers = `generate_series(${first}, ${made - 1}) n`;
          await run(`insert into sessions (provider_id, site_id, session_key, mac, started_at_ms, received_at_ms)
            select '${providerId}', 'site-' || n % 50, 'trigger-' || n, 'mac-' || n, 1767225600000 + n * 1000::bigint, 1 from ${numbers}`);
          await run(`update sessions set stopped_at_ms = 1767225600000 + n * 1000::bigint + 60000 from ${numbers}
            where provider_id = '${providerId}' and site_id = 'site-' || n % 50 and session_key = 'trigger-' || n`);
          await run(`insert into usage_days (provider_id, day, site_id, session_key, input_bytes, output_bytes, online_seconds)
            select '${providerId}', date '2026-01-01', 'site-' || n % 50, 'trigger-' || n, n, n, 60 from ${numbers}`);
        });
      }
      spent[side].push(((performance.now() - startedMs) * 1000) / (batches * sessionsEach * 3));
    }
  await database.alone("write", async (run) => {
    for (const [table, trigger] of triggers) await run(`alter table ${table} enable trigger ${trigger}`);
  });
  const [withThem, without] = [median(spent.with), median(spent.without)];
  print({ name: "journal's row without the triggers of reports", value: without, unit: "µs" });
  print({
    name: "journal's row with them",
    value: withThem,
    unit: "µs",
    more: Math.round((withThem / without - 1) * 1000) / 10,
  });
}

const median = (values: readonly number[]): number =>
  Math.round((values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0) * 10) / 10;
