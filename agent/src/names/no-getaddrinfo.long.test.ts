/** The real process, with Node's own look-up replaced by one that ends it: nothing in it may ask getaddrinfo. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AgentProcess, startAgent } from "../start/test-agent-process.ts";

const trap = `
  const dns = require("node:dns");
  dns.lookup = dns.promises.lookup = (name) => {
    process.stderr.write("getaddrinfo was asked for " + name + "\\n", () => process.exit(99));
  };`;
let folder = "";
let hub: Server;
let agent: AgentProcess | null = null;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "karibu-names-"));
  writeFileSync(join(folder, "trap.cjs"), trap);
  hub = createServer();
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await agent?.kill("SIGKILL");
  agent = null;
  hub.closeAllConnections();
  await new Promise((resolve) => hub.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

test("hub and router by name: the agent enrols, dials the hub and the router, and getaddrinfo is never called", async () => {
  const { port } = hub.address() as AddressInfo;
  const knocks: string[] = [];
  const dialled = new Promise<void>((resolve) => {
    hub.on("request", (request, response) => {
      knocks.push(`${request.method} ${request.url} ${request.headers.host}`);
      response.writeHead(200).end(JSON.stringify({ siteId: "site-1", hubPublicKey: `${"A".repeat(43)}=` }));
    });
    hub.on("upgrade", (request, socket) => {
      knocks.push(`link ${request.url} ${request.headers.host}`);
      socket.destroy();
      resolve();
    });
  });
  agent = await startAgent(
    {
      KARIBU_DATA: join(folder, "data"),
      KARIBU_HUB_URL: `http://localhost:${port}`,
      KARIBU_ENROL_TOKEN: "a-token",
      KARIBU_ROUTER_HOST: "localhost",
      KARIBU_ROUTER_PORT: "1",
      KARIBU_ROUTER_USER: "karibu",
    },
    { nodeFlags: ["--require", join(folder, "trap.cjs")] },
  );
  expect(await Promise.race([dialled, agent.ended])).toBeUndefined();
  // It may have dialled again before its doors were open.
  expect([...new Set(knocks)]).toEqual([`POST /enrol/agent localhost:${port}`, `link /agent localhost:${port}`]);
  const doctor = await fetch(`http://127.0.0.1:${agent.httpPort}/doctor`);
  expect(JSON.stringify(await doctor.json())).toMatch(/router's API does not answer: .*ECONNREFUSED/);
});
