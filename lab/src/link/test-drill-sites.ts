/** Sites for drills: whole agents without RADIUS, linked to one hub by wires that a test can cut, and phones that use grants. */
import type { LogInRequest } from "@karibu/agent/access/access";
import type { RouterControl } from "@karibu/agent/ground/router-control";
import type { Agent } from "@karibu/agent/start/agent";
import type { TestHub } from "@karibu/cloud/test-hub";
import { bytes, seconds } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { onTestFinished } from "vitest";
import { createFaultyFolder, type FaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";
import { type AgentBeside, createAgentBeside, openLine } from "./test-agent-beside.ts";

export interface DrillSite {
  readonly siteId: string;
  readonly agent: Agent;
  readonly folder: FaultyFolder;
  /** The feed scopes that the site has applied. */
  readonly applied: ReadonlySet<string>;
  /** Whether the site has applied the hub's row about this voucher. */
  heardOf(serial: number): boolean;
  /** Whether it has applied the hub's row of this kind and key, so many times. */
  heardOfRow(row: string, times: number): boolean;
  cut(isCut: boolean): void;
}

export async function openSite(lab: TestHub, ownerToken: string, name: string): Promise<DrillSite> {
  const made = await lab.call("POST", "/api/v1/sites", { token: ownerToken, body: { name } });
  if (made.status !== 201) throw new Error(`the site was refused: ${made.text}`);
  const { siteId } = made.body.site as { siteId: string };
  const site = await startSite(lab, { siteId, enrolToken: made.body.enrolmentToken });
  await until(`${name} is connected`, () => site.agent.hub.state === "connected", 60_000);
  return site;
}

export interface SiteStart extends Partial<Pick<AgentBeside, "udp" | "radius" | "isOnFlash">> {
  readonly siteId: string;
  readonly enrolToken: string;
  /** Default: an empty one. */
  readonly folder?: FaultyFolder;
  readonly router?: RouterControl;
  readonly bootId?: string;
  /** The hub is away from the start. */
  readonly isCut?: boolean;
  /** Default: the hub's. */
  readonly world?: World;
  /** A frame for which this is true gets lost. */
  readonly withholds?: (text: string) => boolean;
}

/** Starts the agent of a site that the hub knows. Rejects, with nothing left running, when its disk fails at the start. */
export async function startSite(
  lab: TestHub,
  {
    siteId,
    enrolToken,
    folder = createFaultyFolder(lab.world),
    isCut: wasCut = false,
    world = lab.world,
    withholds = () => false,
    ...router
  }: SiteStart,
): Promise<DrillSite> {
  const applied = new Set<string>();
  let onTheWay: { scope: string; version: number; name: string }[] = [];
  /** The names of rows, as often as they were applied. */
  const heard: string[] = [];
  const line = openLine(lab, {
    tamper: (text) => {
      const frame = JSON.parse(text);
      const { scope, version } = frame as { scope: string; version: number };
      if (frame.type === "feed")
        for (const { kind, key } of frame.rows) onTheWay.push({ scope, version, name: `${kind} ${key}` });
      if (frame.type === "applied") {
        applied.add(scope);
        const isApplied = (row: { scope: string; version: number }) => row.scope === scope && row.version <= version;
        heard.push(...onTheWay.filter(isApplied).map(({ name }) => name));
        onTheWay = onTheWay.filter((row) => !isApplied(row));
      }
      return withholds(text) ? [] : [text];
    },
  });
  line.cut(wasCut);
  const agent = createAgentBeside(lab, { world, folder, enrolToken, line, ...router });
  try {
    await agent.start();
  } catch (error) {
    await agent.stop().catch(() => {});
    throw error;
  }
  return {
    siteId,
    agent,
    folder,
    applied,
    heardOf: (serial: number) => heard.includes(`voucher ${serial}`),
    heardOfRow: (row: string, times: number) => heard.filter((name) => name === row).length >= times,
    cut: line.cut,
  };
}

/** As `startSite`, for one test: its agent stops when the test ends. */
export async function startSiteOfTest(lab: TestHub, of: SiteStart): Promise<DrillSite> {
  const site = await startSite(lab, of);
  onTestFinished(() => site.agent.stop());
  return site;
}

export const phone = (number: number) => ({
  token: `phone-${number}-${"x".repeat(32)}`,
  mac: `02:00:00:00:00:0${number}`,
  address: `10.5.50.${number}`,
});

/** A session of the phone under this grant, with this usage. */
export async function use(
  { agent }: DrillSite,
  grantId: string,
  number: number,
  used: { bytes: number; seconds: number; session?: string },
) {
  const { mac, address } = phone(number);
  const session = {
    nas: "router",
    router: "10.5.50.1",
    sessionId: used.session ?? `8010000${number}`,
    user: "u",
    grantId,
    mac,
    address,
  };
  const nothing = { inputBytes: bytes(0), outputBytes: bytes(0), sessionSeconds: seconds(0), delaySeconds: seconds(0) };
  await agent.access.account({ status: "start", ...session, ...nothing, cause: null });
  const all = { ...nothing, outputBytes: bytes(used.bytes), sessionSeconds: seconds(used.seconds) };
  await agent.access.account({ status: "stop", ...session, ...all, cause: "user-request" });
}

/** What the router says of the phone's session: bytes and seconds in all (a second for each 10,000 bytes). */
export async function report(
  { agent }: DrillSite,
  grantId: string,
  number: number,
  status: "start" | "interim" | "stop",
  total: number,
) {
  const { mac, address } = phone(number);
  await agent.access.account({
    status,
    nas: "router",
    router: "10.5.50.1",
    sessionId: `8030000${number}`,
    user: "u",
    grantId,
    mac,
    address,
    inputBytes: bytes(0),
    outputBytes: bytes(total),
    sessionSeconds: seconds(Math.floor(total / 10_000)),
    delaySeconds: seconds(0),
    cause: status === "stop" ? "user-request" : null,
  });
}

/** A log-in with the code typed into the router's own page, as RADIUS hands it to the agent. */
export async function typeCode({ agent: { access } }: DrillSite, code: string, number: number) {
  const { mac, address } = phone(number);
  const request: LogInRequest = {
    nas: "router",
    service: "hotspot",
    user: code,
    passwordIs: (clear) => clear === code,
    passwordIsReadable: true,
    passwordIsEmpty: false,
    clearPassword: code,
    mac,
    address,
    sessionId: null,
  };
  const preparing = access.prepare?.(request) ?? null;
  const decision = access.logIn(request, preparing === null ? undefined : await preparing);
  if (decision.kind === "reject") return decision.reason;
  await decision.durable;
  return decision.grantId;
}
