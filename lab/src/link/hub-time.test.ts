/** An agent whose router is in 1970, and a hub whose certificate it can't check: the time comes all the same, and only from the hub. */

import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { addressesOnly } from "@karibu/agent/ground/lookup";
import { createPostJson } from "@karibu/agent/ground/post-json";
import { type AgentProcess, startAgent } from "@karibu/agent/start/test-agent-process";
import { obtainIdentity } from "@karibu/agent/sync/enrol";
import { anyEngine } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { hubTimeSchema, isSignedTime } from "@karibu/protocol/link/hub-time";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { makeSelfSigned } from "../router/api/self-signed.ts";
import { until } from "./link-ends.ts";

const patienceMs = 60_000;
const lab = useHub(anyEngine);
const servers: Server[] = [];
let ownerToken = "";
let url = "";
let folder = "";
let agent: AgentProcess | null = null;

beforeAll(async () => {
  url = await listen(lab.hub().app);
  ownerToken = (await lab.makeProvider("Mwangaza")).token;
}, patienceMs);
afterEach(async () => {
  await agent?.kill("SIGKILL");
  agent = null;
  if (folder !== "") await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** By TLS, with a certificate that nobody should trust: it stands for any certificate in 1970. */
async function listen(app: Parameters<typeof createServer>[1]): Promise<string> {
  const { key, cert } = makeSelfSigned("hub.example");
  const server = createServer({ key, cert }, app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const enrolmentToken = async (): Promise<string> => {
  const made = await lab.call("POST", "/api/v1/sites", { token: ownerToken, body: { name: "Kiosk" } });
  expect(made.status).toBe(201);
  return made.body.enrolmentToken;
};

/** A process whose machine has just started, in 1970. */
async function startIn1970(hubUrl: string, token: string, dataDir = "data"): Promise<AgentProcess> {
  const wrong = "const real = Date.now, started = real(); Date.now = () => 86400000 + real() - started;";
  return startAgent(
    { KARIBU_DATA: join(folder, dataDir), KARIBU_HUB_URL: hubUrl, KARIBU_ENROL_TOKEN: token },
    { nodeFlags: ["--import", `data:text/javascript,${encodeURIComponent(wrong)}`] },
  );
}

async function knowsTime({ httpPort }: AgentProcess): Promise<boolean> {
  const metrics = await (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text();
  return /^karibu_clock_synced(\{.*\})? 1$/m.test(metrics);
}

longTest(
  "[BEY-11] a device in 1970 knows the time before it is enrolled, by its token alone",
  async () => {
    folder = await mkdtemp(join(tmpdir(), "karibu-time-"));
    agent = await startIn1970(url, await enrolmentToken());
    expect(await knowsTime(agent)).toBe(false);
    await until("the agent knows the time", () => knowsTime(agent as AgentProcess), patienceMs);
  },
  2 * patienceMs,
);

longTest(
  "[BEY-11] an enrolled device in 1970 takes the time of the hub that enrolled it, and of no other",
  async () => {
    folder = await mkdtemp(join(tmpdir(), "karibu-time-"));
    const token = await enrolmentToken();
    const signal = new AbortController().signal;
    const parts = { hubUrl: lab.url(), token, post: createPostJson(addressesOnly), signal, onMoved: async () => {} };
    await obtainIdentity(lab.world, createNodeFolder(join(folder, "data")), parts);
    agent = await startIn1970(url, token);
    await until("the agent knows the time", () => knowsTime(agent as AgentProcess), patienceMs);
    await agent.kill("SIGKILL");

    let asked = 0;
    const impostor = await listen((_, response) => {
      asked++;
      const hubPublicKey = `${"A".repeat(43)}=`;
      response.end(JSON.stringify({ timeMs: 4_000_000_000_000, hubPublicKey, signature: `${"A".repeat(86)}==` }));
    });
    agent = await startIn1970(impostor, token, "other");
    await until("it has asked", () => asked > 0, patienceMs);
    expect(await knowsTime(agent)).toBe(false);
  },
  3 * patienceMs,
);

test("[BEY-11] the hub tells its time to anybody, signed with their nonce, in a short answer, and not without end", async () => {
  const nonce = "0123456789abcdef0123456789abcdef";
  const ask = (query: string) => fetch(`${lab.url()}/agent/time${query}`);
  const answer = await ask(`?nonce=${nonce}`);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text.length).toBeLessThan(256);
  const time = hubTimeSchema.parse(JSON.parse(text));
  expect(isSignedTime(time, nonce)).toBe(true);
  expect(isSignedTime(time, "f".repeat(32))).toBe(false);
  for (const bad of ["", "?nonce=", `?nonce=${nonce}00`, "?nonce=karibu-link-1", `?nonce=${nonce.toUpperCase()}`])
    expect((await ask(bad)).status).toBe(400);
  // All at once: what is allowed grows again with every second that a busy machine takes for them.
  const answers = await Promise.all(Array.from({ length: 400 }, () => ask(`?nonce=${nonce}`)));
  expect(answers.map(({ status }) => status)).toContain(429);
});
