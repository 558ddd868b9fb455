/** The hub as a process: reads the settings, builds the real world and its adapters, serves until a signal stops it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Fault } from "@karibu/protocol/fault";
import type { Log, World } from "@karibu/protocol/world";
import { type Logger, pino } from "pino";
import { collectDefaultMetrics } from "prom-client";
import { serveLinks } from "./fleet/link/link-websocket.ts";
import { createImageShelf } from "./fleet/registry/image-shelf.ts";
import type { TunnelEnd } from "./fleet/tunnel/tunnel.ts";
import { wgFile, wgInterface } from "./fleet/tunnel/wg-command.ts";
import type { Database } from "./ground/db/database.ts";
import { openDatabase } from "./ground/db/open-database.ts";
import { serverLimits } from "./ground/http/server-limits.ts";
import { undiciCall } from "./ground/http-client/http-call.ts";
import { createPgBossQueue } from "./ground/jobs/pg-boss-queue.ts";
import { createLogRing, type LogRing } from "./ground/log/log-ring.ts";
import { createSmtp } from "./ground/mail/smtp.ts";
import { createEnvelope, type Envelope } from "./ground/secrets/envelope.ts";
import { loadMasterKeyFile } from "./ground/secrets/master-key-file.ts";
import { rewrapAll } from "./ground/secrets/rewrap.ts";
import { createHub } from "./hub.ts";
import { backupPlanOf } from "./operations/back-ups/backup-settings.ts";
import { freeBytesOf } from "./operations/health/free-bytes.ts";
import { realClock, realRandom } from "./real-world.ts";
import { fingerprint, type HubSettings, readSettings } from "./settings.ts";

const nodeMajorMin = 24;
/** Requests and jobs under way are finished; a stop that takes longer than this hangs. Service managers wait 90 s. */
const stopMsMax = 80_000;
const slowStopMs = 10_000;
const closeMsMax = 5000;

if (Number(process.versions.node.split(".")[0]) < nodeMajorMin) {
  refuse([
    `Node ${process.versions.node} is too old: Karibu needs ${nodeMajorMin} or later. Start it with npm run hub.`,
  ]);
}
const read = readSettings(process.env);
if ("complaints" in read) refuse(read.complaints);
const { settings } = read;
const logger = pino({
  level: settings.logLevel,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  redact: ["*.password", "*.token", "*.secret", "*.authorization", "password", "token", "secret", "authorization"],
});
const logs = createLogRing(realClock());
const world = realWorld(logger, logs);

process.on("uncaughtException", (error) => crash("uncaught-exception", error));
process.on("unhandledRejection", (error) => crash("unhandled-rejection", error));

try {
  await run(settings);
} catch (error) {
  const { code, advice } = error as Partial<Fault>;
  logger.fatal(
    {
      code,
      message: (error as Error).message,
      hint: advice?.hint,
      stack: error instanceof Fault ? undefined : (error as Error).stack,
    },
    "hub-not-started",
  );
  process.exit(1);
}

