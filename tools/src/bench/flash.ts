/**
 * What a day costs the flash: 200 subscribers online around the clock, interims every 5 minutes, each logging in four
 * times through the portal, one of them with a new voucher, on a whole agent: its journal, snapshots, clock and doctor.
 * Counted in whole blocks of 4 KiB.
 */
import type { AccountingReport } from "@karibu/agent/access/access";
import type { Device } from "@karibu/agent/access/portal-access";
import { parseSiteFile, type SiteFile } from "@karibu/agent/grants/site-file";
import { createMeteredFolder } from "@karibu/agent/ground/files/metered-folder";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import { internalFlash } from "@karibu/agent/start/internal-flash";
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { bytes, seconds } from "@karibu/protocol/quantities";

const interimSeconds = 300;
const logInsPerDay = 4;
const daySeconds = 24 * 3600;
const fullSite = 200;
const megabyte = 1_000_000;
const goalMegabytes = 25;
/** A board without a USB port: nobody can replace its flash. */
const goalMegabytesOnFlash = 20;

export async function run(print: (row: object) => void): Promise<void> {
  for (const interimFlushSeconds of [60, 0]) print(await row({ interimFlushSeconds, isOnFlash: false }));
  print(await row({ interimFlushSeconds: internalFlash.interimFlushSeconds, isOnFlash: true }));
}

async function row(kept: { readonly interimFlushSeconds: number; readonly isOnFlash: boolean }): Promise<object> {
  const { bytes: written, records, syncs } = await writtenIn({ ...kept, subscribers: fullSite, hours: 24 });
  const { interimFlushSeconds, isOnFlash } = kept;
  return {
    name: `flash, ${fullSite} subscribers, a day, interims flushed every ${interimFlushSeconds} s${isOnFlash ? ", on a router's own flash" : ""}`,
    megabytesWritten: Math.round((written / megabyte) * 10) / 10,
    records,
    syncs,
    goalMegabytes: isOnFlash ? goalMegabytesOnFlash : interimFlushSeconds === 60 ? goalMegabytes : null,
    unit: "MB/day",
  };
}

interface Written {
  /** In whole blocks of 4 KiB. */
  readonly bytes: number;
  readonly records: number;
  readonly syncs: number;
}

/** What an agent with so many subscribers writes. */
export async function writtenIn({
  interimFlushSeconds,
  isOnFlash,
  subscribers,
  hours,
}: {
  readonly interimFlushSeconds: number;
  readonly isOnFlash: boolean;
  readonly subscribers: number;
  readonly hours: number;
}): Promise<Written> {
  const world = createSimulatedWorld();
  const meter = createMeteredFolder(createFaultyFolder(world));
  const agent = createAgent(
    world,
    { folder: meter.folder, udp: { bind: () => Promise.reject(new Error("none")) }, dialHub: null },
    { version: "bench", radius: null, hub: null, siteFile: siteFile(subscribers), interimFlushSeconds, isOnFlash },
  );
  await agent.start();
  const phones = Array.from({ length: subscribers }, (_, subscriber) =>
    createPhone(agent, { subscriber, subscribers }),
  );
  for (const phone of phones) await phone.logIn(0);
  const before = await counted(agent, meter.bytesWritten());
  for (let second = 1; second <= hours * 3600; second++) {
    world.advance(1000);
    for (const phone of phones) if (phone.isDue(second)) await phone.live(second);
    await new Promise((resolve) => setImmediate(resolve)); // what the timers began is written
  }
  const after = await counted(agent, meter.bytesWritten());
  await agent.stop();
  return {
    bytes: after.bytes - before.bytes,
    records: after.records - before.records,
    syncs: after.syncs - before.syncs,
  };
}

async function counted(agent: Agent, writtenBytes: number) {
  const request = { method: "GET", url: "/metrics", headers: {}, body: "", address: "127.0.0.1" };
  const text = String((await agent.portal.handle(request)).body);
  const figure = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? Number.NaN);
  return {
    bytes: writtenBytes,
    records: figure("karibu_journal_last_seq"),
    syncs: figure("karibu_fsync_total"),
  };
}

/** Two vouchers for each: one was begun before the day that is counted. */
function siteFile(subscribers: number): SiteFile {
  const plans = [{ name: "two days", validitySeconds: 2 * daySeconds, devices: 1, downKbps: 5000, upKbps: 2000 }];
  const vouchers = Array.from({ length: 2 * subscribers }, (_, number) => ({ code: codeOf(number), plan: "two days" }));
  const parsed = parseSiteFile(JSON.stringify({ plans, vouchers }));
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed.site;
}

const codeOf = (number: number): string => `48291${String(number).padStart(5, "0")}`;

/** What a phone and its router do in each second. Everybody's timers are spread over their period. */
function createPhone(
  agent: Agent,
  { subscriber, subscribers }: { readonly subscriber: number; readonly subscribers: number },
) {
  const sessionSeconds = daySeconds / logInsPerDay;
  const offset = Math.floor(((subscriber + 0.37) * sessionSeconds) / subscribers);
  const device: Device = {
    token: subscriber.toString(16).padStart(32, "0"),
    mac: `02:00:00:00:00:${subscriber.toString(16).padStart(2, "0").toUpperCase()}`,
    address: `10.5.50.${subscriber + 2}`,
  };
  const codes = [codeOf(subscriber), codeOf(subscribers + subscriber)];
  let user = "";
  let grantId = "";

  const phaseAt = (second: number): number => (second + offset) % sessionSeconds;
  const sessionAt = (second: number): string =>
    `80a1${String(subscriber).padStart(3, "0")}${Math.floor((second + offset) / sessionSeconds)}`;

  /** With a new code first; later on the page knows the phone by its cookie, and asks for a log-in alone. */
  async function logIn(second: number): Promise<void> {
    const code = codes.shift();
    if (code !== undefined) {
      const redeemed = await agent.portalAccess.redeem(code, device);
      if (redeemed.kind !== "redeemed") throw new Error(`voucher ${code} was refused`);
      grantId = redeemed.grantId;
    }
    const { username, password } = agent.portalAccess.issueLogIn(grantId, device);
    const decision = agent.access.logIn({
      nas: "karibu-hotspot",
      passwordIsReadable: true,
      service: "hotspot",
      user: username,
      sessionId: sessionAt(second),
      mac: device.mac,
      address: device.address,
      clearPassword: password,
      passwordIs: (clear) => clear === password,
      passwordIsEmpty: false,
    });
    if (decision.kind === "reject") throw new Error(`${subscriber}: ${decision.reason}`);
    await decision.durable;
    user = username;
    await agent.access.account(reportOf("start", second, 0));
  }

  function reportOf(status: AccountingReport["status"], second: number, online: number): AccountingReport {
    return {
      status,
      nas: "karibu-hotspot",
      router: "172.31.255.1",
      sessionId: sessionAt(second),
      user,
      grantId,
      mac: device.mac,
      address: device.address,
      inputBytes: bytes(online * 12_000),
      outputBytes: bytes(online * 90_000),
      sessionSeconds: seconds(online),
      delaySeconds: seconds(0),
      cause: status === "stop" ? "idle-timeout" : null,
    };
  }

  return {
    logIn,
    isDue: (second: number) => phaseAt(second) % interimSeconds === 0 || phaseAt(second) === sessionSeconds - 1,
    async live(second: number): Promise<void> {
      const phase = phaseAt(second);
      if (phase === 0) await logIn(second);
      else if (phase === sessionSeconds - 1) await agent.access.account(reportOf("stop", second, phase));
      else await agent.access.account(reportOf("interim", second, phase));
    },
  };
}
