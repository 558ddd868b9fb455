/** One connected site, after the handshake: stores its frames, answers its requests, sends it news. */
import type { SiteDisk } from "@karibu/protocol/health";
import { type Answers, type Calls, createAnswers, createCalls } from "@karibu/protocol/link/calls";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  type JournalFrame,
  type RouterWord,
  type RpcFrame,
} from "@karibu/protocol/link/frame";
import { closeCodes } from "@karibu/protocol/link/link";
import type { Timer, World } from "@karibu/protocol/world";
import type { FeedPosition } from "../../ground/feed/read-pages.ts";
import { slowedAckMs } from "../../ground/quotas/quota-policy.ts";
import type { IntakeQueue } from "../journal/intake-queue.ts";
import type { Share } from "./fair-shares.ts";
import { createFeedSender, type FeedSender } from "./feed-sender.ts";
import type { HubSocket } from "./hub-socket.ts";
import { journalWindow, requestsWindow, seatBytes } from "./link-limits.ts";
import { isStorableName, type OpenedLink } from "./open-link.ts";
import type { SendablePage } from "./page-reader.ts";
import type { ReadingPace } from "./reading-pace.ts";
import type { Notes } from "./site-notes.ts";

export interface SiteLink {
  readonly linkId: string;
  readonly site: OpenedLink;
  readonly feed: FeedSender;
  readonly calls: Calls;
  /** Monotonic. */
  readonly heardAtMs: number;
  readonly silentMsMax: number;
  onText(text: string): void;
  /** So many bytes of an unfinished message are kept. */
  onUnfinished(bytes: number): void;
  close(code: number, reason: string): void;
  /** From now on incoming frames are ignored. False: they were already. */
  ended(): boolean;
}

export interface SiteLinkParts {
  readonly linkId: string;
  readonly site: OpenedLink;
  readonly socket: HubSocket;
  readonly heartbeatSeconds: number;
  readonly protocol: number;
  readonly intake: IntakeQueue;
  readonly pace: ReadingPace;
  /** Takes a share of the memory for links; `shut` ends this link when it must give way. */
  readonly share: (shut: () => void) => Share;
  readonly readPage: (position: FeedPosition, isNews: boolean) => Promise<SendablePage | null>;
  /** The state of the site's disk, when it reports it. */
  readonly disk: Notes<SiteDisk>;
  /** And of how its router takes its agent. */
  readonly router: Notes<RouterWord>;
  /** The answers of these methods are not kept: a repeated request is run again. */
  readonly isReadOnly: (method: string) => boolean;
  readonly serve: (method: string, params: unknown, id: string, signal: AbortSignal) => Promise<unknown>;
  /** The hub ends the link. The socket may take longer: a peer that does not answer keeps it half open. */
  readonly onClose: (code: number, reason: string) => void;
}

/** A peer with more unread data than this is not reading: it is dropped and may come back. */
const bufferedBytesMax = 4 * 1024 * 1024;

