/**
 * The outage drill: a busy evening, the line dies, later the power goes for a moment, and all phones come back within minutes, while the hub can't
 * be reached and the stick is slow. The agent, its journal on disk, the router and the hub are processes; needs root on Linux.
 */
import { join } from "node:path";
import { type DnsSites, openDnsSites } from "../silent-dns/dns-sites.ts";
import { type DrillHub, drillHubPort, startDrillHub } from "./drill-hub.ts";
import { type OutageSite, openOutageSite } from "./outage-site.ts";
import { makeForeignPhones, makePhones, type Phone, wasOnline } from "./phones.ts";
import type { ComeReport } from "./router-process.ts";

/** `half open`: the link stood when the line died. `silent resolver`: no name is found. `SYN only`: connections are not established. */
export type OutageStage = "half open" | "silent resolver" | "SYN only";

interface OutageOrder {
  readonly folder: string;
  readonly phones: number;
  /** All come back within this time after the power cut. */
  readonly returnMs: number;
  readonly syncMs: number;
  /** `half open` needs a hub, which takes a minute to start on a busy machine. */
  readonly stages: readonly OutageStage[];
}

export interface StageReport extends ComeReport {
  readonly stage: OutageStage;
  readonly phones: number;
  /** From the start of the agent's process until its doors are open; null: it was not started. */
  readonly startMs: number | null;
}

/** Between the line's death and the power cut so much of the time of return. */
const halfOpenShare = 0.4;
const foreignCount = 60;
/** More often than usual: five times in five minutes. */
const interimSeconds = 60;

export async function playOutage(order: OutageOrder): Promise<StageReport[]> {
  const sites = openDnsSites(order.folder);
  try {
    return await play(sites, order);
  } finally {
    await sites.stop();
  }
}

async function play(sites: DnsSites, { folder, phones: count, returnMs, syncMs, stages }: OutageOrder) {
  const hasHub = stages.includes("half open");
  const hub = hasHub ? await startDrillHub(sites, join(folder, "hub"), foreignCount) : null;
  const crowds = crowdsOf(count, stages, hub);
  const site = await openOutageSite(sites, folder, {
    portBase: 20_000,
    phones: everyPhone(crowds.flatMap(({ phones }) => phones)),
    enrolmentToken: hub?.enrolmentToken ?? "never-used",
    hubPort: drillHubPort,
    interimSeconds,
  });
  if (!hasHub) await site.dns.setBehaviour("silent");
  let agent = await site.startAgent();
  await hub?.connected(site, agent);
  const usual = (crowds.at(-1)?.phones ?? []).filter(wasOnline);
  const evening = await site.come({ phones: usual, overMs: returnMs / 3, isReturn: false });
  if (evening.wrong.length > 0) throw new Error(`not all came in the evening: ${evening.wrong.slice(0, 5).join("; ")}`);
  site.setSyncMs(syncMs);
  sites.loseHub(true);

  const reports: StageReport[] = [];
  for (const { stage, phones } of crowds) {
    await site.dns.setBehaviour(stage === "SYN only" ? "answering" : "silent");
    let startMs: number | null = null;
    if (stage !== "half open") {
      await agent.kill("SIGKILL");
      await cutPower(site);
      const fromMs = performance.now();
      agent = await site.startAgent();
      startMs = performance.now() - fromMs;
    }
    const overMs = stage === "half open" ? returnMs * halfOpenShare : returnMs;
    reports.push({ stage, phones: phones.length, startMs, ...(await site.come({ phones, overMs, isReturn: true })) });
  }
  await agent.kill("SIGTERM");
  return reports;
}

/** The router starts the agent: it is there first. */
async function cutPower(site: OutageSite): Promise<void> {
  await site.order({ kind: "power-cut" });
  site.bootMachine();
  await site.order({ kind: "boot" });
}

/** Each stage has its own new customers; who has a right, and who has none any more, come back in each stage after a power cut. */
function crowdsOf(count: number, stages: readonly OutageStage[], hub: DrillHub | null) {
  return stages.map((stage, index) => {
    const ours = makePhones(0, count);
    const fresh = makePhones(index * count, count).filter(({ kind }) => kind === "first use");
    const old = ours.filter(({ kind }) => kind !== "first use");
    const foreign = makeForeignPhones(stages.length * count, hub?.foreignCodes ?? []);
    const phones: readonly Phone[] = stage === "half open" ? mixed(fresh, foreign) : mixed(old, fresh);
    return { stage, phones };
  });
}

/** Each once: most come in several stages. */
const everyPhone = (phones: readonly Phone[]): Phone[] => [
  ...new Map(phones.map((phone) => [phone.number, phone] as const)).values(),
];

/** The few evenly among the many. */
function mixed(many: readonly Phone[], few: readonly Phone[]): Phone[] {
  const step = Math.max(1, Math.floor(many.length / Math.max(1, few.length)));
  return [
    ...many.flatMap((phone, index) => [
      phone,
      ...(index % step === 0 ? few.slice(index / step, index / step + 1) : []),
    ]),
  ];
}
