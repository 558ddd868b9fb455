/** The internet goes away and comes back, as an agent without a hub sees it by its router's pings. */
import type { FeedRow } from "@karibu/protocol/feed";
import { bytes, seconds } from "@karibu/protocol/quantities";
import { afterEach, expect, test } from "vitest";
import { type AgentSite, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

const provider: FeedRow = {
  kind: "provider",
  key: "provider",
  version: 1,
  body: {
    name: "Baraka",
    currency: "KES",
    locale: "en",
    utcOffsetMinutes: 180,
    supportPhone: null,
    bridge: { seconds: seconds(1800), dataBytes: bytes(100_000_000) },
    outageCredit: { minSeconds: seconds(300), maxSeconds: seconds(7200) },
  },
};
const siteFile = { plans: [{ name: "hour", validitySeconds: 3600 }], vouchers: [{ code: "1234567890", plan: "hour" }] };

test("[BEY-14] a guest who is online during an outage automatically stays online for as long again", async () => {
  made = await createAgentSite({ routerApi: true, siteFile, feed: [provider] });
  const { time, client, router, agent, ask } = made;
  await time.advance(60_000);
  const logIn = client.logIn({ user: "1234567890", password: "" });
  await time.advance(100);
  await logIn;
  client.consume({ downBytesPerSecond: 1000 });
  router.knobs.wan = "down";
  await time.advance(20 * 60_000);
  const { body } = await ask("127.0.0.1", "/status", null);
  expect(JSON.stringify(body)).toContain("Vouchers, log-ins and cash sales (/sell) go on.");
  router.knobs.wan = "up";
  await time.advance(60_000);
  const [used] = agent.state.grants.values();
  const lengthMs = (used?.grant.endsAtMs ?? 0) - (used?.grant.startedAtMs ?? 0);
  expect(lengthMs).toBeGreaterThanOrEqual(80 * 60_000);
  expect(lengthMs).toBeLessThanOrEqual(82 * 60_000);
  await time.advance(57 * 60_000);
  expect(client.online()).toBe(true);
  await time.advance(6 * 60_000);
  expect(client.online()).toBe(false);
});
