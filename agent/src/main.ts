/** The agent as a process: the only file that reads the environment and builds the real world. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Fault } from "@karibu/protocol/fault";
import { lockFolder } from "@karibu/protocol/folder-lock";
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { earliestPlausibleMs } from "./clock/clock-policy.ts";
import { parseSiteFile, type SiteFile } from "./grants/site-file.ts";
import { createJsonLog } from "./ground/json-log.ts";
import { createNodeFolder } from "./ground/node-folder.ts";
import { createNodeUdp } from "./ground/node-udp.ts";
import { createPostJson } from "./ground/post-json.ts";
import type { RouterControl } from "./ground/router-control.ts";
import { createHost } from "./hosted/host.ts";
import { createAskServers } from "./names/ask-servers.ts";
import { createNames, type Names } from "./names/names.ts";
import { openKeptAddresses } from "./names/saved-addresses.ts";
import { listenHttp } from "./portal-server/http/http-listener.ts";
import { readPortalFiles } from "./portal-server/http/static-files.ts";
import type { PortalFiles } from "./portal-server/portal-parts.ts";
import { createRouterApi } from "./routeros/create-router-api.ts";
import { createHotspotControl } from "./routeros/hotspot-control.ts";
import { dialRouter } from "./routeros/tcp-dial.ts";
import { createAgent } from "./start/agent.ts";
import { type AgentSettings, describeProblems, type LogLevel, parseSettings } from "./start/settings.ts";
import { isImportUnfinished } from "./store/unfinished-import.ts";
import { dialWebsocket } from "./sync/dial-websocket.ts";
import { linkUrl } from "./sync/enrol.ts";
import { findLauncher } from "./updates/find-launcher.ts";

const version = "0.1.0";
/** RouterOS kills a container 10 s after its stop signal. */
const stopMsMax = 9000;

function realWorld(level: LogLevel): World {
  return {
    clock: {
      monotonicMs: () => performance.now(),
      wall() {
        const atMs = unixMs(Date.now());
        // Nobody says whether NTP has set it; a date before this software is certainly wrong.
        return { atMs, quality: atMs >= earliestPlausibleMs ? "estimated" : "unknown" };
      },
      after(delayMs, task) {
        const timer = setTimeout(task, Math.min(Math.max(0, delayMs), 2 ** 31 - 1));
        return { cancel: () => clearTimeout(timer) };
      },
    },
    random: { bytes: pooledRandom() },
    log: createJsonLog(
      level,
      () => new Date().toISOString(),
      (line) => void process.stdout.write(line),
    ),
  };
}

/** Asking the system for 8 bytes costs as much as for 8 KiB. */
function pooledRandom(): (count: number) => Uint8Array {
  let pool = randomBytes(8192);
  let used = 0;
  return (count) => {
    if (count > pool.length) return randomBytes(count);
    if (used + count > pool.length) {
      pool = randomBytes(pool.length);
      used = 0;
    }
    used += count;
    return pool.subarray(used - count, used);
  };
}

/** Two agents on one journal would lose what they promised. A disk that takes no lock file does not stop the only one. */
function lockData(folder: string, world: World): () => void {
  try {
    return lockFolder(folder, "agent.lock", "take");
  } catch (error) {
    if (error instanceof Fault && error.code === "folder/locked") return refuse(`refusing to start: ${error.message}`);
    world.log.warn("data-folder-not-locked", { error: (error as Error).message });
    return () => {};
  }
}

/** Linux names each boot; a container sees the name of its router's. */
async function readBootId(): Promise<string | null> {
  const text = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return text.trim() || null;
}

/** Bad settings end the process with code 2 and one line; the second argument of `exit` would be lost in a full pipe. */
function refuse(line: string): never {
  process.stderr.write(`karibu agent: ${line}\n`);
  process.exit(2);
}

async function readSite(settings: AgentSettings): Promise<SiteFile | null> {
  if (settings.siteFile === null) return null;
  let text: string;
  try {
    text = await readFile(settings.siteFile, "utf8");
  } catch (error) {
    return refuse(`refusing to start: KARIBU_SITE_FILE can't be read: ${(error as Error).message}`);
  }
  const parsed = parseSiteFile(text);
  return "site" in parsed ? parsed.site : refuse(`refusing to start: KARIBU_SITE_FILE ${parsed.problem}`);
}

async function openNames(world: World, settings: AgentSettings): Promise<Names> {
  const kept = await openKeptAddresses(world, createNodeFolder(settings.dataDir));
  return createNames(world, { readText: textOf, askServers: createAskServers(), kept, ownAddresses });
}

/** Null: it can't be read. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address));

/** Plain TCP: the way from the container to its own router is a virtual cable. */
function routerControl(world: World, names: Names, router: NonNullable<AgentSettings["router"]>): RouterControl {
  const dial = dialRouter({ ...router, certificateSha256: null }, names.lookup);
  return createHotspotControl(createRouterApi(world, dial, router));
}

/** Beside the bundle's folder, or below the repository's root: `dist/portal` either way. */
async function readPortal(): Promise<PortalFiles> {
  const here = dirname(process.argv[1] ?? ".");
  const built = await readPortalFiles(resolve(here, "../../dist/portal"));
  return built.size > 0 ? built : await readPortalFiles(resolve(here, "../portal"));
}

