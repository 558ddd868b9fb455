/** Both ends of a link: the hub's and the agent's, with real journals, feed stores and a real database. Only the wire is in memory. */

import type { HubLink } from "@karibu/agent/ground/hub-link";
import { openJournal, type StoredJournal } from "@karibu/agent/journal/open-journal";
import { openFeedStore, type StoredFeed } from "@karibu/agent/store/open-feed-store";
import type { AgentIdentity } from "@karibu/agent/sync/identity";
import { createHubLink, type HubLinkParts } from "@karibu/agent/sync/link";
import { createEnrolmentToken, enrolAgent } from "@karibu/cloud/fleet/enrolment/enrolment";
import { type HubIdentity, loadHubIdentity } from "@karibu/cloud/fleet/enrolment/hub-identity";
import { type AgentLink, createAgentLink } from "@karibu/cloud/fleet/link/agent-link";
import { createOwnLinks } from "@karibu/cloud/fleet/link/own-links";
import { createSiteCalls } from "@karibu/cloud/fleet/link/site-calls";
import type { RpcHandler } from "@karibu/cloud/ground/agents/rpc-handler";
import type { Database } from "@karibu/cloud/ground/db/database";
import { createPublish, type Publish } from "@karibu/cloud/ground/feed/publish";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { allProjectors } from "@karibu/cloud/test-intake";
import { newId } from "@karibu/protocol/identifiers";
import type { LinkSocket } from "@karibu/protocol/link/link";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import type { World } from "@karibu/protocol/world";
import { createFaultyFolder, type FaultyFolder } from "../disk/faulty-folder.ts";
import { createSocketPair, type SocketPair, type SocketPairOptions } from "./socket-pair.ts";

export interface HubEnd {
  readonly link: AgentLink;
  readonly identity: HubIdentity;
  readonly publish: Publish;
  stop(): Promise<void>;
}

const masterKey = new Uint8Array(32).fill(7);

export async function startHubEnd(
  world: World,
  database: Database,
  handlers: readonly RpcHandler[] = [],
  { tickMs = 2000 }: { readonly tickMs?: number } = {},
): Promise<HubEnd> {
  const envelope = createEnvelope(world.random, [masterKey]);
  const identity = await loadHubIdentity(world, database, envelope);
  const own = createOwnLinks(world);
  const calls = createSiteCalls(world, database, own);
  const link = createAgentLink(world, database, {
    own,
    calls,
    identity,
    envelope,
    handlers,
    projectors: allProjectors(world),
    tickMs,
  });
  await link.start();
  return { link, identity, publish: createPublish(world, envelope), stop: () => link.stop() };
}

export interface EnrolledSite {
  readonly providerId: string;
  readonly siteId: string;
  readonly identity: AgentIdentity;
  readonly folder: FaultyFolder;
}

/** A provider with this many sites, each with an enrolled device. `known`: the id and key of the first site. */
export async function makeSites(
  world: World,
  database: Database,
  hub: HubEnd,
  count: number,
  known?: { readonly siteId: string; readonly publicKey: string },
): Promise<EnrolledSite[]> {
  const providerId = newId(world);
  const times = { createdAtMs: world.clock.wall().atMs, updatedAtMs: world.clock.wall().atMs };
  await database.asPlatform("lab-provider", (tx) =>
    tx
      .insertInto("providers")
      .values({
        providerId,
        name: "Mwangaza Net",
        state: "active",
        currency: "KES",
        locale: "sw",
        utcOffsetMinutes: 180,
        supportPhone: null,
        bridgeSeconds: 1800,
        bridgeDataBytes: 100_000_000,
        ...times,
      })
      .execute(),
  );
  const sites: EnrolledSite[] = [];
  for (let number = 1; number <= count; number++) {
    const siteId = number === 1 && known !== undefined ? known.siteId : newId(world);
    const { token } = await database.asPlatform("lab-site", async (tx) => {
      const site = { providerId, siteId, name: `Site ${number}`, interimSeconds: 300, ...times };
      const nowhere = {
        region: null,
        district: null,
        latitude: null,
        longitude: null,
        deletedAtMs: null,
        autoLogIn: true,
      };
      await tx
        .insertInto("sites")
        .values({ ...site, ...nowhere })
        .execute();
      return await createEnrolmentToken(world, tx, { providerId, siteId });
    });
    const made = makeLinkKeys(world.random);
    const keys = number === 1 && known !== undefined ? { ...made, publicKey: known.publicKey } : made;
    const outcome = await enrolAgent(world, database, { token, publicKey: keys.publicKey });
    if (outcome.kind !== "enrolled") throw new Error("the site could not be enrolled");
    const identity = { siteId, keys, hubPublicKey: hub.identity.keys.publicKey };
    sites.push({ providerId, siteId, identity, folder: createFaultyFolder(world) });
  }
  return sites;
}

export interface AgentEnd {
  readonly journal: StoredJournal;
  readonly feed: StoredFeed;
  readonly link: HubLink;
  /** The current connection. */
  readonly wire: SocketPair | null;
  stop(): Promise<void>;
}

/** `hub`: the hub that a dial reaches. Null: nobody answers. */
export async function startAgentEnd(
  unhurried: World,
  site: EnrolledSite,
  hub: () => HubEnd | null,
  options: SocketPairOptions & Partial<Pick<HubLinkParts, "requests" | "settings" | "onRevoked" | "onWelcome">> = {},
): Promise<AgentEnd> {
  const world = eager(unhurried);
  const { journal } = await openJournal(world, site.folder, { replayAfter: null, onRecord: () => {} });
  const feed = await openFeedStore(world, site.folder);
  const { deliver, tamper, ...rest } = options;
  let wire: SocketPair | null = null;
  const dial = async (): Promise<LinkSocket> => {
    const peer = hub();
    if (peer === null) throw new Error("connection refused");
    wire = createSocketPair({ ...(deliver ? { deliver } : {}), ...(tamper ? { tamper } : {}) });
    peer.link.accept(wire.hub, "lab");
    return wire.agent;
  };
  const identity = async () => site.identity;
  const link = createHubLink(world, { dial, identity, journal, feed, agentVersion: "0.1.0", requests: [], ...rest });
  return {
    journal,
    feed,
    link,
    get wire() {
      return wire;
    },
    async stop() {
      await link.close();
      wire?.cut();
      await journal.close().catch(() => {});
      await feed.close().catch(() => {});
    },
  };
}

/** Waits until the condition holds, at most `msMax`. Between two looks it leaves the processor to what it waits for. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, msMax = 10_000): Promise<void> {
  const endsAtMs = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > endsAtMs) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

const lookAgainMs = 5;

/**
 * A world in which chance always draws a tenth: an agent's pauses before it dials, which spread the sites of a town, are short, and its proofs and
 * keys as random as ever (`chanceOf` alone takes four bytes).
 */
export function eager(world: World): World {
  const { random } = world;
  const tenth = () => Uint8Array.of(26, 0, 0, 0);
  return { ...world, random: { ...random, bytes: (count) => (count === 4 ? tenth() : random.bytes(count)) } };
}

/** A world whose clock runs faster by this factor, so that back-off and heartbeats take little time. */
export function hastened(world: World, factor: number): World {
  const { clock } = world;
  return {
    ...world,
    clock: {
      monotonicMs: () => clock.monotonicMs() * factor,
      wall: clock.wall,
      after: (delayMs, task) => clock.after(delayMs / factor, task),
    },
  };
}
