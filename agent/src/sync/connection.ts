/** One connection to the hub, from its hello to its end. */

import type { SiteDisk } from "@karibu/protocol/health";
import type { Answers, Calls } from "@karibu/protocol/link/calls";
import {
  type AgentHello,
  decodeFrame,
  encodeFrame,
  type Frame,
  type HubHello,
  type RouterWord,
  supportedProtocols,
  type WelcomeFrame,
} from "@karibu/protocol/link/frame";
import { closeCodes, type LinkSocket } from "@karibu/protocol/link/link";
import type { Timer, World } from "@karibu/protocol/world";
import type { Journal } from "../journal/journal.ts";
import type { KnownEpoch } from "../journal/owed-runs.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { createFeedReceiver, expectSnapshots, type FeedReceiver } from "./feed-receiver.ts";
import { createHandshake } from "./handshake.ts";
import type { AgentIdentity } from "./identity.ts";
import { createJournalSender, type JournalSender } from "./journal-sender.ts";
import { createOwedSender, type OwedSender } from "./owed-sender.ts";
import type { LinkEnd } from "./retry-policy.ts";
import { toldCursors } from "./told-cursors.ts";

export interface LinkSettings {
  /** A link that is silent for this long is pinged. 120 s: 1.8 MB a month over TLS, and most NATs keep it open. */
  readonly heartbeatSeconds: number;
  /** A hub that owes an answer and sends nothing for this long is unreachable. */
  readonly answerSeconds: number;
}

export interface ConnectionParts {
  readonly identity: AgentIdentity;
  readonly journal: Journal;
  readonly feed: FeedStore;
  readonly agentVersion: string;
  readonly settings: LinkSettings;
  readonly calls: Calls;
  readonly answers: Answers;
  /** `roundTripMs`: from our hello to the welcome. The hub's time is exact to within it. */
  readonly onWelcome: (welcome: WelcomeFrame, roundTripMs: number) => void;
  /** The hub has records that this journal lacks: the journal is older than the hub knows, and continues under a new epoch. */
  readonly onWentBack: (epoch: string) => void;
  /** `recall`: what the journal lacks, by the hub's name for it; null: nothing. It is on disk before any row of the feed. */
  readonly onMemory: (recall: string | null) => Promise<void>;
  /**
   * Does the hub have records of the present epoch, up to this one, that can't be read back here? It tells what they said only of epochs
   * that are over.
   */
  readonly lacks: (resumeAfterSeq: number) => boolean;
  /** Why the last connection was ended by this site. It ends none for the same reason twice: a hub may say the same again. */
  readonly lastAgain: LinkEnd["again"];
  readonly onHeard: () => void;
  /** How its router takes the agent; null: not known. */
  readonly routerWord: () => RouterWord | null;
  /** From now on `send` works. */
  readonly onUp: () => void;
}

export interface Connection {
  /** False before the welcome and after the end. */
  send(frame: Frame): boolean;
  /** Nothing before the welcome and after the end. */
  ping(): void;
  close(code: number, reason: string): void;
  readonly ended: Promise<LinkEnd & { readonly reason: string }>;
}

const handshakeSeconds = 20;
/** A hub that leaves this much unread does not read. Its records are in the journal and go over the next link. */
const bufferedBytesMax = 4 * 1024 * 1024;
/** Frames that the hub may send while the connection starts: more than its credit of pages, and some requests. */
const earlyMax = 64;

