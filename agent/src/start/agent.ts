/**
 * The agent of one site. It starts in stages: open storage, open site, connect hub, open doors. It stops in the reverse order:
 * the doors close, what is only in memory is written, the files close. It has no process-wide state: the lab and a host run
 * many agents in one process.
 */
import { sleep, type Timer, type World } from "@karibu/protocol/world";
import type { Access } from "../access/access.ts";
import type { OwnGrants } from "../access/own-grants/own-grants.ts";
import type { PortalAccess } from "../access/portal-access.ts";
import type { CashSales } from "../cash/cash-sales.ts";
import type { SiteClock } from "../clock/site-clock.ts";
import type { Adapters } from "../ground/adapters.ts";
import { createReservingFolder } from "../ground/files/reserving-folder.ts";
import type { HttpHandler } from "../ground/http.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { RadsecStatus } from "../radius/radsec/radsec-server.ts";
import type { RadiusStatus } from "../radius/server/radius-listener.ts";
import type { SiteState } from "../state/site-state.ts";
import { finishMove } from "../sync/moved-sites.ts";
import type { AgentOptions } from "./agent-options.ts";
import { type ConnectedHub, connectHub } from "./connect-hub.ts";
import { internalFlash } from "./internal-flash.ts";
import { type Doors, openDoors } from "./open-doors.ts";
import { type OpenSite, openSite } from "./open-site.ts";
import { openStorage, type Storage } from "./open-storage.ts";

export interface Agent {
  /** Rejects when the data folder can't be read or the HTTP port is taken. Damage and a full disk do not stop the agent. */
  start(): Promise<void>;
  /**
   * Writes what is only in memory. Safe to call twice, and after a failed start. `drainMs`: waits, with the doors closed, at most
   * this long until a connected hub has the whole journal: for a site that will not start here again.
   */
  stop(options?: { readonly drainMs?: number }): Promise<void>;
  /** The members below are there after `start`. */
  readonly access: Access;
  readonly portal: HttpHandler;
  readonly portalAccess: PortalAccess;
  readonly ownGrants: OwnGrants;
  readonly cash: CashSales;
  readonly state: SiteState;
  readonly clock: SiteClock;
  readonly hub: HubLink;
  readonly httpPort: number | null;
  radius(): RadiusStatus;
  /** Null: it is off. */
  radsec(): RadsecStatus | null;
  /** Sweeps all open sessions now instead of within seconds. */
  sweep(): Promise<void>;
}

interface Running {
  readonly storage: Storage;
  readonly open: OpenSite;
  readonly hub: ConnectedHub;
}

const drainCheckMs = 50;
const startAgainMs = 5000;

export function createAgent(world: World, given: Adapters, options: AgentOptions): Agent {
  const { freeBytes } = given;
  const keepsReserve = options.isOnFlash === true && freeBytes !== undefined;
  const adapters = keepsReserve
    ? { ...given, folder: createReservingFolder(given.folder, freeBytes, internalFlash.reserveBytes) }
    : given;
  let running: Running | null = null;
  let doors: Doors | null = null;
  let stopping: Promise<void> | null = null;
  /** The device moves to another site at this moment: everything is closed, set aside and opened again. */
  let moving: Promise<void> = Promise.resolve();

  async function start(): Promise<void> {
    await finishMove(adapters.folder);
    const hasHub = options.hub !== null && adapters.dialHub !== null;
    const limits = options.journal ?? (options.isOnFlash === true ? internalFlash.journal : {});
    const storage = await openStorage(world, adapters, hasHub, limits);
    const open = openSite(storage, adapters, options, hasHub);
    const hub = connectHub(storage, open, adapters, options, () => {
      moving = startAgain();
    });
    running = { storage, open, hub };
    storage.clock.start();
    open.start();
    hub.startWatching();
    await hub.checkMemory();
    doors = await openDoors(storage, open, hub, adapters, options);
    hub.startUpdates();
  }

  async function startAgain(): Promise<void> {
    await stop(started(), 0).catch((error: unknown) => world.log.error("agent-stop-failed", { error: String(error) }));
    while (stopping === null) {
      try {
        await start();
        return;
      } catch (error) {
        world.log.error("agent-not-started", { error: String(error) });
        await sleep(world.clock, startAgainMs);
      }
    }
  }

  async function stop({ storage, open, hub }: Running, drainMs: number): Promise<void> {
    open.stop();
    await hub.stop();
    await doors?.close();
    await open.coa?.close();
    if (drainMs > 0) await drain({ storage, open, hub }, world.clock, drainMs);
    await hub.close();
    await open.access.flush();
    await storage.close();
  }

  function started(): Running {
    if (running === null) throw new Error("the agent has not been started");
    return running;
  }

  function openedDoors(): Doors {
    if (doors === null) throw new Error("the agent has not been started");
    return doors;
  }

  return {
    start,
    stop({ drainMs = 0 } = {}) {
      stopping ??= moving.then(() => (running === null ? undefined : stop(running, drainMs)));
      return stopping;
    },
    get access() {
      return started().open.access;
    },
    get portal() {
      return openedDoors().portal;
    },
    get ownGrants() {
      return started().open.ownGrants;
    },
    get portalAccess() {
      return started().open.portalAccess;
    },
    get cash() {
      return started().open.cash;
    },
    get state() {
      return started().storage.keeper.state;
    },
    get clock() {
      return started().storage.clock;
    },
    get hub() {
      return started().hub.link;
    },
    get httpPort() {
      return openedDoors().httpPort;
    },
    radius: () => openedDoors().radius.status(),
    radsec: () => openedDoors().radsec?.status() ?? null,
    sweep: () => started().open.sweeper.sweep(),
  };
}

/** Resolves when the hub has the whole journal, when it is away, or after `drainMs`. */
async function drain({ storage, open, hub }: Running, clock: World["clock"], drainMs: number): Promise<void> {
  await open.access.flush();
  await new Promise<void>((resolve) => {
    const check = () => {
      const { lastSeq, ackedSeq } = storage.keeper.journal.figures();
      if (ackedSeq >= lastSeq || hub.link.state !== "connected") done();
      else next = clock.after(drainCheckMs, check);
    };
    const done = () => {
      next?.cancel();
      limit.cancel();
      resolve();
    };
    let next: Timer | null = null;
    const limit = clock.after(drainMs, done);
    check();
  });
}