async function run(settings: HubSettings): Promise<void> {
  const server = createServer(serverLimits);
  const port = await listen(server, settings.port);
  const publicUrl = settings.publicUrl ?? `http://localhost:${port}`;
  const isKeyFile = settings.masterKeys.length === 0;
  const masterKeys = isKeyFile ? [loadMasterKeyFile(world.random, settings.dataDir)] : settings.masterKeys;
  const database = await openDatabase(world, settings);
  const envelope = createEnvelope(world.random, masterKeys);
  const jobs = createPgBossQueue(world, database);
  const smtp = settings.smtpUrl === null ? null : createSmtp(settings.smtpUrl);
  const images = createImageShelf(resolve(settings.dataDir, "images"), world.log);
  const hub = await createHub(
    world,
    {
      database,
      jobs,
      envelope,
      http: undiciCall,
      mail: smtp?.send ?? null,
      backup: database,
      ...(settings.backups === null ? {} : { backupPlan: backupPlanOf(settings.backups, settings.dataDir) }),
      images,
      logs,
      freeBytes: () => freeBytesOf(settings.dataDir),
      ...(settings.wireguard.endpoint === null ? {} : { tunnel: tunnelEnd(settings) }),
    },
    {
      publicUrl,
      darajaBaseUrl: settings.darajaBaseUrl,
      airtelBaseUrl: settings.airtelBaseUrl,
      mtnBaseUrl: settings.mtnBaseUrl,
      pesapalBaseUrl: settings.pesapalBaseUrl,
      stripeBaseUrl: settings.stripeBaseUrl,
      africastalkingBaseUrl: settings.africastalkingBaseUrl,
      twilioBaseUrl: settings.twilioBaseUrl,
      advantaBaseUrl: settings.advantaBaseUrl,
      admin: settings.admin,
      releaseKeys: settings.releaseKeys,
      trustedProxies: settings.trustedProxies,
      signUp: settings.signUp,
      linkBytes: settings.linkBytes,
      wireguard: settings.wireguard,
      masterKeyFrom: isKeyFile ? "key-file" : "setting",
      consoleFolder: fileURLToPath(new URL("../../dist/console", import.meta.url)),
    },
  );
  collectDefaultMetrics({ register: hub.metrics.registry });
  await hub.start();
  const cutLinks = serveLinks(server, hub.link.accept, hub.peerAddress);
  server.removeAllListeners("request");
  server.on("request", hub.app);
  const masterKey = fingerprint(masterKeys[0] as Uint8Array);
  void reencryptSecrets(database, envelope);
  // A new image is unpacked before the first router asks for it.
  void images.read().catch((error: Error) => world.log.warn("images-not-read", { error: error.message }));
  world.log.info("hub-ready", { port, publicUrl, engine: database.engine, masterKey });

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    world.log.info("hub-stopping", { signal });
    setTimeout(() => world.log.warn("stop-takes-long", { afterMs: slowStopMs }), slowStopMs).unref();
    setTimeout(() => crash("stop-took-too-long", new Error(`not stopped after ${stopMsMax} ms`)), stopMsMax).unref();
    const closed = new Promise((resolve) => server.close(resolve));
    await hub.stop();
    smtp?.close();
    cutLinks();
    server.closeIdleConnections();
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 2000))]);
    server.closeAllConnections();
    // A transaction of maintenance may take long: the database ends it when this process is gone.
    await Promise.race([database.close(), new Promise((resolve) => setTimeout(resolve, closeMsMax))]);
    world.log.info("hub-stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => stop(signal).catch((error) => crash("stop-failed", error)));
  }
}

/** After a start with a new master key: re-encrypts in the background, while the hub works. Then the former key may be removed. */
async function reencryptSecrets(database: Database, envelope: Envelope): Promise<void> {
  try {
    const secrets = await rewrapAll(database, envelope);
    if (secrets > 0) world.log.info("secrets-wrapped-anew", { secrets });
  } catch (error) {
    world.log.error("secrets-not-wrapped-anew", { message: (error as Error).message });
  }
}

function tunnelEnd({ wireguard: { interfaceName }, dataDir }: HubSettings): TunnelEnd {
  const folder = resolve(dataDir, "wireguard");
  return interfaceName === null ? wgFile(folder) : wgInterface(interfaceName, folder);
}

/** Opens the port first: a port in use is reported before anything else is opened. Until the hub is ready it answers 503. */
function listen(server: Server, port: number): Promise<number> {
  server.on("request", (_request, response) => {
    response.writeHead(503, { "Content-Type": "application/problem+json", "Retry-After": "2" });
    response.end(
      JSON.stringify({
        type: "urn:karibu:problem:starting",
        title: "Not available now",
        status: 503,
        code: "starting",
      }),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const hint = "Stop the other program, or set PORT.";
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new Fault("hub/port-in-use", `port ${port} is in use`, { retry: "never", hint }, error) : error);
    });
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

function realWorld(to: Logger, ring: LogRing): World {
  const log: Log = {
    debug: (event, fields = {}) => to.debug(fields, event),
    info: (event, fields = {}) => to.info(fields, event),
    warn: (event, fields = {}) => to.warn(fields, event),
    error: (event, fields = {}) => to.error(fields, event),
  };
  return {
    log: ring.through(log),
    random: realRandom(),
    clock: realClock(),
  };
}

function refuse(complaints: readonly string[]): never {
  for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
  process.exit(2);
}

/** After an unexpected error a fresh process is better than one with an unknown state. */
function crash(event: string, error: unknown): never {
  const { message, stack } = error as Error;
  logger.fatal({ message, stack }, event);
  process.exit(1);
}
