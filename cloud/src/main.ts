/**
 * The hub as a process. It listens at once and takes callbacks of payment channels to disk; then it opens its database while it loads the hub, and
 * serves until a signal stops it.
 */
import { createServer } from "node:http";
import { Fault } from "@karibu/protocol/fault";
import type { Log, World } from "@karibu/protocol/world";
import { type Logger, pino } from "pino";
import { earlyAnswers, listen, openCallbackSpool } from "./early-hooks.ts";
import { createHubClock } from "./ground/db/hub-clock.ts";
import { serverLimits } from "./ground/http/server-limits.ts";
import { createLogRing, type LogRing } from "./ground/log/log-ring.ts";
import { createEnvelope } from "./ground/secrets/envelope.ts";
import { loadMasterKeyFile } from "./ground/secrets/master-key-file.ts";
import { loadHub, useCompiled } from "./load-hub.ts";
import { realClock, realRandom } from "./real-world.ts";
import { type HubSettings, readSettings } from "./settings.ts";

const nodeMajorMin = 24;

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
const hubClock = createHubClock(realClock());
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
  const isKeyFile = settings.masterKeys.length === 0;
  const masterKeys = isKeyFile ? [loadMasterKeyFile(world.random, settings.dataDir)] : settings.masterKeys;
  const envelope = createEnvelope(world.random, masterKeys);
  const callbackSpool = await openCallbackSpool(world, envelope, settings);
  const server = createServer(serverLimits, earlyAnswers(world, callbackSpool, settings.trustedProxies));
  const port = await listen(server, settings.port);
  world.log.info("hub-listening", { port });
  useCompiled();
  const { openWhenThere } = await import("./open-when-there.ts");
  const opening = openWhenThere(world, settings);
  opening.catch(() => {}); // what is wrong is said when the hub is loaded
  const startHub = await loadHub();
  const database = await opening;
  await startHub({
    world,
    hubClock,
    logs,
    settings,
    database,
    server,
    port,
    masterKeys,
    envelope,
    callbackSpool,
    crash,
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
    clock: hubClock.clock,
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
