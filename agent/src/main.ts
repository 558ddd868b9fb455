/** The agent as a process. Only this file reads the environment; it starts one site's agent, or a host of many sites. */
import { mkdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { Fault } from "@karibu/protocol/fault";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import { listenInFolder } from "@karibu/protocol/process/folder-socket";
import type { World } from "@karibu/protocol/world";
import { parseSiteFile, type SiteFile } from "./grants/site-file.ts";
import type { Adapters } from "./ground/adapters.ts";
import { createNodeFolder } from "./ground/files/node-folder.ts";
import { createNodeWorld } from "./ground/node-world.ts";
import type { HostService } from "./hosted/host-service.ts";
import type { RadiusOptions } from "./radius/server/radius-listener.ts";
import { createAgent } from "./start/agent.ts";
import { createNodeAdapters } from "./start/node-adapters.ts";
import { type AgentSettings, describeProblems, parseSettings } from "./start/settings.ts";
import { furtherRoutersOf, openRouterSecrets } from "./store/router-secrets.ts";
import { openSiteSecrets } from "./store/site-secrets.ts";
import { isImportUnfinished } from "./store/unfinished-import.ts";
import { findLauncher } from "./updates/find-launcher.ts";

const version = "0.1.0";
/** RouterOS kills a container 10 s after its stop signal. */
const stopMsMax = 9000;
/** One thread syncs the journal; the other does slow work (a PIN's hash, a large file). Older images set one thread. */
const poolThreadsMin = 2;

const program = process.argv[1] ?? ".";

/** A site's agent or a host of many. */
type Service = HostService;

async function main(): Promise<void> {
  raisePoolThreads();
  const parsed = parseSettings(process.env);
  if ("problems" in parsed) refuse(describeProblems(parsed.problems));
  const { settings } = parsed;
  const world = createNodeWorld(settings.logLevel, earliestPlausibleMs);
  // A promise that nobody waits for takes nobody offline: Node would end the process.
  process.on("unhandledRejection", (error) => {
    const why = error instanceof Error ? (error.stack ?? String(error)) : String(error);
    world.log.error("unhandled-rejection", { error: why });
  });
  const service = settings.hosted ? await hostService(world, settings) : await createSiteService(world, settings);
  const unlock = await lockData(settings.dataDir, world);
  if (await isImportUnfinished(createNodeFolder(settings.dataDir))) {
    unlock();
    refuse(`refusing to start: an import into ${settings.dataDir} was cut off: repeat karibu import`);
  }

  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop(signal));
  async function stop(signal: string): Promise<void> {
    world.log.info("agent-stopping", { signal });
    const late = setTimeout(() => process.kill(process.pid, "SIGKILL"), stopMsMax);
    await service.stop().catch((error: unknown) => world.log.error("agent-stop-failed", { error: String(error) }));
    unlock();
    clearTimeout(late);
    world.log.info("agent-stopped");
    // Not process.exit: it can hang in a V8 worker under the flags of the image.
    process.stdout.write("", () => process.kill(process.pid, "SIGKILL"));
  }

  world.log.info("agent-ready", { ...(await service.start()), data: settings.dataDir });
}

function raisePoolThreads(): void {
  const { UV_THREADPOOL_SIZE: size } = process.env;
  if (size !== undefined && !(Number(size) >= poolThreadsMin)) process.env.UV_THREADPOOL_SIZE = String(poolThreadsMin);
}

/** Ends the process with code 2 and one line on standard error. */
function refuse(line: string): never {
  process.stderr.write(`karibu agent: ${line}\n`);
  process.exit(2);
}

/**
 * Two agents on one journal would lose records. The lock file sees the processes of this container, the socket those of other ones. A disk that takes
 * neither does not stop the only agent; a second one is found out when it writes (`held-folder.ts`).
 */
