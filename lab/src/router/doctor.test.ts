/** The doctor on a router that was set up well, and on ones that were not. */
import type { Finding } from "@karibu/agent/doctor/finding";
import { afterEach, expect, test } from "vitest";
import type { RouterOptions } from "./model/router-options.ts";
import { type AgentSite, type AgentSiteOptions, createAgentSite } from "./test-agent-site.ts";

let made: AgentSite | null = null;
afterEach(() => made?.close());

async function examine(options: AgentSiteOptions, before: (site: AgentSite) => Promise<unknown> = async () => {}) {
  made = await createAgentSite(options);
  await made.time.advance(60_000);
  await before(made);
  const { body } = await made.ask("127.0.0.1", "/doctor", null);
  const findings = (body as unknown as { findings: Finding[] }).findings;
  const wrong = findings.filter(({ grade }) => grade !== "ok").map(({ check, grade }) => `${grade} ${check}`);
  return { findings, wrong };
}

const secret = "one for both";
const ours = { address: "172.31.255.2", authPort: 1812, acctPort: 1813, secret };
const other = { address: "192.0.2.1", authPort: 1645, acctPort: 1646, secret: "x" };

test("[BEY-16] on a router that was set up well the doctor finds nothing", async () => {
  const { findings, wrong } = await examine({ routerApi: true, router: { fastTrack: "guests-kept-out" } });
  expect(wrong).toEqual([]);
  expect(findings.map(({ check }) => check)).toContain("radius-timeout");
});

test.each<[string, Partial<RouterOptions>, string]>([
  ["a RADIUS time-out that is too short", { radiusTimeoutMs: 1100 }, "wrong radius-timeout"],
  ["a second /radius row ahead of ours", { radiusServers: [other, ours] }, "wrong radius-row"],
  ["no /radius row for us", { radiusServers: [other] }, "wrong radius-row"],
  ["fasttrack over the guests' traffic", { fastTrack: "everything" }, "wrong fasttrack"],
  ["an API user that may not write", { apiPolicies: ["api", "read"] }, "wrong router-api"],
  ["incoming requests switched off", { incomingPort: null }, "wrong radius-incoming"],
  ["a board whose memory is nearly used up", { freeMemoryBytes: 20_000_000 }, "wrong board-memory"],
  ["another port for incoming requests", { incomingPort: 1700 }, "wrong radius-incoming"],
  ["answers taken without Message-Authenticator", { requireMessageAuth: "no" }, "notice radius-message-auth"],
])("[BEY-16] the doctor names %s", async (_, router, expected) => {
  expect((await examine({ routerApi: true, router })).wrong).toEqual([expected]);
});

test("[BEY-16] the doctor counts packets with another secret, and names a silent API", async () => {
  const { wrong } = await examine({ routerApi: true }, async ({ router, time, client }) => {
    router.knobs.radiusSecret = "mistyped";
    const logIn = client.logIn({ user: "tim", password: "t" });
    await time.advance(60_000);
    await logIn;
    router.knobs.apiSilent = true;
  });
  expect(wrong).toEqual(["wrong radius-secret", "wrong router-api"]);
});
