/**
 * A NAS that numbers its sessions as RouterOS may do, and sends real Accounting-Requests about them. Nobody has documented how many
 * symbols of Acct-Session-Id count boots and how many count sessions, nor whether a full count carries into the boot: each reading is
 * one row here.
 */
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { createTestSite, foldOf } from "../../access/test-site.ts";
import type { RouterControl } from "../../ground/router-control.ts";
import { openSessions, type SiteState } from "../../state/site-state.ts";
import { createRadiusHandler } from "./handler.ts";
import { accountingRequest, nasPeer, secret } from "./test-radius-nas.ts";

export interface Numbering {
  /** Bits of the count; the bits above it, up to 24, count boots. */
  readonly countBits: 20 | 16;
  /** What a full count does to the boot's part: nothing, or it adds one. */
  readonly carries: boolean;
}

export const numberings: Record<string, Numbering> = {
  "one symbol of boot": { countBits: 20, carries: false },
  "one symbol of boot, a full count carries": { countBits: 20, carries: true },
  "two symbols of boot": { countBits: 16, carries: false },
  "two symbols of boot, a full count carries": { countBits: 16, carries: true },
};

export interface NumberedNas {
  /** Number of the boot, and of the sessions in it, as the router counts. */
  boot: number;
  count: number;
}

function idOf({ countBits, carries }: Numbering, { boot, count }: NumberedNas): string {
  const parts = 2 ** countBits;
  const number = boot * parts + (carries ? count : count % parts);
  return `80${(number % 2 ** 24).toString(16).padStart(6, "0")}`;
}

type World = ReturnType<typeof createSimulatedWorld>;

interface Guest {
  readonly sessionId: string;
  readonly number: number;
  readonly sinceMs: number;
}

const file = { plans: [{ name: "all" }], accounts: [{ username: "nemo", password: "x", plan: "all" }] };

export interface NumberedNasOptions {
  /** The agent may ask the router for its uptime; `silent`: it may, and hears nothing. */
  readonly hasApi?: boolean | "silent";
  /** The API may be of another router: this one is listed by its address. */
  readonly hasOtherRouters?: boolean;
}

/** As long as a RouterBOARD is away, at least. */
const offMs = 20_000;

interface Router {
  readonly nas: NumberedNas;
  readonly online: Map<number, Guest>;
  guests: number;
  bootedAtMs: number;
}

export function openNumberedNas(
  world: World,
  numbering: Numbering,
  options: NumberedNasOptions = {},
  router: Router = { nas: { boot: 1, count: 0 }, online: new Map(), guests: 0, bootedAtMs: world.clock.monotonicMs() },
  state?: SiteState,
) {
  const { nas, online } = router;
  const site = createTestSite(world, {
    file,
    ...(state === undefined ? {} : { state }),
    hasOtherRouters: options.hasOtherRouters === true,
    ...(options.hasApi ? { router: controlOf(world, router, options.hasApi === "silent") } : {}),
  });
  const handler = createRadiusHandler(world, site.access, {
    clients: [{ range: "10.0.0.0/8", secret, requireMessageAuthenticator: false }],
  });
  let packets = 0;

  function report(status: "start" | "interim" | "stop", { number, sessionId, sinceMs }: Guest): void {
    const hex = number.toString(16).padStart(6, "0");
    const packet = accountingRequest({
      id: packets++ & 255,
      status,
      session: sessionId,
      more: [
        { name: "nasIpAddress", value: "10.5.0.1" },
        { name: "callingStationId", value: `02:00:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4)}` },
        { name: "framedIpAddress", value: `10.${16 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}` },
        { name: "acctSessionTime", value: Math.floor((world.clock.monotonicMs() - sinceMs) / 1000) },
      ],
    });
    handler.handle("acct", packet, nasPeer, () => {});
  }

  return {
    ...site,
    world,
    nas,
    start(): number {
      nas.count++;
      const guest = { number: ++router.guests, sessionId: idOf(numbering, nas), sinceMs: world.clock.monotonicMs() };
      online.set(guest.number, guest);
      report("start", guest);
      return guest.number;
    },
    stop(number: number): void {
      const guest = online.get(number);
      if (guest === undefined) return;
      online.delete(number);
      report("stop", guest);
    },
    interims(): void {
      for (const guest of online.values()) report("interim", guest);
    },
    /** Without a word: RouterOS sends neither Stops nor Accounting-On. */
    reboot(): void {
      online.clear();
      world.advance(offMs);
      router.bootedAtMs = world.clock.monotonicMs();
      nas.boot++;
      nas.count = 0;
    },
    /** The router of the API alone. */
    rebootOther(): void {
      router.bootedAtMs = world.clock.monotonicMs();
    },
    /** The agent is killed, and starts with what its journal holds. */
    restartAgent: () => openNumberedNas(world, numbering, options, router, foldOf(site.log.records)),
    /** Acct-Session-Ids: who is online at the router, and who at the agent. */
    truth: () => [...online.values()].map(({ sessionId }) => sessionId).toSorted(),
    believed: () =>
      openSessions(site.state)
        .map(({ sessionId }) => sessionId)
        .toSorted(),
    lost: () =>
      site.log.records.filter((record) => record.kind === "session-stopped" && record.cause === "lost").length,
  };
}

export type NumberedSite = ReturnType<typeof openNumberedNas>;

/** By the name of its reading, in a world of its own. */
export function numberedNas(name: string, options: NumberedNasOptions = {}): NumberedSite {
  return openNumberedNas(createSimulatedWorld(), numberings[name] as Numbering, options);
}

export const startMany = (site: NumberedSite, count: number) => Array.from({ length: count }, () => site.start());

/** Guests who come and go. */
export function visits(site: NumberedSite, count: number): void {
  for (let guest = 0; guest < count; guest++) site.stop(site.start());
}

/** As RouterOS says its uptime. */
const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** Its list of sessions may not be read: the uptime alone is to decide. */
function controlOf(world: World, router: Router, isSilent: boolean): RouterControl {
  const refuse = () => Promise.reject(new Error("not enough permissions (9)"));
  return {
    activeSessions: refuse,
    removeSession: refuse,
    removeCookies: refuse,
    logIn: refuse,
    upForMs: () => (isSilent ? refuse() : Promise.resolve(wholeSeconds(world.clock.monotonicMs() - router.bootedAtMs))),
  };
}
