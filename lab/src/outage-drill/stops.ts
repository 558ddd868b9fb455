/** Stops an agent (SIGTERM) in whatever it is doing, with a slow stick and a line in any state. RouterOS kills a container ten seconds after that signal. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type DnsSites, openDnsSites } from "../silent-dns/dns-sites.ts";
import { type DrillHub, drillHubPort, startDrillHub } from "./drill-hub.ts";
import { type OutageSite, openOutageSite } from "./outage-site.ts";
import { makePhones, type Phone } from "./phones.ts";
import { until } from "./until.ts";

export const stopLines = ["connected", "half open", "silent resolver", "SYN only", "refused"] as const;
/** `connected` and `half open` need a hub. */
type StopLine = (typeof stopLines)[number];

export const stopStates = [
  "starts",
  "opens its doors",
  "idle",
  "first uses under way",
  "reports under way",
  "phones hold connections",
  "router silent",
  "stick hangs",
] as const;
type StopState = (typeof stopStates)[number];

export interface Stop {
  readonly line: StopLine;
  readonly state: StopState;
  /** From the signal to the end of the process. */
  readonly tookMs: number;
  /** `clean`: all was written. `cut`: it ended by itself without that, as it must where it has not begun, or its stick does not answer. */
  readonly end: "clean" | "cut" | "hangs";
}

interface StopOrder {
  readonly folder: string;
  readonly syncMs: number;
  readonly lines: readonly StopLine[];
  readonly states: readonly StopState[];
}

/** RouterOS waits for ten seconds, and the agent ends itself after nine. A busy machine gets more: what hangs, hangs for ever. */
const stopMsMax = 30_000;
const hangingSyncMs = 3_600_000;
const phonesPerStop = 5;
/** Of sixty phones so many type a voucher that nobody used into the router's form. */
const newOfSixty = 6;
const holding = 12;

export async function playStops({ folder, syncMs, lines, states }: StopOrder): Promise<Stop[]> {
  const sites = openDnsSites(folder);
  try {
    const needsHub = lines.some((line) => line === "connected" || line === "half open");
    const hub = needsHub ? await startDrillHub(sites, join(folder, "hub"), 0) : null;
    const stops = lines.length * states.length;
    const phones = makePhones(0, 60 * Math.ceil((stops * phonesPerStop) / newOfSixty));
    const site = await openOutageSite(sites, folder, {
      portBase: 20_000,
      phones,
      enrolmentToken: hub?.enrolmentToken ?? "never-used",
      hubPort: drillHubPort,
      interimSeconds: 60,
    });
    const news = phones.filter(({ kind, way }) => kind === "first use" && way === "form");
    const played: Stop[] = [];
    for (const line of lines) {
      if (line === "refused") await hub?.stop();
      for (const state of states) {
        const own = news.splice(0, phonesPerStop);
        const stop = { hub, line, state, syncMs, own, holders: phones.slice(0, holding) };
        played.push(await playStop(sites, site, stop));
      }
    }
    return played;
  } finally {
    await sites.stop();
  }
}

interface StopParts extends Pick<Stop, "line" | "state"> {
  readonly hub: DrillHub | null;
  readonly syncMs: number;
  /** Nobody has used their vouchers. */
  readonly own: readonly Phone[];
  readonly holders: readonly Phone[];
}

async function playStop(sites: DnsSites, site: OutageSite, parts: StopParts): Promise<Stop> {
  const { hub, line, state, syncMs } = parts;
  const isLost = line === "half open" || line === "silent resolver" || line === "SYN only";
  await site.dns.setBehaviour(line === "silent resolver" ? "silent" : "answering");
  if (isLost && line !== "half open") sites.loseHub(true);
  const isEarly = state === "starts" || state === "opens its doors";
  site.setSyncMs(isEarly ? syncMs : 0);
  const started = startWatched(site);
  if (isEarly) await until(`the agent ${state}`, state === "starts" ? started.hasBegun : started.listens);
  else {
    const agent = await started.ready;
    if (line === "connected" || line === "half open") await hub?.connected(site, agent);
  }
  if (line === "half open") sites.loseHub(true);
  if (!isEarly) await begin(site, parts);
  const stop = await started.stop();
  if (isLost) sites.loseHub(false);
  await site.order({ kind: "release" });
  return { line, state, ...stop };
}

/** Brings the agent into the state in which it is stopped. */
async function begin(site: OutageSite, { state, syncMs, own, holders }: StopParts): Promise<void> {
  if (state === "reports under way") await site.come({ phones: own, overMs: 0, isReturn: true });
  site.setSyncMs(state === "stick hangs" ? hangingSyncMs : syncMs);
  if (state === "first uses under way" || state === "stick hangs") await site.order({ kind: "crowd", phones: own });
  if (state === "reports under way") await site.order({ kind: "leave" });
  if (state === "router silent") await site.order({ kind: "silent-api", isSilent: true });
  if (state === "router silent" || state === "phones hold connections")
    await site.order({ kind: "hold", phones: holders });
}

function startWatched(site: OutageSite) {
  const markFile = join(site.dns.dataFolder, "holder.json");
  const marked = () => statSync(markFile, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const before = marked();
  let said = "";
  let child: ChildProcess | null = null;
  const ready = site.startAgent((process) => {
    child = process;
    process.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  });
  ready.catch(() => {}); // one that is stopped before is never ready
  return {
    ready,
    hasBegun: () => marked() > before,
    listens: () => said.includes("radius-listening"),
    async stop(): Promise<Pick<Stop, "tookMs" | "end">> {
      const process = child as unknown as ChildProcess;
      const fromMs = performance.now();
      const ended = once(process, "close");
      process.kill("SIGTERM");
      const late = new AbortController();
      const isLate = pause(stopMsMax, true, { signal: late.signal }).catch(() => false);
      const hangs = await Promise.race([ended.then(() => false), isLate]);
      const tookMs = Math.round(performance.now() - fromMs);
      late.abort();
      if (hangs) process.kill("SIGKILL");
      await ended;
      return { tookMs, end: hangs ? "hangs" : said.includes('"agent-stopped"') ? "clean" : "cut" };
    },
  };
}
