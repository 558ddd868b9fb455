/** One connected site, after the handshake: stores its frames, answers its requests, sends it news. */
import { type Answers, type Calls, createAnswers, createCalls } from "@karibu/protocol/calls";
import { decodeFrame, encodeFrame, type Frame, type JournalFrame, type RpcFrame } from "@karibu/protocol/frame";
import type { SiteDisk } from "@karibu/protocol/health";
import { closeCodes, type LinkSocket } from "@karibu/protocol/link";
import type { World } from "@karibu/protocol/world";
import type { FeedPosition } from "../../ground/feed/read-pages.ts";
import type { IntakeQueue } from "../journal/intake-queue.ts";
import { createFeedSender, type FeedSender } from "./feed-sender.ts";
import { isStorableName, type OpenedLink } from "./open-link.ts";
import type { SendablePage } from "./page-reader.ts";

export interface SiteLink {
  readonly linkId: string;
  readonly site: OpenedLink;
  readonly feed: FeedSender;
  readonly calls: Calls;
  /** Monotonic. */
  readonly heardAtMs: number;
  readonly silentMsMax: number;
  onText(text: string): void;
  close(code: number, reason: string): void;
  /** From now on incoming frames are ignored. False: they were already. */
  ended(): boolean;
}

export interface SiteLinkParts {
  readonly linkId: string;
  readonly site: OpenedLink;
  readonly socket: LinkSocket;
  readonly cursors: Readonly<Record<string, number>> | null;
  readonly heartbeatSeconds: number;
  readonly protocol: number;
  readonly intake: IntakeQueue;
  readonly readPage: (position: FeedPosition) => Promise<SendablePage | null>;
  /** The state of the site's disk, when it reports it. */
  readonly onDisk: (disk: SiteDisk) => void;
  /** The answers of these methods are not kept: a repeated request is run again. */
  readonly isReadOnly: (method: string) => boolean;
  readonly serve: (method: string, params: unknown, id: string, signal: AbortSignal) => Promise<unknown>;
  /** The hub ends the link. The socket may take longer: a peer that does not answer keeps it half open. */
  readonly onClose: (code: number, reason: string) => void;
}

/** A peer with more unread data than this is not reading: it is dropped and may come back. */
const bufferedBytesMax = 4 * 1024 * 1024;
/** More than the agent's window: a peer that sends more violates the protocol. */
const journalFramesMax = 64;
const requestsMax = 64;

export function createSiteLink(world: World, parts: SiteLinkParts): SiteLink {
  const { linkId, site, socket, intake } = parts;
  const { providerId, siteId } = site;
  let heardAtMs = world.clock.monotonicMs();
  let journalFrames = 0;
  let requests = 0;
  let open = true;

  function send(frame: Frame): boolean {
    if (!open) return false;
    if (frame.type === "cancel" && parts.protocol < 2) return true; // older agents don't know this frame
    if (socket.bufferedBytes() > bufferedBytesMax) {
      close(closeCodes.badFrame, "the site does not read what it is sent");
      return false;
    }
    socket.send(encodeFrame(frame));
    return true;
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
    feed.stop();
    calls.abandon();
    return true;
  }

  const feed = createFeedSender({
    siteId,
    cursors: parts.cursors,
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

  async function takeJournal(frame: JournalFrame): Promise<void> {
    if (++journalFrames > journalFramesMax) return close(closeCodes.badFrame, "journal: too many batches at once");
    if (!isStorableName(frame.epoch)) return close(closeCodes.badFrame, "epoch: not a name");
    try {
      const outcome = await intake.take(providerId, { siteId, ...frame });
      if (outcome.kind === "ack") send({ type: "ack", epoch: frame.epoch, seq: outcome.seq });
      else if (outcome.kind === "refuse") close(closeCodes.badFrame, `${outcome.field}: ${outcome.message}`);
      else close(closeCodes.outOfStep, outcome.message);
    } catch (error) {
      world.log.error("journal-intake-failed", { siteId, epoch: frame.epoch, error: String(error) });
      close(closeCodes.outOfStep, "the journal could not be stored");
    } finally {
      journalFrames--;
    }
  }

  async function answer(frame: RpcFrame): Promise<void> {
    if (!isStorableName(frame.id)) return close(closeCodes.badFrame, "id: not a name");
    if (requests >= requestsMax) {
      const error = { code: "link/busy", message: "too many requests at once" };
      send({ type: "reply", id: frame.id, error });
      return;
    }
    requests++;
    answers ??= createAnswers(world, parts.serve, undefined, parts.isReadOnly);
    const reply = await answers.answer(frame);
    requests--;
    if (reply !== "too-late") send(reply);
  }

  function onFrame(frame: Frame): void {
    if (frame.type === "journal") void takeJournal(frame);
    else if (frame.type === "applied") feed.onApplied(frame.scope, frame.version);
    else if (frame.type === "rpc") void answer(frame);
    else if (frame.type === "reply") calls.onReply(frame);
    else if (frame.type === "cancel") answers?.cancel(frame.id);
    else if (frame.type === "ping") {
      if (frame.disk !== undefined) parts.onDisk(frame.disk);
      send({ type: "pong" });
    } else close(closeCodes.badFrame, `type: ${frame.type} is not for the hub now`);
  }

  return {
    linkId,
    site,
    feed,
    calls,
    get heardAtMs() {
      return heardAtMs;
    },
    silentMsMax: parts.heartbeatSeconds * 2500,
    onText(text) {
      if (!open) return;
      heardAtMs = world.clock.monotonicMs();
      const decoded = decodeFrame(text);
      if ("frame" in decoded) onFrame(decoded.frame);
      else close(closeCodes.badFrame, `${decoded.refused.field}: ${decoded.refused.message}`);
    },
    close,
    ended,
  };
}
