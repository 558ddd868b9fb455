import { describe, expect, test } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const rows = 1_000_000;

describe.skipIf(isAbsent("postgresql"))("a large provider", () => {
  const hub = useHub("postgresql");

  test("[TEN-04] a million rows are exported with flat memory, to a reader that takes its time", async () => {
    const { token, providerId } = await hub.makeProvider("Big");
    await hub.call("POST", "/api/v1/sites", { token, body: { name: "A" } });
    await hub.database().alone("write", (run) =>
      run(`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
        select '${providerId}', 'site', 'key-' || n, n, n from generate_series(1, ${rows}) n`),
    );
    const answer = await fetch(`${hub.url()}/api/v1/settings/export`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    let lines = 0;
    let bytes = 0;
    let most = 0;
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines++;
      if (lines % 97 === 0) most = Math.max(most, process.memoryUsage().rss);
    }
    expect(lines).toBeGreaterThan(rows);
    // The test's own client and the hub share this process: together they stay far below what is sent.
    expect(bytes).toBeGreaterThan(300_000_000);
    expect(most).toBeLessThan(450_000_000);
  });
});
