import { describe, expect, test } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { liveBytes } from "../../ground/test-live-memory.ts";
import { useHub } from "../../test-hub.ts";

const rows = 1_000_000;
/** Of live memory, from the first tenth of the rows on. */
const growthBytesMax = 32 * 1024 * 1024;

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
    // The test's own client and the hub share this process. After each tenth of the rows; the first tenth loads what is needed.
    const lives: number[] = [];
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      bytes += chunk.length;
      for (const byte of chunk) if (byte === 10) lines++;
      if (lines >= ((lives.length + 1) * rows) / 10) lives.push(liveBytes());
    }
    expect(lines).toBeGreaterThan(rows);
    expect(bytes).toBeGreaterThan(300_000_000);
    expect(lives.length).toBeGreaterThanOrEqual(9);
    expect(Math.max(...lives) - (lives[0] as number)).toBeLessThan(growthBytesMax);
  });
});
