/** The hub behind a port that listens already, with its database: builds everything, and serves until a signal stops it. */
import type { Server } from "node:http";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { sleep, type World } from "@karibu/protocol/world";
import { collectDefaultMetrics } from "prom-client";
import { serveLinks } from "./fleet/link/link-websocket.ts";
import { createImageShelf } from "./fleet/registry/image-shelf.ts";
import type { TunnelEnd } from "./fleet/tunnel/tunnel.ts";
import { wgFiles, wgInterface } from "./fleet/tunnel/wg-command.ts";
import { createExchangeDatagrams } from "./ground/datagrams/exchange-datagrams.ts";
import { nodeDatagrams } from "./ground/datagrams/node-datagrams.ts";
import type { Database } from "./ground/db/database.ts";
import { type HubClock, readDatabaseClock } from "./ground/db/hub-clock.ts";
import type { OpenDatabase } from "./ground/db/open-database.ts";
import { poolFiguresOf } from "./ground/db/pool-figures.ts";
import { createChildReader } from "./ground/foreign-files/child-reader.ts";
import { systemDns } from "./ground/http-client/ask-dns.ts";
import { undiciCall } from "./ground/http-client/http-call.ts";
import { createPgBossQueue } from "./ground/jobs/pg-boss-queue.ts";
import type { LogRing } from "./ground/log/log-ring.ts";
import { ownSmtp } from "./ground/mail/own-server.ts";
import { createSmtp } from "./ground/mail/smtp.ts";
import type { Envelope } from "./ground/secrets/envelope.ts";
import { rewrapAll } from "./ground/secrets/rewrap.ts";
import { createHub } from "./hub.ts";
import type { CallbackSpool } from "./money/callbacks/keep-in-spool.ts";
import { createEtimsAdapter } from "./money/fiscal/etims-adapter.ts";
import { untilStarted } from "./open-when-there.ts";
import { backupPlanOf } from "./operations/back-ups/backup-settings.ts";
import { carryOutRestore } from "./operations/back-ups/carry-out-restore.ts";
import { freeBytesOf } from "./operations/health/free-bytes.ts";
import { createProcessorLoad, readProcessorTimes } from "./operations/health/processor-load.ts";
import { fingerprint, type HubSettings } from "./settings.ts";

/** Requests and jobs under way are finished; a stop that takes longer than this hangs. Service managers wait 90 s. */
const stopMsMax = 80_000;
const slowStopMs = 10_000;
const lastAnswersMsMax = 2000;
const closeMsMax = 5000;

export interface StartHubParts {
  readonly world: World;
  /** Of `world`: it goes by the database's as soon as that is there. */
  readonly hubClock: HubClock;
  readonly logs: LogRing;
  readonly settings: HubSettings;
  readonly database: OpenDatabase;
  /** It listens, and answers callbacks already. */
  readonly server: Server;
  readonly port: number;
  readonly masterKeys: readonly Uint8Array[];
  readonly envelope: Envelope;
  /** Null: its folder could not be opened. */
  readonly callbackSpool: CallbackSpool | null;
  /** Ends the process, with the error in the log. */
  readonly crash: (event: string, error: unknown) => never;
}

