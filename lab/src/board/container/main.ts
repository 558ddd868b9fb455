/**
 * The container of a simulated router, as a process: the real agent, with the settings that the set-up gave it. Of this machine are PORT (its
 * pages), RADIUS_AUTH_PORT and RADIUS_ACCT_PORT, COA_PORT and API_PORT (the router's), HUB_URL (through the router), ADDRESS (its own, as the
 * router has it).
 */
import { mkdirSync } from "node:fs";
import { createNodeFolder } from "@karibu/agent/ground/files/node-folder";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { createNodeWorld } from "@karibu/agent/ground/node-world";
import { createAgent } from "@karibu/agent/start/agent";
import { createNodeAdapters } from "@karibu/agent/start/node-adapters";
import { type AgentSettings, describeProblems, parseSettings } from "@karibu/agent/start/settings";
import { openSiteSecrets } from "@karibu/agent/store/site-secrets";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import { askedByGuests } from "./guest-address.ts";
import { throughVeth } from "./veth.ts";

const stopMsMax = 9000;
const portOf = (name: string) => Number(process.env[name]);
const portalProgram = new URL("../../../../agent/src/main.ts", import.meta.url).pathname;

async function main(): Promise<void> {
  const parsed = parseSettings(process.env);
  if ("problems" in parsed) throw new Error(describeProblems(parsed.problems));
  const { settings } = parsed;
  const { radiusSecret, router, coaHost, coaPort, radiusAuthPort: authPort, radiusAcctPort: acctPort } = settings;
  if (radiusSecret === null || router === null) throw new Error("the set-up gives it RADIUS and the router's API");
  const world = createNodeWorld(settings.logLevel, earliestPlausibleMs);
  const here: AgentSettings = {
    ...settings,
    hubUrl: process.env.HUB_URL ?? null,
    httpPort: portOf("PORT"),
    router: { ...router, host: "127.0.0.1", port: portOf("API_PORT") },
  };
  mkdirSync(settings.dataDir, { recursive: true });
  const unlock = lockFolder(settings.dataDir, "agent.lock", "take");
  const configured = { radiusSecret, apiPassword: router.password };
  const secrets = await openSiteSecrets(world, createNodeFolder(settings.dataDir), configured);
  const reachedAt = { authPort: portOf("RADIUS_AUTH_PORT"), acctPort: portOf("RADIUS_ACCT_PORT") };
  const udp = throughVeth(createNodeUdp(), {
    routerAddress: coaHost,
    coa: { port: coaPort, realPort: portOf("COA_PORT") },
    listening: new Map([
      [authPort, reachedAt.authPort],
      [acctPort, reachedAt.acctPort],
    ]),
  });
  const adapters = await createNodeAdapters(world, here, { program: portalProgram, launcher: null, secrets });
  const { listenHttp = null } = adapters;
  const agent = createAgent(
    world,
    {
      ...adapters,
      ...(listenHttp === null ? {} : { listenHttp: (portal) => listenHttp(askedByGuests(portal)) }),
      udp,
      ownAddresses: () => [process.env.ADDRESS ?? ""],
    },
    {
      version: "0.1.0",
      siteFile: null,
      hub: { url: here.hubUrl ?? "", enrolToken: settings.enrolToken },
      interimFlushSeconds: settings.interimFlushSeconds,
      isOnFlash: settings.isOnFlash,
      secrets,
      radius: {
        secret: radiusSecret,
        clients: settings.radiusClients,
        authPort,
        acctPort,
        coaHost,
        coaPort,
        reachedAt,
      },
    },
  );
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(1), stopMsMax).unref();
      void agent.stop().finally(() => {
        unlock();
        process.exit(0);
      });
    });
  }
  await agent.start();
  world.log.info("agent-ready", { httpPort: agent.httpPort ?? 0, radius: agent.radius().kind, data: settings.dataDir });
}

main().catch((error: Error) => {
  process.stderr.write(`agent's container: ${error.message}\n`);
  process.exit(1);
});
