/**
 * The hub's end of all links of one process. Many processes may share a database: presence, wake-ups and the rule of one
 * link per site go through it.
 */
import { Fault } from "@karibu/protocol/fault";
import type { SiteDisk } from "@karibu/protocol/health";
import { newId } from "@karibu/protocol/identifiers";
import {
  type AgentHello,
  decodeFrame,
  encodeFrame,
  type RouterWord,
  supportedProtocols,
} from "@karibu/protocol/link/frame";
import { closeCodes } from "@karibu/protocol/link/link";
import { signProof } from "@karibu/protocol/link/link-keys";
import { hubProof } from "@karibu/protocol/link/link-proof";
import { hostIdPrefix } from "@karibu/protocol/rpc/hosted-sites";
import type { Timer, World } from "@karibu/protocol/world";
import type { JournalProjector } from "../../ground/agents/journal-projector.ts";
import type { CallSite, RpcHandler } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import { createEmitMany } from "../../ground/events/record.ts";
import { feedChannel } from "../../ground/feed/publish.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { linkChannel } from "../enrolment/enrolment.ts";
import type { HubIdentity } from "../enrolment/hub-identity.ts";
import { createIntakeQueue, type IntakeQueue } from "../journal/intake-queue.ts";
import { createFairShares } from "./fair-shares.ts";
import { gather } from "./gathering.ts";
import type { HostDoor, HostLink } from "./host-door.ts";
import type { HubSocket } from "./hub-socket.ts";
import { createLinkKeeper } from "./link-keeper.ts";
import { defaultLinkBytes, journalWindow, linkLimits, seatBytes, slowedWindow } from "./link-limits.ts";
import { noteSites } from "./note-sites.ts";
import { checkHello, type LinkAttempt, type LinkRefusal, type OpenedLink, openLinks } from "./open-link.ts";
import type { OwnLinks } from "./own-links.ts";
import { createPageReader } from "./page-reader.ts";
import { type ClosedLink, noteClosed, noteDisk, noteRouter } from "./presence.ts";
import { createReadingPace } from "./reading-pace.ts";
import { createServe } from "./serve-requests.ts";
import { callsChannel, type SiteCalls } from "./site-calls.ts";
import { createSiteLink, type SiteLink, type SiteLinkParts } from "./site-link.ts";
import { createNotes } from "./site-notes.ts";

export interface AgentLink {
  /** Before the first `accept`: begins to listen for wake-ups. */
  start(): Promise<void>;
  /** A new connection at `/agent`. The link owns the socket from now on. */
  accept(socket: HubSocket, remoteAddress: string): void;
  readonly call: CallSite;
  /** Whether this process holds the site's link; the table `site_links` covers all processes. */
  presence(siteId: string): "connected" | "away";
  /** For the metrics. */
  counts(): {
    readonly links: number;
    /** Links before their proof, and the bytes that they hold. */
    readonly handshakes: number;
    readonly handshakeBytes: number;
    /** What the hub holds of the links' messages after the proof. */
    readonly bytes: number;
    /** Links that had to give way because there were too many of them, or too much was held for them. */
    readonly shut: number;
    /** Links opened since the start: they count reconnects. */
    readonly opened: number;
    /** Links whose feed has pages to read or to apply. */
    readonly behind: number;
    readonly intake: ReturnType<IntakeQueue["figures"]>;
  };
  /** Closes every link and waits until received frames are committed. */
  stop(): Promise<void>;
}

export interface AgentLinkParts {
  readonly own: OwnLinks;
  /** With the same `own` links. */
  readonly calls: SiteCalls;
  readonly identity: HubIdentity;
  readonly envelope: Envelope;
  readonly handlers: readonly RpcHandler[];
  /** They run in this order. */
  readonly projectors: readonly JournalProjector[];
  /** Processes that host many sites connect here too; left out: they are refused. */
  readonly hosts?: HostDoor;
  /** A site's link is open in this process from now on. */
  readonly onConnected?: (siteId: string) => void;
  /** How often presence is refreshed and lost wake-ups are looked for. Default 10 s. */
  readonly tickMs?: number | undefined;
  /** Bytes held for links; default: 320 MB (`link-limits.ts`). */
  readonly linkBytes?: number | undefined;
}