export function createConnection(world: World, socket: LinkSocket, parts: ConnectionParts): Connection {
  const { identity, journal, feed, settings, calls, answers } = parts;
  const { clock } = world;
  const ended = Promise.withResolvers<LinkEnd & { reason: string }>();
  let stage: "hello" | "welcome" | "starting" | "owed" | "up" | "over" = "hello";
  const handshake = createHandshake(world.random, identity, supportedProtocols);
  let hello: AgentHello | null = null;
  let upSinceMs: number | null = null;
  let again: LinkEnd["again"] = null;
  let heardAtMs = clock.monotonicMs();
  /** Since when the hub owes an answer; null: it does not. */
  let owedSinceMs: number | null = heardAtMs;
  let sender: JournalSender | null = null;
  let owedSender: OwedSender | null = null;
  let receiver: FeedReceiver | null = null;
  let watch: Timer = clock.after(handshakeSeconds * 1000, () =>
    close(closeCodes.outOfStep, "the handshake took too long"),
  );
  /** What the last frame to the hub said of the disk. */
  let reportedWritable = true;
  /** And of the router. */
  let reportedRouter: RouterWord | null = null;
  /** Frames that the hub sent while the connection was starting. */
  const early: Frame[] = [];

  function end(code: number, reason: string): void {
    if (stage === "over") return;
    const welcomed = upSinceMs !== null;
    const refusedOwed = stage === "owed" && [closeCodes.outOfStep, closeCodes.badFrame].some((each) => each === code);
    const upMs = upSinceMs === null ? 0 : clock.monotonicMs() - upSinceMs;
    stage = "over";
    watch.cancel();
    sender?.stop();
    owedSender?.stop();
    receiver?.stop();
    ended.resolve({ code, reason, welcomed, upMs, again, refusedOwed: refusedOwed && again === null });
  }

  function close(code: number, reason: string): void {
    if (stage === "over") return;
    end(code, reason);
    socket.close(code, reason);
  }

  function send(frame: Frame): boolean {
    return stage === "up" && put(frame);
  }

  function put(frame: Frame): boolean {
    if (frame.type === "cancel" && (hello as AgentHello).protocol < 2) return true; // the hub does not know this frame
    if (socket.bufferedBytes() > bufferedBytesMax) {
      close(closeCodes.outOfStep, "the hub does not read what it is sent");
      return false;
    }
    if (frame.type === "journal" || frame.type === "rpc" || frame.type === "ping") owedSinceMs ??= clock.monotonicMs();
    socket.send(encodeFrame(frame));
    return true;
  }

  const fail = (what: string) => (error: unknown) => {
    world.log.error("link-failed", { what, error: String(error) });
    close(closeCodes.outOfStep, `${what} failed at the site`);
  };

  function answerHello(frame: HubHello): void {
    const { epoch, lastSeq } = journal;
    const proof = handshake.answer(frame, { epoch, lastSeq, generation: feed.generation });
    if (proof === null) {
      close(closeCodes.version, `protocol: this agent speaks ${supportedProtocols.join(", ")}`);
      return;
    }
    reportedWritable = journal.writable;
    hello = {
      ...proof,
      agentVersion: parts.agentVersion,
      cursors: toldCursors(feed.cursors()),
      heartbeatSeconds: settings.heartbeatSeconds,
      disk: diskOf(reportedWritable),
    };
    stage = "welcome";
    owedSinceMs = clock.monotonicMs();
    socket.send(encodeFrame(hello));
  }

  async function takeWelcome(frame: WelcomeFrame): Promise<void> {
    if (!handshake.isOfHub(frame))
      return close(closeCodes.unauthorised, "signature: this is not the hub that enrolled this device");
    stage = "starting";
    upSinceMs = clock.monotonicMs();
    parts.onWelcome(frame, upSinceMs - (owedSinceMs ?? upSinceMs));
    owedSinceMs = null;
    if (frame.epochs !== undefined && parts.lastAgain !== "owed" && (await sendOwed(frame.epochs, frame.window)))
      return;
    // `resumeAfterSeq` does not prove that the hub has our records. Only an ack proves it.
    const { epoch } = journal;
    const wentBack = frame.newEpoch || frame.resumeAfterSeq > journal.lastSeq;
    if (wentBack) {
      const epochStarted = journal.startEpoch();
      parts.onWentBack(epoch);
      await epochStarted;
    }
    const lacks = !wentBack && parts.lacks(frame.resumeAfterSeq);
    if (lacks) await journal.startEpoch(frame.resumeAfterSeq);
    if (wentBack || feed.generation !== frame.generation) await expectSnapshots(feed, frame.generation);
    await parts.onMemory(frame.recall ?? null);
    if ((stage as string) === "over") return;
    // Only a greeting says how far a journal has come, and which epochs are over: until then the site counts as silent.
    if ((wentBack || lacks) && parts.lastAgain !== "epoch") return greetAnew("epoch", "a new epoch began");
    stage = "up";
    watch.cancel();
    scheduleWatch();
    receiver = createFeedReceiver({ feed, send, onFailure: fail("feed") });
    sender = createJournalSender({
      journal,
      resumeAfterSeq: wentBack || lacks ? 0 : frame.resumeAfterSeq,
      send,
      bufferedBytes: () => socket.bufferedBytes(),
      window: frame.window,
      onFailure: fail("journal"),
    });
    calls.resend();
    parts.onUp();
    for (const waiting of early.splice(0)) onFrame(waiting);
  }

  function greetAnew(why: LinkEnd["again"], reason: string): void {
    again = why;
    close(closeCodes.outOfStep, reason);
  }

  /**
   * False: this site holds nothing that the restored hub lacks of older epochs. Otherwise the connection does nothing else, and ends: what
   * the hub said of this site is of before.
   */
  async function sendOwed(known: readonly KnownEpoch[], window: WelcomeFrame["window"]): Promise<boolean> {
    const first = await journal.readOwed(known).next();
    if (first.done === true) return false;
    if ((stage as string) === "over") return true;
    world.log.info("older-epochs-owed", { epoch: first.value.epoch });
    stage = "owed";
    watch.cancel();
    scheduleWatch();
    owedSender = createOwedSender({
      runs: journal.readOwed(known),
      send: put,
      window,
      onDone: () => greetAnew("owed", "the hub has the older epochs"),
      onFailure: fail("journal"),
    });
    early.length = 0;
    return true;
  }

  function onFrame(frame: Frame): void {
    const refused = takeFrame(frame);
    if (refused !== null) close(closeCodes.badFrame, refused);
  }

  /** Null, or what is wrong with the frame. */
  function takeFrame(frame: Frame): string | null {
    if (frame.type === "hello" && frame.role === "hub" && stage === "hello") answerHello(frame);
    else if (frame.type === "welcome" && stage === "welcome") takeWelcome(frame).catch(fail("welcome"));
    else if (stage === "starting")
      return early.push(frame) > earlyMax ? "more than a site takes while it starts" : null;
    else if (stage === "owed") {
      // The feed's pages come again with the next connection, and so do requests that nobody answered.
      if (frame.type === "ack") owedSender?.onAck(frame);
    } else if (stage !== "up") return `type: ${frame.type} does not belong here`;
    else if (frame.type === "ack") return sender?.onAck(frame) ?? null;
    else if (frame.type === "feed") return receiver?.onFeed(frame) ?? null;
    else if (frame.type === "reply") calls.onReply(frame);
    else if (frame.type === "cancel") answers.cancel(frame.id);
    else if (frame.type === "rpc") {
      const answered = answers.answer(frame).then((reply) => void (reply !== "too-late" && send(reply)));
      answered.catch(fail("request"));
    } else if (frame.type !== "pong") return `type: ${frame.type} is not for an agent`;
    return null;
  }

  function ping(): void {
    reportedWritable = journal.writable;
    reportedRouter = parts.routerWord();
    const router = reportedRouter === null ? {} : { router: reportedRouter };
    put({ type: "ping", disk: diskOf(reportedWritable), ...router });
  }

  /** Pings a silent link, and a hub that knows another state of disk or router. Closes a dead link. */
  function scheduleWatch(): void {
    const heartbeatMs = settings.heartbeatSeconds * 1000;
    const answerMs = settings.answerSeconds * 1000;
    watch = clock.after(Math.min(heartbeatMs, answerMs) / 3, () => {
      const nowMs = clock.monotonicMs();
      if (owedSinceMs !== null && nowMs - owedSinceMs >= answerMs)
        return close(closeCodes.outOfStep, "the hub fell silent");
      // A hub that is only slow with one answer still returns a ping at once.
      const owedMs = owedSinceMs === null ? 0 : nowMs - owedSinceMs;
      const isSilent = owedMs >= answerMs / 3 || nowMs - heardAtMs >= heartbeatMs;
      const isNews = journal.writable !== reportedWritable || parts.routerWord() !== reportedRouter;
      if (isSilent || isNews) ping();
      scheduleWatch();
    });
  }

  socket.onMessage((text) => {
    if (stage === "over") return;
    heardAtMs = clock.monotonicMs();
    if (stage === "up" || stage === "owed") owedSinceMs = null;
    const decoded = decodeFrame(text);
    if ("refused" in decoded) return close(closeCodes.badFrame, `${decoded.refused.field}: ${decoded.refused.message}`);
    onFrame(decoded.frame);
    // Frames count as heard only after the hub has proved its identity.
    if (upSinceMs !== null) parts.onHeard();
    if (stage === "owed" && (owedSender?.inFlight ?? 0) > 0) owedSinceMs ??= heardAtMs;
    if ((stage as string) === "up" && ((sender?.inFlight ?? 0) > 0 || calls.waiting > 0)) owedSinceMs ??= heardAtMs;
  });
  socket.onClose(end);

  return { send, ping: () => void (stage === "up" && ping()), close, ended: ended.promise };
}

const diskOf = (isWritable: boolean): SiteDisk => (isWritable ? "ok" : "refuses");
