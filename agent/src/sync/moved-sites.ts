/**
 * A device that is enrolled at another site starts clean there: journal, state and feed of the site that it leaves are set aside before
 * the first record of the new one. What the old site's hub has not acknowledged goes there afterwards, with the old identity; then the
 * folder is deleted. If that identity was revoked, the journal stays aside.
 *
 * A power cut at any moment loses nothing: the note is on disk before the new identity, and is removed after the last file has moved.
 */
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Folder } from "../ground/files/folder.ts";
import { readTwin, removeTwin, writeTwin } from "../ground/files/json-file.ts";
import type { DialHub } from "../ground/hub-link.ts";
import { openJournal, type StoredJournal } from "../journal/open-journal.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { type AgentIdentity, loadIdentity } from "./identity.ts";
import { createHubLink } from "./link.ts";

const noteName = "moving.json";
const root = "moved/";
const leftName = "left.json";
const checkMs = 500;

/** What is of a site, and of no use at another one. The clock, the hub's address and the releases stay. */
const journalFolder = "journal/";
const forgotten = ["feed/", "state/", "sim-inbox.json"];

interface Note {
  readonly into: string;
  readonly left: AgentIdentity;
}

/** Before the new identity is saved. */
export async function noteMove(world: Pick<World, "random">, folder: Folder, left: AgentIdentity): Promise<void> {
  const note: Note = { into: `${root}${newSecret(world, 8)}/`, left };
  await writeTwin(folder, noteName, note);
}

/** Before the data folder is opened: sets the old site's journal aside where a move was noted. */
export async function finishMove(folder: Folder): Promise<void> {
  const note = await readTwin<Note>(folder, noteName);
  if (note?.into === undefined || note.left === undefined) return;
  // The power went before the new identity was on disk: the device is enrolled again, and the move noted again.
  if ((await loadIdentity(folder)).current?.siteId === note.left.siteId) return;
  await writeTwin(folder, note.into + leftName, note.left);
  for (const name of await folder.list(journalFolder)) await folder.rename(name, note.into + name);
  for (const prefix of forgotten) for (const name of await folder.list(prefix)) await folder.remove(name);
  await removeTwin(folder, noteName);
}

export interface MovedSites {
  /** Sends what is set aside, of all sites side by side: one whose hub takes nothing is in no other's way. */
  start(): void;
  /** What waits. Known soon after the start. */
  owed(): readonly OwedSite[];
  stop(): Promise<void>;
}

/** A site that this device served before, and whose hub has not heard of so many records. */
export interface OwedSite {
  readonly siteId: string;
  readonly records: number;
}

export function createMovedSites(
  world: World,
  folder: Folder,
  { dial, agentVersion }: { readonly dial: DialHub | null; readonly agentVersion: string },
): MovedSites {
  const stopped = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  /** By folder. */
  const owed = new Map<string, OwedSite>();

  async function run(dialHub: DialHub): Promise<void> {
    const names = await folder.list(root);
    const folders = new Set(names.map((name) => name.slice(0, name.indexOf("/", root.length) + 1)));
    await Promise.all([...folders].map((into) => empty(dialHub, into).catch(waits)));
  }

  const waits = (error: unknown) => world.log.warn("moved-sites-wait", { error: String(error) });

  async function empty(dialHub: DialHub, into: string): Promise<void> {
    const aside = below(folder, into);
    const left = (await readTwin<AgentIdentity>(aside, leftName)) as AgentIdentity | null;
    if (left === null && (await aside.list(leftName)).length > 0) {
      world.log.warn("moved-site-owed", { folder: into, why: "its identity is damaged" });
      return;
    }
    // Without an identity nobody takes it: this folder was being deleted.
    if (left !== null && !(await deliver(dialHub, into, left))) return;
    await removeTwin(aside, leftName);
    for (const name of await aside.list("")) await aside.remove(name);
    if (left !== null) world.log.info("moved-site-told", { siteId: left.siteId });
  }

  /** True: the hub has everything. It may never take it, so what is owed is said before. */
  async function deliver(dialHub: DialHub, into: string, left: AgentIdentity): Promise<boolean> {
    const { journal } = await openJournal(world, below(folder, into), { replayAfter: null, onRecord() {} });
    try {
      if (isAcknowledged(journal)) return true;
      const site = { siteId: left.siteId, records: journal.lastSeq - journal.ackedSeq };
      world.log.warn("moved-site-owed", { ...site });
      owed.set(into, site);
      if (!(await send(dialHub, journal, left))) return false;
      owed.delete(into);
      return true;
    } finally {
      await journal.close();
    }
  }

  async function send(dialHub: DialHub, journal: StoredJournal, left: AgentIdentity): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const giveUp = () => resolve(false);
    stopped.signal.addEventListener("abort", giveUp, { once: true });
    const link = createHubLink(world, {
      dial: dialHub,
      identity: async () => left,
      journal,
      feed: takesNothing,
      agentVersion,
      requests: [],
      onRevoked: giveUp,
    });
    let timer = world.clock.after(checkMs, check);
    function check(): void {
      if (isAcknowledged(journal)) resolve(true);
      else timer = world.clock.after(checkMs, check);
    }
    if (stopped.signal.aborted) giveUp();
    const isTold = await promise;
    timer.cancel();
    stopped.signal.removeEventListener("abort", giveUp);
    await link.close();
    return isTold;
  }

  return {
    start() {
      if (dial === null) return;
      running = run(dial).catch(waits);
    },
    owed: () => [...owed.values()],
    async stop() {
      stopped.abort();
      await running;
    },
  };
}

const isAcknowledged = ({ ackedSeq, lastSeq }: StoredJournal): boolean => ackedSeq >= lastSeq;

/** The rows of a site that this device serves no more: none is asked for, and the hub stops after a few pages that nobody takes. */
const takesNothing: FeedStore = {
  cursors: () => ({}),
  generation: null,
  apply: () => new Promise(() => {}),
  setGeneration: () => Promise.resolve(),
  clear: () => Promise.resolve(),
  isReturning: false,
  isComplete: false,
  isWhole: () => false,
  kept: () => [],
  applyVerdicts: () => Promise.resolve(),
  rows: () => new Map(),
  onChange: () => () => {},
};

function below(folder: Folder, prefix: string): Folder {
  return {
    list: async (name) => (await folder.list(prefix + name)).map((found) => found.slice(prefix.length)),
    read: (name) => folder.read(prefix + name),
    readAround: (name) => folder.readAround(prefix + name),
    append: (name) => folder.append(prefix + name),
    replace: (name, content) => folder.replace(prefix + name, content),
    rename: (from, to) => folder.rename(prefix + from, prefix + to),
    truncate: (name, sizeBytes) => folder.truncate(prefix + name, sizeBytes),
    remove: (name) => folder.remove(prefix + name),
    stat: (name) => folder.stat(prefix + name),
  };
}