/** What `main` starts, whichever it is. */
interface Startable {
  /** What the line that says "ready" tells. */
  start(): Promise<Record<string, string | number>>;
  stop(): Promise<void>;
}

/** One of them syncs the journal; what else takes long (a PIN's hash, a large file) has another. Images before this one say 1. */
const poolThreadsMin = 2;

function leaveTheJournalAThread(): void {
  const { UV_THREADPOOL_SIZE: size } = process.env;
  if (size !== undefined && !(Number(size) >= poolThreadsMin)) process.env.UV_THREADPOOL_SIZE = String(poolThreadsMin);
}

async function main(): Promise<void> {
  leaveTheJournalAThread();
  const parsed = parseSettings(process.env);
  if ("problems" in parsed) refuse(describeProblems(parsed.problems));
  const { settings } = parsed;
  const world = realWorld(settings.logLevel);
  const started = settings.hosted ? await hostOf(world, settings) : await agentOf(world, settings);
  const release = lockData(settings.dataDir, world);
  if (await isImportUnfinished(createNodeFolder(settings.dataDir))) {
    release();
    refuse(`refusing to start: an import into ${settings.dataDir} was cut off: repeat karibu import`);
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
  async function stop(signal: string): Promise<void> {
    world.log.info("agent-stopping", { signal });
    const late = setTimeout(() => process.kill(process.pid, "SIGKILL"), stopMsMax);
    await started.stop().catch((error: unknown) => world.log.error("agent-stop-failed", { error: String(error) }));
    release();
    clearTimeout(late);
    world.log.info("agent-stopped");
    // Not process.exit: it can hang for ever in a V8 worker under the flags of the image.
    process.stdout.write("", () => process.kill(process.pid, "SIGKILL"));
  }

  world.log.info("agent-ready", { ...(await started.start()), data: settings.dataDir });
}

async function agentOf(world: World, settings: AgentSettings): Promise<Startable> {
  const siteFile = await readSite(settings);
  const names = await openNames(world, settings);
  const { router, radiusSecret, hubUrl } = settings;
  const launcher = await findLauncher({
    parentId: process.ppid,
    program: process.argv[1] ?? "",
    words: process.argv.slice(2),
    signalParent: () => void process.kill(process.ppid, "SIGHUP"),
  });
  const agent = createAgent(
    world,
    {
      folder: createNodeFolder(settings.dataDir),
      machine: await readBootId(),
      udp: createNodeUdp(names.lookup),
      dialHub: hubUrl === null ? null : dialWebsocket(linkUrl(hubUrl), names.lookup),
      post: createPostJson(names.lookup),
      router: router === null ? null : routerControl(world, names, router),
      listenHttp: (portal) => listenHttp(portal, { port: settings.httpPort, world }),
      portalFiles: await readPortal(),
      freeBytes: () => freeBytesOf(settings.dataDir),
      sha256Of: (name) => sha256Of(join(settings.dataDir, name)),
      nameProblem: () => names.problem,
      ownAddresses,
      launcher,
    },
    {
      version: launcher?.runningVersion ?? version,
      siteFile,
      hub: hubUrl === null ? null : { url: hubUrl, enrolToken: settings.enrolToken },
      interimFlushSeconds: settings.interimFlushSeconds,
      radius:
        radiusSecret === null
          ? null
          : {
              secret: radiusSecret,
              clients: settings.radiusClients,
              authPort: settings.radiusAuthPort,
              acctPort: settings.radiusAcctPort,
              coaHost: settings.coaHost,
              coaPort: settings.coaPort,
            },
    },
  );
  return {
    async start() {
      await agent.start();
      return { httpPort: agent.httpPort ?? 0, radius: agent.radius().kind };
    },
    stop: () => agent.stop(),
  };
}

/** Many sites' agents, beside the hub. */
async function hostOf(world: World, settings: AgentSettings): Promise<Startable> {
  const hubUrl = settings.hubUrl as string; // parseSettings has seen to it
  const names = await openNames(world, settings);
  const host = createHost(
    world,
    {
      folder: createNodeFolder(settings.dataDir),
      siteFolder: (siteId) => createNodeFolder(join(settings.dataDir, "sites", siteId)),
      udp: createNodeUdp(names.lookup),
      dialHub: dialWebsocket(linkUrl(hubUrl), names.lookup),
      post: createPostJson(names.lookup),
      listenHttp: (portal, isShared) => listenHttp(portal, { port: settings.httpPort, world, isShared }),
      portalFiles: await readPortal(),
      freeBytes: () => freeBytesOf(settings.dataDir),
    },
    {
      version,
      hub: { url: hubUrl, enrolToken: settings.enrolToken },
      authPort: settings.radiusAuthPort,
      acctPort: settings.radiusAcctPort,
      coaPort: settings.coaPort,
      interimFlushSeconds: settings.interimFlushSeconds,
    },
  );
  return {
    async start() {
      await host.start();
      const { http, auth, acct } = host.ports;
      return { httpPort: http, authPort: auth, acctPort: acct, sites: host.running.size };
    },
    stop: () => host.stop(),
  };
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** In pieces, between which others are served: an image is larger than the container's memory. */
async function sha256Of(path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    for await (const piece of createReadStream(path)) hash.update(piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return hash.digest("hex");
}

main().catch((error: unknown) => {
  process.stderr.write(`karibu agent: can't start: ${(error as Error).message}\n`);
  process.exit(1);
});