export async function startHub(parts: StartHubParts): Promise<void> {
  const { world, hubClock, logs, settings, server, port, masterKeys, envelope, callbackSpool, crash } = parts;
  const { database, whenThere, started } = untilStarted(world, parts.database);
  const { clock } = world;
  if (database.engine !== "embedded")
    await hubClock.follow(() => database.asPlatform("clock", readDatabaseClock), world.log);
  const publicUrl = settings.publicUrl ?? `http://localhost:${port}`;
  const isKeyFile = settings.masterKeys.length === 0;
  const jobs = createPgBossQueue(world, database, { limits: settings.queueLimits, within: logs.within, whenThere });
  const smtp = settings.smtpUrl === null ? null : createSmtp(settings.smtpUrl);
  const dns = systemDns();
  const backupPlan = settings.backups === null ? null : backupPlanOf(settings.backups, settings.dataDir);
  const restoreFolder = resolve(settings.dataDir, "restore-work");
  await carryOutRestore({ world, database, envelope, store: backupPlan?.store ?? null, workFolder: restoreFolder });
  const restart = Promise.withResolvers<void>();
  const images = createImageShelf(resolve(settings.dataDir, "images"), world);
  const hub = await createHub(
    world,
    {
      database,
      jobs,
      envelope,
      http: undiciCall,
      taxAdapters: { etims: createEtimsAdapter({ http: undiciCall, baseUrl: settings.etimsBaseUrl }) },
      fileReader: createChildReader(world),
      dns,
      mail: smtp?.send ?? null,
      openMailServer: ownSmtp(),
      exchangeDatagrams: createExchangeDatagrams(world, nodeDatagrams),
      backup: database,
      vacuum: database.vacuum,
      ...(backupPlan === null ? {} : { backupPlan }),
      restart: restart.resolve,
      images,
      logs,
      freeBytes: () => freeBytesOf(settings.dataDir),
      busyPercent: createProcessorLoad(world, readProcessorTimes),
      clockAheadMs: hubClock.aheadMs,
      memoryBytes: () => process.memoryUsage.rss(),
      machine: hostname(),
      ...(callbackSpool === null ? {} : { callbackSpool }),
      pool: poolFiguresOf(database),
      ...(settings.wireguard.endpoint === null ? {} : { tunnel: tunnelEnd(clock, settings) }),
    },
    {
      publicUrl,
      ...(settings.routersUrl === null ? {} : { routersUrl: settings.routersUrl }),
      otherHosts: settings.otherHosts,
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
      modules: settings.modules,
      keptDays: settings.keptDays,
      linkBytes: settings.linkBytes,
      wireguard: settings.wireguard,
      mapTiles: settings.mapTiles,
      masterKeyFrom: isKeyFile ? "key-file" : "setting",
      consoleFolder: fileURLToPath(new URL("../../dist/console", import.meta.url)),
      myFolder: fileURLToPath(new URL("../../dist/my", import.meta.url)),
      portalFolder: fileURLToPath(new URL("../../dist/portal", import.meta.url)),
    },
  );
  collectDefaultMetrics({ register: hub.metrics.registry });
  await hub.start();
  started();
  const cutLinks = serveLinks(server, hub.link.accept, hub.peerAddress);
  server.removeAllListeners("request");
  server.on("request", hub.app);
  const masterKey = fingerprint(masterKeys[0] as Uint8Array);
  void reencryptSecrets(world, database, envelope);
  // A new image is unpacked before the first router asks for it.
  void images.read().catch((error: Error) => world.log.warn("images-not-read", { error: error.message }));
  world.log.info("hub-ready", { port, publicUrl, engine: database.engine, masterKey });

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) return;
    isStopping = true;
    world.log.info("hub-stopping", { signal });
    clock.after(slowStopMs, () => world.log.warn("stop-takes-long", { afterMs: slowStopMs }));
    clock.after(stopMsMax, () => crash("stop-took-too-long", new Error(`not stopped after ${stopMsMax} ms`)));
    const closed = new Promise((resolve) => server.close(resolve));
    await hub.stop();
    hubClock.stop();
    smtp?.close();
    cutLinks();
    server.closeIdleConnections();
    await Promise.race([closed, sleep(clock, lastAnswersMsMax)]);
    server.closeAllConnections();
    // A transaction of maintenance may take long: the database ends it when this process is gone.
    await Promise.race([database.close(), sleep(clock, closeMsMax)]);
    await callbackSpool?.spool.close();
    world.log.info("hub-stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => stop(signal).catch((error) => crash("stop-failed", error)));
  }
  // Who runs the hub starts it again, as after any end: then it restores before it serves (`carryOutRestore`).
  void restart.promise.then(() => stop("restore-ordered")).catch((error) => crash("stop-failed", error));
}

/** After a start with a new master key: re-encrypts in the background, while the hub works. Then the former key may be removed. */
async function reencryptSecrets(world: World, database: Database, envelope: Envelope): Promise<void> {
  try {
    const { wrapped, unreadable } = await rewrapAll(database, envelope);
    if (wrapped > 0) world.log.info("secrets-wrapped-anew", { secrets: wrapped });
    if (unreadable > 0) world.log.error("secrets-unreadable", { secrets: unreadable });
  } catch (error) {
    world.log.error("secrets-not-wrapped-anew", { message: (error as Error).message });
  }
}

function tunnelEnd(clock: World["clock"], { wireguard, dataDir, port }: HubSettings): TunnelEnd {
  const { interfaceName, readings } = wireguard;
  const folder = resolve(dataDir, "wireguard");
  return interfaceName === null ? wgFiles(clock, folder, readings) : wgInterface(clock, interfaceName, folder, port);
}