async function lockData(folder: string, world: World): Promise<() => void> {
  let close: (() => void) | null = null;
  try {
    mkdirSync(folder, { recursive: true });
    close = await listenInFolder(folder, "agent.sock");
    const unlock = lockFolder(folder, "agent.lock", "take");
    return () => {
      unlock();
      close?.();
    };
  } catch (error) {
    close?.();
    if (error instanceof Fault && error.code === "folder/locked") return refuse(`refusing to start: ${error.message}`);
    world.log.warn("data-folder-not-locked", { error: (error as Error).message });
    return () => {};
  }
}

async function readSiteFile(settings: AgentSettings): Promise<SiteFile | null> {
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

async function createSiteService(world: World, settings: AgentSettings): Promise<Service> {
  const siteFile = await readSiteFile(settings);
  const launcher = await findLauncher({
    parentId: process.ppid,
    program,
    arguments: process.argv.slice(2),
    signalParent: () => void process.kill(process.ppid, "SIGHUP"),
  });
  const { radiusSecret, hubUrl } = settings;
  const secrets = await siteSecrets(world, settings);
  const adapters = {
    ...(await createNodeAdapters(world, settings, { program, launcher, secrets })),
    ...(await radsecOf(world, settings)),
  };
  const agent = createAgent(world, adapters, {
    version: launcher?.runningVersion ?? version,
    siteFile,
    hub: hubUrl === null ? null : { url: hubUrl, enrolToken: settings.enrolToken },
    interimFlushSeconds: settings.interimFlushSeconds,
    isOnFlash: settings.isOnFlash,
    hotspotUrl: settings.hotspotUrl,
    portalUrl: settings.portalUrl,
    ...(settings.router === null ? {} : { sharedAddresses: [settings.router.host] }),
    ...(secrets === null ? {} : { secrets }),
    routerSecrets: await openRouterSecrets(
      world,
      createNodeFolder(settings.dataDir),
      furtherRoutersOf(settings.radiusClients, radiusSecret),
    ),
    radius:
      radiusSecret === null
        ? null
        : {
            secret: radiusSecret,
            clients: settings.radiusClients,
            ...streamClientsOf(settings),
            authPort: settings.radiusAuthPort,
            acctPort: settings.radiusAcctPort,
            coaHost: settings.coaHost,
            coaPort: settings.coaPort,
          },
  });
  return {
    async start() {
      await agent.start();
      const radsec = agent.radsec();
      return {
        httpPort: agent.httpPort ?? 0,
        radius: agent.radius().kind,
        ...(radsec?.kind === "listening" ? { radsecPort: radsec.port } : {}),
      };
    },
    stop: () => agent.stop(),
  };
}

/** Null: this site has no router API or no RADIUS, so nothing can change them. */
async function siteSecrets(world: World, { dataDir, radiusSecret, router }: AgentSettings) {
  if (radiusSecret === null || router === null) return null;
  const configured = { radiusSecret, apiPassword: router.password };
  return await openSiteSecrets(world, createNodeFolder(dataDir), configured);
}

/** Nothing where RADIUS over TLS is off. */
async function radsecOf(world: World, { radsec }: AgentSettings): Promise<Pick<Adapters, "radiusStreams">> {
  if (radsec === null) return {};
  const part = await import("./start/read-radsec.ts").catch((error: unknown) => {
    world.log.error("radsec-not-loaded", { error: String(error) });
    return null;
  });
  if (part === null) return {};
  const read = await part.readRadsec(world, radsec);
  return "streams" in read ? { radiusStreams: read.streams } : refuse(`refusing to start: ${read.problem}`);
}

function streamClientsOf({ radsec }: AgentSettings): Pick<RadiusOptions, "streamClients"> {
  const clients = radsec?.clients ?? null;
  return clients === null ? {} : { streamClients: clients };
}

/** The agents of many sites, beside the hub: no router has its code loaded. */
async function hostService(world: World, settings: AgentSettings): Promise<Service> {
  const { createHostService } = await import("./hosted/host-service.ts");
  return await createHostService(world, settings, { version, program, ...(await radsecOf(world, settings)) });
}

main().catch((error: unknown) => {
  process.stderr.write(`karibu agent: can't start: ${(error as Error).message}\n`);
  process.exit(1);
});