/** `cursors`: of the hello; nothing of the link keeps them. */
export function createSiteLink(
  world: World,
  parts: SiteLinkParts,
  cursors: Readonly<Record<string, number>> | null,
): SiteLink {
  const { linkId, site, socket, intake } = parts;
  const { providerId, siteId } = site;
  let heardAtMs = world.clock.monotonicMs();
  const inWork = { journal: { count: 0, bytes: 0 }, requests: { count: 0, bytes: 0 } };
  /** Frames that are stored and whose ack waits: they still fill the site's window, and hold no memory. */
  const slowed = { count: 0, bytes: 0, until: 0, timers: new Set<Timer>() };
  let unfinishedBytes = 0;
  let open = true;
  const share = parts.share(() => {
    world.log.warn("site-link-gave-way", { siteId });
    close(closeCodes.draining, "the hub holds too much for its links");
    socket.meter?.cut();
  });

  function weigh(): void {
    const frameBytes = inWork.journal.bytes + inWork.requests.bytes;
    share.resize(seatBytes + unfinishedBytes + frameBytes + socket.bufferedBytes());
  }

  /** The result ends the frame's work. */
  function begin(kind: "journal" | "requests", bytes: number): () => void {
    const load = inWork[kind];
    load.count++;
    load.bytes += bytes;
    weigh();
    const endPace = parts.pace.begin(socket, bytes);
    return () => {
      load.count--;
      load.bytes -= bytes;
      weigh();
      endPace();
    };
  }

  function send(frame: Frame): boolean {
    if (!open) return false;
    if (frame.type === "cancel" && parts.protocol < 2) return true; // older agents don't know this frame
    if (socket.bufferedBytes() > bufferedBytesMax) {
      close(closeCodes.badFrame, "the site does not read what it is sent");
      return false;
    }
    socket.send(encodeFrame(frame));
    weigh();
    return open;
  }

  function close(code: number, reason: string): void {
    if (!open) return;
    world.log.info("site-link-closed", { siteId, code, reason });
    parts.onClose(code, reason);
    ended();
    socket.close(code, reason);
  }

  function ended(): boolean {
    if (!open) return false;
    open = false;
    share.leave();
    parts.disk.stop();
    parts.router.stop();
    for (const timer of slowed.timers) timer.cancel();
    feed.stop();
    calls.abandon();
    return true;
  }

  const feed = createFeedSender({
    siteId,
    cursors,
    batches: site.batches,
    versions: site.versions,
    read: parts.readPage,
    send,
    onFailure: (error) => {
      world.log.error("feed-failed", { siteId, error: String(error) });
      close(closeCodes.outOfStep, "the feed could not be read");
    },
  });
  const calls = createCalls(world, "site", send);
  // Most sites never send a request: the server for them is created at the first one.
  let answers: Answers | null = null;

  async function takeJournal(frame: JournalFrame, bytes: number): Promise<void> {
    const unacknowledged = inWork.journal.count + slowed.count;
    const unacknowledgedBytes = inWork.journal.bytes + slowed.bytes;
    if (unacknowledged >= journalWindow.frames || unacknowledgedBytes + bytes > journalWindow.bytes)
      return close(closeCodes.badFrame, "journal: more than the window of the welcome");
    if (!isStorableName(frame.epoch)) return close(closeCodes.badFrame, "epoch: not a name");
    const end = begin("journal", bytes);
    try {
      const outcome = await intake.take(providerId, { siteId, ...frame, bytes });
      const ack = () => void send({ type: "ack", epoch: frame.epoch, seq: (outcome as { seq: number }).seq });
      if (outcome.kind === "ack") outcome.slowed ? later(ack, bytes) : ack();
      else if (outcome.kind === "refuse") close(closeCodes.badFrame, `${outcome.field}: ${outcome.message}`);
      else close(closeCodes.outOfStep, outcome.message);
    } catch (error) {
      world.log.error("journal-intake-failed", { siteId, epoch: frame.epoch, error: String(error) });
      close(closeCodes.outOfStep, "the journal could not be stored");
    } finally {
      end();
    }
  }

  /** One after the other: the next of a slowed site's frames is acknowledged when its time has passed after this one. */
  function later(ack: () => void, bytes: number): void {
    if (!open) return;
    const nowMs = world.clock.monotonicMs();
    slowed.count++;
    slowed.bytes += bytes;
    slowed.until = Math.max(slowed.until, nowMs) + slowedAckMs(bytes);
    const timer = world.clock.after(slowed.until - nowMs, () => {
      slowed.timers.delete(timer);
      slowed.count--;
      slowed.bytes -= bytes;
      ack();
    });
    slowed.timers.add(timer);
  }

  async function answer(frame: RpcFrame, bytes: number): Promise<void> {
    if (!isStorableName(frame.id)) return close(closeCodes.badFrame, "id: not a name");
    const { count, bytes: inWorkBytes } = inWork.requests;
    if (count >= requestsWindow.count || inWorkBytes + bytes > requestsWindow.bytes) {
      const error = { code: "link/busy", message: "too many requests at once" };
      send({ type: "reply", id: frame.id, error });
      return;
    }
    const end = begin("requests", bytes);
    answers ??= createAnswers(world, parts.serve, undefined, parts.isReadOnly);
    const reply = await answers.answer(frame).finally(end);
    if (reply !== "too-late") send(reply);
  }

  function onFrame(frame: Frame, bytes: number): void {
    if (frame.type === "journal") void takeJournal(frame, bytes);
    else if (frame.type === "applied") feed.onApplied(frame.scope, frame.version);
    else if (frame.type === "rpc") void answer(frame, bytes);
    else if (frame.type === "reply") calls.onReply(frame);
    else if (frame.type === "cancel") answers?.cancel(frame.id);
    else if (frame.type === "ping") {
      if (frame.disk !== undefined) parts.disk.say(frame.disk);
      if (frame.router !== undefined) parts.router.say(frame.router);
      send({ type: "pong" });
    } else close(closeCodes.badFrame, `type: ${frame.type} is not for the hub now`);
  }

  return {
    linkId,
    site,
    feed,
    calls,
    /** A link that the hub does not read now is not silent. */
    get heardAtMs() {
      if (parts.pace.isHeld(socket)) heardAtMs = world.clock.monotonicMs();
      return heardAtMs;
    },
    onUnfinished(bytes) {
      unfinishedBytes = bytes;
      if (open) weigh();
    },
    silentMsMax: parts.heartbeatSeconds * 2500,
    onText(text) {
      if (!open) return;
      heardAtMs = world.clock.monotonicMs();
      const decoded = decodeFrame(text);
      if ("frame" in decoded) onFrame(decoded.frame, text.length);
      else close(closeCodes.badFrame, `${decoded.refused.field}: ${decoded.refused.message}`);
    },
    close,
    ended,
  };
}