const helloMsMax = 15_000;
/** Handshakes and disconnects that share a transaction. */
const batchMax = 250;

export function createAgentLink(world: World, database: Database, parts: AgentLinkParts): AgentLink {
  const { identity, own, calls } = parts;
  const { processId, links } = own;
  const emitMany = createEmitMany(world);
  const handshakes = new Set<HubSocket>();
  const limits = linkLimits(parts.linkBytes ?? defaultLinkBytes);
  const halfOpen = createFairShares({ allBytes: limits.halfOpenBytes, groupBytes: limits.halfOpenBytes });
  const memory = createFairShares({ allBytes: limits.linkBytes, groupBytes: limits.providerBytes });
  const pace = createReadingPace(limits.inWorkBytes);
  const intake = createIntakeQueue(world, database, { projectors: parts.projectors, noteSites, emitMany });
  const readPage = createPageReader(database, parts.envelope);
  const serve = createServe(world, database, parts.handlers);
  const readOnly = new Set(parts.handlers.filter((handler) => handler.readOnly).map(({ method }) => method));
  const tickMs = parts.tickMs ?? 10_000;
  const keeper = createLinkKeeper(world, database, { processId, links, tickMs, onTick: calls.tick });
  const working = new Set<Promise<void>>();
  const stopListening: (() => Promise<void>)[] = [];
  let stopped = false;
  let opened = 0;

  const opening = gather<LinkAttempt, OpenedLink | LinkRefusal>(
    batchMax,
    ({ remoteAddress }) => networkOf(remoteAddress),
    (attempts) =>
      database.asPlatform("agent-handshake", async (tx) => {
        const answers = await openLinks(tx, attempts, world.clock.wall().atMs);
        const up = answers.flatMap((answer) => (answer.kind === "open" && !answer.revoked ? [answer] : []));
        await emitMany(
          tx,
          up.map(({ providerId, siteId }) => ({ providerId, topic: "site", id: siteId, action: "connected" })),
        );
        return answers;
      }),
  );
  const closing = gather<ClosedLink, void>(
    batchMax,
    () => "",
    (closed) =>
      database.asPlatform("link-closed", async (tx) => {
        await noteClosed(tx, closed, world.clock.wall().atMs);
        await emitMany(
          tx,
          closed.map(({ providerId, siteId }) => ({ providerId, topic: "site", id: siteId, action: "disconnected" })),
        );
        return closed.map(() => undefined);
      }),
  );

  function accept(socket: HubSocket, remoteAddress: string): void {
    if (stopped) {
      socket.close(closeCodes.draining, "come back later");
      return;
    }
    const nonce = Buffer.from(world.random.bytes(24)).toString("base64");
    let state: "hello" | "checking" | "host" | "over" = "hello";
    let link: SiteLink | null = null;
    let host: HostLink | null = null;
    handshakes.add(socket);
    const timer: Timer = world.clock.after(helloMsMax, () => refuse(closeCodes.unauthorised, "no hello came"));
    const givenUp = new AbortController();
    let [helloBytes, unfinishedBytes] = [0, 0];
    const weigh = () => seat.resize(seatBytes + helloBytes + unfinishedBytes);

    const settle = () => {
      state = "over";
      timer.cancel();
      handshakes.delete(socket);
      givenUp.abort(new Fault("link/gave-way", "the link has ended before its proof", { retry: "later" }));
    };
    const refuse = (code: number, reason: string) => {
      if (state === "over") return;
      settle();
      world.log.warn("link-refused", { remoteAddress, code, reason });
      socket.close(code, reason);
    };

    // A link that is refused keeps its seat until its socket is closed: it costs memory so long.
    const seat = halfOpen.join(networkOf(remoteAddress), () => {
      settle();
      cut(socket, "too many strangers");
      world.log.debug("link-gave-way", { remoteAddress });
    });
    weigh();
    socket.meter?.onUnfinished((bytes) => {
      unfinishedBytes = bytes;
      if (link === null) weigh();
      else link.onUnfinished(bytes);
    });
    socket.onMessage((text) => {
      if (link !== null) return link.onText(text);
      if (host !== null) return host.onText(text);
      if (state === "over") return;
      const decoded = decodeFrame(text);
      if ("refused" in decoded)
        return refuse(closeCodes.badFrame, `${decoded.refused.field}: ${decoded.refused.message}`);
      const { frame } = decoded;
      if (state === "checking" || frame.type !== "hello" || frame.role !== "agent")
        return refuse(
          closeCodes.badFrame,
          "type: the first frame of an agent is its hello, the next follows the welcome",
        );
      const refusal = checkHello(frame);
      if (refusal !== null) return refuse(refusal.code, refusal.reason);
      if (parts.hosts !== undefined && frame.siteId.startsWith(hostIdPrefix)) {
        state = "host";
        const onProved = () => {
          settle();
          seat.leave();
        };
        host = parts.hosts.take(socket, frame, { hubNonce: nonce, remoteAddress, processId, onProved });
        return;
      }
      state = "checking";
      helloBytes = text.length;
      weigh();
      underWay(open(frame), (error) => {
        if (state !== "checking") return;
        world.log.error("handshake-failed", { remoteAddress, error: String(error) });
        refuse(closeCodes.draining, "the hub can't answer now");
      });
    });
    socket.onClose((code, reason) => {
      settle();
      seat.leave();
      host?.ended();
      if (link !== null) leave(link, code, reason);
    });

    socket.send(encodeFrame({ type: "hello", role: "hub", protocols: [...supportedProtocols], nonce }));

    async function open(hello: AgentHello): Promise<void> {
      const linkId = newId(world);
      const mark = keeper.mark();
      const { generation } = identity;
      const attempt = { hello, hubNonce: nonce, generation, linkId, processId, remoteAddress };
      const answer = await opening(attempt, givenUp.signal);
      if (state !== "checking" || stopped) {
        if (answer.kind === "open") forget({ linkId, siteId: answer.siteId, providerId: answer.providerId });
        if (state === "checking") refuse(closeCodes.draining, "come back later");
        return;
      }
      if (answer.kind === "refused") return refuse(answer.code, answer.reason);
      const welcome = {
        protocol: hello.protocol,
        generation,
        timeMs: world.clock.wall().atMs,
        resumeAfterSeq: answer.resumeAfterSeq,
        newEpoch: answer.newEpoch,
        window: answer.slowed ? slowedWindow : journalWindow,
        ...(answer.recall === null ? {} : { recall: answer.recall }),
        ...(answer.epochs == null ? {} : { epochs: answer.epochs }),
      };
      const proof = hubProof({ hubNonce: nonce, offered: supportedProtocols, hello }, welcome);
      socket.send(encodeFrame({ type: "welcome", ...welcome, signature: signProof(identity.keys, proof) }));
      if (answer.revoked) return refuse(closeCodes.revoked, "this device was revoked");
      settle();
      seat.leave();
      link = admit(answer, hello, linkId);
      link.feed.begin();
      keeper.catchUp(link, mark);
    }

    /** Nothing that lives as long as the link may use `hello` itself: a site can make its cursors as long as a frame, and nothing weighs them. */
    function admit(site: OpenedLink, hello: AgentHello, linkId: string): SiteLink {
      const { protocol } = hello;
      links.get(site.siteId)?.close(closeCodes.replaced, "another connection of this site took over");
      const trusted = hello.generation === identity.generation && !site.newEpoch;
      const caller = { providerId: site.providerId, siteId: site.siteId };
      if (hello.disk === "refuses") world.log.warn("site-disk-refuses", { siteId: site.siteId });
      const linkParts: SiteLinkParts = {
        linkId,
        site,
        socket,
        heartbeatSeconds: hello.heartbeatSeconds ?? 120,
        protocol,
        intake,
        pace,
        share: (shut) => memory.join(site.providerId, shut),
        readPage: (position, isNews) => readPage(site.providerId, position, { packs: protocol >= 2, isNews }),
        isReadOnly: (method) => readOnly.has(method),
        serve: (method, params, id, signal) => serve(caller, method, params, id, signal),
        disk: createNotes(world.clock, hello.disk, (disk) => storeDisk({ linkId, ...caller }, disk)),
        router: createNotes<RouterWord>(
          world.clock,
          undefined,
          (word) => storeRouter({ linkId, ...caller }, word),
          (one, other) => one?.standing === other?.standing && one?.identity === other?.identity,
        ),
        onClose: (code, reason) => leave(made, code, reason),
      };
      const made: SiteLink = createSiteLink(world, linkParts, trusted ? hello.cursors : null);
      links.set(site.siteId, made);
      opened++;
      parts.onConnected?.(site.siteId);
      world.log.info("site-connected", { siteId: site.siteId, remoteAddress, version: hello.agentVersion });
      return made;
    }
  }

  /** Once per link: when the hub ends it, or when the socket closes. */
  function leave(link: SiteLink, code: number, reason: string): void {
    if (!link.ended()) return;
    const { siteId, providerId } = link.site;
    if (links.get(siteId) === link) links.delete(siteId);
    world.log.info("site-disconnected", { siteId, code, reason });
    if (!stopped) forget({ linkId: link.linkId, siteId, providerId });
  }

  function storeDisk(link: ClosedLink, disk: SiteDisk): Promise<void> {
    const { providerId, siteId } = link;
    const action = disk === "refuses" ? "disk-refuses" : "disk-writes";
    world.log[disk === "refuses" ? "warn" : "info"](`site-${action}`, { siteId });
    const noted = database.asPlatform("site-disk", async (tx) => {
      const isNews = await noteDisk(tx, link, disk, world.clock.wall().atMs);
      if (isNews) await emitMany(tx, [{ providerId, topic: "site", id: siteId, action }]);
    });
    underWay(noted, (error) => {
      world.log.error("site-disk-not-noted", { siteId, error: String(error) });
    });
    return noted;
  }

  function storeRouter(link: ClosedLink, word: RouterWord): Promise<void> {
    const { providerId, siteId } = link;
    const action = word.standing === "ok" ? "router-takes-agent" : "router-refuses-agent";
    const noted = database.asPlatform("site-router", async (tx) => {
      const isNews = await noteRouter(tx, link, word, world.clock.wall().atMs);
      if (isNews) await emitMany(tx, [{ providerId, topic: "site", id: siteId, action }]);
    });
    underWay(noted, (error) => world.log.error("site-router-not-noted", { siteId, error: String(error) }));
    return noted;
  }

  function forget(link: ClosedLink): void {
    underWay(closing(link), (error) =>
      world.log.error("presence-failed", { siteId: link.siteId, error: String(error) }),
    );
  }

  /** Work that `stop` waits for. */
  function underWay(work: Promise<void>, onFailure: (error: unknown) => void): void {
    const settled = work.catch(onFailure).finally(() => working.delete(settled));
    working.add(settled);
  }

  function held() {
    const shut = halfOpen.shut + memory.shut;
    return { handshakes: halfOpen.members, handshakeBytes: halfOpen.bytes, bytes: memory.bytes, shut };
  }

  return {
    async start() {
      stopListening.push(
        await database.listen(feedChannel, keeper.onFeed),
        await database.listen(linkChannel, keeper.onLink),
        await database.listen(callsChannel, calls.onNotify),
      );
      await keeper.start();
    },
    accept,
    call: calls.call,
    presence: (siteId) => (links.has(siteId) ? "connected" : "away"),
    counts() {
      let behind = 0;
      for (const link of links.values()) if (!link.feed.upToDate) behind++;
      return { links: links.size, ...held(), opened, behind, intake: intake.figures() };
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      for (const stopOne of stopListening) await stopOne();
      for (const socket of handshakes) socket.close(closeCodes.draining, "the hub is going down");
      for (const link of [...links.values()]) link.close(closeCodes.draining, "the hub is going down");
      links.clear();
      await calls.stop();
      await intake.idle();
      await Promise.all(working);
      await keeper.stop();
    },
  };
}

/** At once where the transport can: a close frame would wait for the peer. */
function cut(socket: HubSocket, reason: string): void {
  if (socket.meter === undefined) socket.close(closeCodes.draining, reason);
  else socket.meter.cut();
}
