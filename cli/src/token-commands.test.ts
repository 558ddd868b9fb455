import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { lacksModules } from "@karibu/cloud/modules/test-lacks-modules";
import { keysAccepted, type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { events } from "./events.ts";
import { router } from "./router.ts";
import type { Subcommand } from "./subcommand.ts";

let answers = 204;
const hub = useHub(anyEngine, {
  http: async (request) =>
    request.url.includes("erp.example.com") ? { status: answers, body: "" } : keysAccepted(request),
});
let provider: TestProvider;
let siteId: string;
beforeAll(async () => {
  provider = await hub.makeProvider("Alpha");
  siteId = (await api("POST", "/sites", { name: "Market" })).site.siteId;
});
beforeEach(() => vi.stubEnv("KARIBU_TOKEN", provider.token));
afterEach(() => vi.unstubAllEnvs());

const api = async (method: string, path: string, body?: unknown) =>
  (await hub.call(method, `/api/v1${path}`, { token: provider.token, ...(body === undefined ? {} : { body }) })).body;

async function run(command: Subcommand, ...words: string[]) {
  const lines: string[] = [];
  const complaints: string[] = [];
  const output = {
    print: (line: string) => void lines.push(line),
    complain: (line: string) => void complaints.push(line),
  };
  const code = await command.run([...words, "--hub", hub.url()], output);
  return { code, lines: lines.map((line) => JSON.parse(line)), complaints: complaints.join("\n") };
}

test("[SYS-11] the state of all sites, and of one router: the exit code says whether it is online", async () => {
  expect((await run(router, "status")).lines).toMatchObject([{ siteId, name: "Market" }]);
  expect(await run(router, "status", siteId)).toMatchObject({
    code: 1,
    lines: [{ siteName: "Market", state: "pending" }],
  });
  expect((await run(router, "monitor", siteId, "--times", "1")).lines).toHaveLength(1);
  expect(await run(router, "status", "nowhere")).toMatchObject({
    code: 1,
    lines: [],
    complaints: expect.stringMatching(/site/),
  });
});

test("[SYS-11] [TEN-15] a test sale gives a code and says that the site is not there to take it", async () => {
  const [plan] = (await api("GET", "/plans")).items;
  const sold = await run(router, "test-sale", siteId, plan.planId);
  expect(sold).toMatchObject({
    code: 1,
    lines: [{ siteId, code: expect.stringMatching(/^[0-9A-Z]{6,}$/) }, { state: "pending" }],
  });
});

test("[SYS-01] live events come as lines, and none of another provider", async () => {
  const other = await hub.makeProvider("Beta");
  const listening = run(events, "listen", "--times", "1");
  const made = { token: other.token, body: { name: "Theirs" } };
  // Until the stream is open nobody knows from when on it hears: something happens again and again.
  const again = setInterval(
    () => void hub.call("POST", "/api/v1/customers", made).then(() => api("POST", "/customers", { name: "Ours" })),
    300,
  );
  const { code, lines } = await listening.finally(() => clearInterval(again));
  expect([code, lines.length]).toEqual([0, 1]);
  const { id } = lines[0] as { id: string };
  expect(lines[0]).toMatchObject({ topic: "customer", action: "made" });
  expect((await hub.call("GET", `/api/v1/customers/${id}`, { token: provider.token })).status).toBe(200);
});

longTest.skipIf(lacksModules("webhooks"))(
  "[SYS-01] a test event to a webhook: taken or not, with the exit code",
  async () => {
    const { webhookId } = await api("POST", "/webhooks", { name: "ERP", url: "https://erp.example.com/in" });
    expect(await run(events, "test", webhookId)).toMatchObject({
      code: 0,
      lines: [{ state: "delivered", status: 204 }],
    });
    answers = 503;
    expect(await run(events, "test", webhookId)).toMatchObject({ code: 1, lines: [{ state: "waiting", status: 503 }] });
  },
);

test("without a token nothing is asked", async () => {
  vi.stubEnv("KARIBU_TOKEN", "");
  expect(await run(router, "status")).toMatchObject({ code: 1, complaints: expect.stringContaining("KARIBU_TOKEN") });
});

test.each([
  [router, ["dance"], "say one of status, monitor, test, connections, test-sale"],
  [router, ["monitor"], "monitor takes one SITE"],
  [router, ["monitor", "x", "--every", "1"], "--every takes seconds, 5 or more"],
  [router, ["test-sale", "x"], "test-sale takes a SITE and a PLAN"],
  [events, ["test"], "test takes one WEBHOOK"],
  [events, ["listen", "x"], "listen takes no name"],
] as const)("words that make no sense are told", async (command, words, complaint) => {
  const told = await run(command, ...words);
  expect(told.code).toBe(2);
  expect(told.complaints).toContain(complaint);
});
