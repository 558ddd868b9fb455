/**
 * The hub's link as a separate process: the real database, feed, intake and WebSockets; no API, no jobs. The benchmark controls
 * it over the process channel; settings come as arguments: the database's URL and the port (0: any).
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadHubIdentity } from "@karibu/cloud/fleet/enrolment/hub-identity";
import { createAgentLink } from "@karibu/cloud/fleet/link/agent-link";
import { serveLinks } from "@karibu/cloud/fleet/link/link-websocket";
import { createOwnLinks } from "@karibu/cloud/fleet/link/own-links";
import { createSiteCalls } from "@karibu/cloud/fleet/link/site-calls";
import { createOrderWorker } from "@karibu/cloud/fleet/router-orders/order-worker";
import { createRouterReader } from "@karibu/cloud/fleet/routers/read-router";
import { createWatching } from "@karibu/cloud/fleet/routers/watching";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { createEmit, createEmitMany } from "@karibu/cloud/ground/events/record";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createSweeps } from "@karibu/cloud/ground/sweeps/sweeps";
import { allProjectors } from "@karibu/cloud/test-intake";
import { masterKey } from "./town.ts";

/** `with-routers`: it also watches routers and sends them orders. */
const [databaseUrl, port, routers] = process.argv.slice(2) as [string, string, string | undefined];
const quiet = realWorld();
const complain = (event: string, fields?: object) => void process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
const world = { ...quiet, log: { ...quiet.log, error: complain } };
const database = await openDatabase(world, { databaseUrl, dataDir: null });
const envelope = createEnvelope(world.random, [masterKey]);
const identity = await loadHubIdentity(world, database, envelope);
const own = createOwnLinks(world);
const calls = createSiteCalls(world, database, own);
const link = createAgentLink(world, database, {
  own,
  calls,
  identity,
  envelope,
  handlers: [],
  projectors: allProjectors(world),
});
await link.start();
const { processId } = own;
const sweeps = createSweeps(world, database);
sweeps.start();
const reader = createRouterReader(world, database, calls.call);
const watching = createWatching(world, database, { reader, emitMany: createEmitMany(world), processId, sweeps });
const orders = createOrderWorker(world, {
  world,
  envelope,
  database,
  processId,
  emit: createEmit(world),
  callSite: calls.call,
  sweeps,
  isLinked: (siteId) => own.links.has(siteId),
});
if (routers === "with-routers") await Promise.all([watching.start(), orders.start()]);
const server = createServer((_request, response) => void response.writeHead(404).end());
const cutLinks = serveLinks(server, link.accept);
await new Promise<void>((resolve) => server.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 }, resolve));

process.on("message", (order) => {
  if (order === "memory") {
    globalThis.gc?.();
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send?.({ kind: "memory", rss, heapUsed, external, links: link.counts().links, cpu: process.cpuUsage() });
  }
});
process.on("SIGTERM", async () => {
  server.close();
  await orders.stop();
  await watching.stop();
  await link.stop();
  cutLinks();
  await database.close();
  process.exit(0);
});
process.on("disconnect", () => process.exit(1));
process.send?.({ kind: "ready", port: (server.address() as AddressInfo).port });
