/** As `export.test.ts`, with the tests that it leaves to the long run. And a million rows through the whole hub: memory at the end is that of the beginning. */
import { get, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";
import { isAbsent } from "../db/test-databases.ts";
import { liveBytes } from "../test-live-memory.ts";
import "./export.test.ts";

const rows = 1_000_000;
/** Of live memory, garbage collected, from the first tenth of the rows on. */
const growthBytesMax = 16 * 1024 * 1024;

describe.skipIf(isAbsent("postgresql"))("an export on postgresql", () => {
  const hub = useHub("postgresql");

  test("[SYS-16] a million payments stream with flat memory, to a reader who is slower than the hub", async () => {
    const { token, providerId: p } = await hub.makeProvider("Million");
    const made = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Shop" } });
    const keys = { shortcode: "600100", consumerKey: "k", consumerSecret: "s", passkey: "p" };
    const channel = { kind: "mpesa-paybill", environment: "sandbox", ...keys };
    const { id: channelId } = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body;
    await hub.database().alone("write", async (run) => {
      await run("set local session_replication_role = replica");
      await run(`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
          phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, created_at_ms, changed_at_ms)
        select '${p}', 'purchase-' || lpad(n::text, 8, '0'), '${channelId}', '${made.body.site.siteId}', 'plan', 'One hour', '{}', 1000, 'KES',
          '', 'hash', '254712***', 'key' || n, 'REF' || n, 'secret' || n, 'paid', n, n from generate_series(1, ${rows}) n`);
    });
    const answer = await new Promise<IncomingMessage>((got) => {
      get(`${hub.url()}/api/v1/payments/export`, { headers: { Authorization: `Bearer ${token}` } }, got);
    });
    let lines = -1; // the first has the names
    let tail = "";
    // After each tenth of the rows; the first tenth loads and compiles what is needed.
    const lives: number[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
      tail = (tail + chunk.toString()).slice(-200);
      if (lines < ((lives.length + 1) * rows) / 10) continue;
      lives.push(liveBytes());
    }
    expect(lines).toBe(rows);
    expect(tail).toContain(",REF1,");
    expect(lives.length).toBeGreaterThanOrEqual(9);
    expect(Math.max(...lives) - (lives[0] as number)).toBeLessThan(growthBytesMax);
    // Reading it took no connection for longer than a page: the hub answers, and all of its connections are free again.
    expect((await hub.call("GET", "/api/v1/payments?limit=1", { token })).status).toBe(200);
  }, 1_200_000);
});
