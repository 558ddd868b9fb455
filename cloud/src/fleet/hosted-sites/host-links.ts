/**
 * The hub's end of hosts' links. A host authenticates as an agent does, is notified when its list of sites has changed, and
 * asks for the list and for enrolment tokens. Each of its sites has a separate link.
 */

import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { createAnswers, createCalls } from "@karibu/protocol/link/calls";
import {
  type AgentHello,
  decodeFrame,
  encodeFrame,
  type Frame,
  type RpcFrame,
  supportedProtocols,
} from "@karibu/protocol/link/frame";
import { closeCodes } from "@karibu/protocol/link/link";
import { signProof, verifyProof } from "@karibu/protocol/link/link-keys";
import { agentProof, hubProof } from "@karibu/protocol/link/link-proof";
import { hostedSitesChanged, hostedSiteToken, listHostedSites } from "@karibu/protocol/rpc/hosted-sites";
import { type Rpc, type ServedRpc, serve, servedByName } from "@karibu/protocol/rpc/rpc";
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Timer, World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { HubIdentity } from "../enrolment/hub-identity.ts";
import { gather } from "../link/gathering.ts";
import type { HostArrival, HostDoor, HostLink } from "../link/host-door.ts";
import type { HubSocket } from "../link/hub-socket.ts";
import { requestsWindow } from "../link/link-limits.ts";
import { createHostedToken, type ReadRouterApis, readHostedPage } from "./hosted-sites.ts";
import { hostedChannel } from "./hosts.ts";

export interface HostLinks extends HostDoor {
  start(): Promise<void>;
  /** Hosts connected to this process. */
  count(): number;
  stop(): Promise<void>;
}

const pageMax = 200;
const toldMsMax = 30_000;
const lookEveryMs = 10_000;
/** A host with more unread data than this is not reading. */
const bufferedBytesMax = 4 * 1024 * 1024;

interface Open extends HostLink {
  readonly hostId: string;
  readonly publicKey: string;
  readonly heardAtMs: number;
  readonly silentMsMax: number;
  tell(): void;
  say(notice: Rpc<Record<string, never>, unknown>): void;
  close(code: number, reason: string): void;
}

/** Handshakes that share a transaction. */
const batchMax = 250;

interface Attempt {
  readonly hello: AgentHello;
  readonly arrival: HostArrival;
  readonly linkId: string;
}

interface Proved {
  readonly publicKey: string;
  readonly isRevoked: boolean;
}

/** Answers in their order; null: not that host. */
async function proveHosts(tx: Tx, attempts: readonly Attempt[], nowMs: number): Promise<(Proved | null)[]> {
  const rows = await tx
    .selectFrom("hosts")
    .select(["hostId", "publicKey", "revokedAtMs"])
    .where("hostId", "in", [...new Set(attempts.map(({ hello }) => hello.siteId))])
    .execute();
  const hosts = new Map(rows.map((row) => [row.hostId, row]));
  const answers: (Proved | null)[] = [];
  for (const { hello, arrival, linkId } of attempts) {
    const host = hosts.get(hello.siteId);
    const proof = agentProof({ hubNonce: arrival.hubNonce, offered: supportedProtocols, hello });
    if (host?.publicKey == null || !verifyProof(host.publicKey, proof, hello.signature)) {
      answers.push(null);
      continue;
    }
    const isRevoked = host.revokedAtMs !== null;
    answers.push({ publicKey: host.publicKey, isRevoked });
    if (isRevoked) continue;
    await tx
      .updateTable("hosts")
      .set({
        connectedAtMs: nowMs,
        disconnectedAtMs: null,
        processId: arrival.processId,
        linkId,
        agentVersion: hello.agentVersion.toWellFormed().replaceAll("\0", ""),
      })
      .where("hostId", "=", hello.siteId)
      .execute();
  }
  return answers;
}

export function createHostLinks(
  world: World,
  database: Database,
  parts: {
    readonly identity: HubIdentity;
    readonly envelope: Envelope;
    readonly readRouterApis: ReadRouterApis;
    /** What else hosts may ask: the caller is the host's id. */
    readonly handlers: readonly ServedRpc<string>[];
    /** What else hosts are told: a channel whose payload is the host's id, and the notice. */
    readonly notices: readonly { readonly channel: string; readonly notice: Rpc<Record<string, never>, unknown> }[];
  },
): HostLinks {
  const { identity, handlers, notices } = parts;
  const open = new Map<string, Open>();
  const working = new Set<Promise<void>>();
  let stopListening: (() => Promise<unknown>) | null = null;
  let timer: Timer | null = null;
  let stopped = false;

  /** As sites' handshakes: strangers must not take a transaction each. */
  const proving = gather<Attempt, Proved | null>(
    batchMax,
    ({ arrival }) => networkOf(arrival.remoteAddress),
    (attempts) => database.asPlatform("host-handshake", (tx) => proveHosts(tx, attempts, world.clock.wall().atMs)),
  );

  function underWay(what: string, work: Promise<void>): void {
    const settled = work
      .catch((error) => world.log.error("host-link-failed", { what, error: String(error) }))
      .finally(() => working.delete(settled));
    working.add(settled);
  }

  function take(socket: HubSocket, hello: AgentHello, arrival: HostArrival): HostLink {
    const { hubNonce, remoteAddress } = arrival;
    const hostId = hello.siteId;
    const linkId = newId(world);
    let link: Open | null = null;
    let isOver = false;
    const givenUp = new AbortController();
    const refuse = (code: number, reason: string) => {
      if (isOver) return;
      isOver = true;
      world.log.warn("host-refused", { remoteAddress, code, reason });
      socket.close(code, reason);
    };
    underWay(
      "handshake",
      proving({ hello, arrival, linkId }, givenUp.signal).then(
        (host) => {
          if (isOver) return host === null ? undefined : noteGone(linkId);
          if (host === null) return refuse(closeCodes.unauthorised, "signature: this device is not that host");
          const welcome = {
            protocol: hello.protocol,
            generation: identity.generation,
            timeMs: world.clock.wall().atMs,
            resumeAfterSeq: 0,
            newEpoch: false,
          };
          const proof = hubProof({ hubNonce, offered: supportedProtocols, hello }, welcome);
          socket.send(encodeFrame({ type: "welcome", ...welcome, signature: signProof(identity.keys, proof) }));
          if (host.isRevoked) return refuse(closeCodes.revoked, "this host was revoked");
          open.get(hostId)?.close(closeCodes.replaced, "another connection of this host took over");
          arrival.onProved();
          link = openLink(socket, hello, { linkId, publicKey: host.publicKey });
          open.set(hostId, link);
          world.log.info("host-connected", { hostId, remoteAddress, version: hello.agentVersion });
        },
        (error) => {
          if (isOver) return;
          refuse(closeCodes.draining, "the hub can't answer now");
          throw error;
        },
      ),
    );
    return {
      onText(text) {
        if (link !== null) link.onText(text);
        else refuse(closeCodes.badFrame, "type: nothing comes between the hello and the welcome");
      },
      ended() {
        isOver = true;
        givenUp.abort(new Fault("link/gave-way", "the link has ended before its proof", { retry: "later" }));
        link?.ended();
      },
    };
  }

  function openLink(
    socket: HubSocket,
    hello: AgentHello,
    { linkId, publicKey }: { readonly linkId: string; readonly publicKey: string },
  ): Open {
    const hostId = hello.siteId;
    let heardAtMs = world.clock.monotonicMs();
    let isOpen = true;

    function send(frame: Frame): boolean {
      if (!isOpen) return false;
      if (socket.bufferedBytes() > bufferedBytesMax) {
        close(closeCodes.badFrame, "the host does not read what it is sent");
        return false;
      }
      socket.send(encodeFrame(frame));
      return true;
    }

    function close(code: number, reason: string): void {
      if (!isOpen) return;
      ended();
      socket.close(code, reason);
    }

    function ended(): void {
      if (!isOpen) return;
      isOpen = false;
      calls.abandon();
      world.log.info("host-disconnected", { hostId });
      if (open.get(hostId) === link) open.delete(hostId);
      underWay("good-bye", noteGone(linkId));
    }

    const calls = createCalls(world, "site", send);
    const answers = createAnswers(world, (method, params, _id, signal) =>
      served(method).answer(hostId, params, signal),
    );
    let requests = 0;

    async function answer(frame: RpcFrame): Promise<void> {
      if (requests >= requestsWindow.count) {
        send({ type: "reply", id: frame.id, error: { code: "link/busy", message: "too many requests at once" } });
        return;
      }
      requests++;
      const reply = await answers.answer(frame);
      requests--;
      if (reply !== "too-late") send(reply);
    }

    /** Several changes at once are one notice. */
    const telling = runWhenWoken(
      async () => {
        if (isOpen) await calls.call(hostedSitesChanged, {}, toldMsMax);
      },
      (error) => world.log.warn("host-not-told", { hostId, error: String(error) }),
    );

    function tell(): void {
      telling.wake();
      underWay("told", telling.settled());
    }

    function onFrame(frame: Frame): void {
      if (frame.type === "rpc") underWay("request", answer(frame));
      else if (frame.type === "reply") calls.onReply(frame);
      else if (frame.type === "cancel") answers.cancel(frame.id);
      else if (frame.type === "ping") send({ type: "pong" });
      else close(closeCodes.badFrame, `type: ${frame.type} is not for a host's link`);
    }

    const link: Open = {
      hostId,
      publicKey,
      tell,
      say(notice) {
        const said = calls.call(notice, {}, toldMsMax).then(
          () => {},
          (error: unknown) => world.log.warn("host-not-told", { hostId, error: String(error) }),
        );
        underWay("notice", said);
      },
      close,
      ended,
      silentMsMax: (hello.heartbeatSeconds ?? 120) * 2500,
      get heardAtMs() {
        return heardAtMs;
      },
      onText(text) {
        if (!isOpen) return;
        heardAtMs = world.clock.monotonicMs();
        const decoded = decodeFrame(text);
        if ("frame" in decoded) onFrame(decoded.frame);
        else close(closeCodes.badFrame, `${decoded.refused.field}: ${decoded.refused.message}`);
      },
    };
    return link;
  }

  const served = servedByName<string>([
    serve(listHostedSites, ({ after }, hostId: string) =>
      database.asPlatform("hosted-sites", (tx) => readHostedPage(tx, parts, hostId, { after, limit: pageMax })),
    ),
    serve(hostedSiteToken, async ({ siteId }, hostId: string) => {
      const token = await database.asPlatform("hosted-token", (tx) => createHostedToken(world, tx, hostId, siteId));
      if (token !== null) return { token };
      throw new Fault("host/not-yours", "this host does not host that site", { retry: "never" });
    }),
    ...handlers,
  ]);

  /** Unless a newer connection has replaced it, here or at another process. */
  async function noteGone(linkId: string): Promise<void> {
    await database.asPlatform("host-gone", (tx) =>
      tx
        .updateTable("hosts")
        .set({ disconnectedAtMs: world.clock.wall().atMs, processId: null, linkId: null })
        .where("linkId", "=", linkId)
        .execute(),
    );
  }

  /** Tells a host to read its list again, or closes its link if its right has ended. Empty: all hosts. */
  async function onChanged(hostId: string): Promise<void> {
    const links = hostId === "" ? [...open.values()] : [open.get(hostId)].filter((link) => link !== undefined);
    await closeWithoutRight(links);
    for (const link of links) if (open.get(link.hostId) === link) link.tell();
  }

  /** Closes the links of hosts that lost their right, or that another device replaced. */
  async function closeWithoutRight(links: readonly Open[]): Promise<void> {
    if (links.length === 0) return;
    const rows = await database.asPlatform("host-rights", (tx) =>
      tx
        .selectFrom("hosts")
        .select(["hostId", "publicKey", "revokedAtMs"])
        .where(
          "hostId",
          "in",
          links.map((link) => link.hostId),
        )
        .execute(),
    );
    for (const link of links) {
      const row = rows.find((one) => one.hostId === link.hostId);
      if (row === undefined || row.revokedAtMs !== null) link.close(closeCodes.revoked, "this host was revoked");
      else if (row.publicKey !== link.publicKey)
        link.close(closeCodes.replaced, "another device took this host's place");
    }
  }

  function schedule(): void {
    timer = world.clock.after(lookEveryMs, () => {
      const nowMs = world.clock.monotonicMs();
      for (const link of [...open.values()])
        if (nowMs - link.heardAtMs > link.silentMsMax)
          link.close(closeCodes.outOfStep, "nothing was heard for too long");
      // A notice may be lost, or come before the link was listed.
      underWay("look", closeWithoutRight([...open.values()]));
      if (!stopped) schedule();
    });
  }

  return {
    async start() {
      const listening = [
        await database.listen(hostedChannel, (hostId) => underWay("change", onChanged(hostId))),
        ...(await Promise.all(
          notices.map(({ channel, notice }) => database.listen(channel, (hostId) => open.get(hostId)?.say(notice))),
        )),
      ];
      stopListening = () => Promise.all(listening.map((stop) => stop()));
      schedule();
    },
    take,
    count: () => open.size,
    async stop() {
      stopped = true;
      timer?.cancel();
      await stopListening?.();
      for (const link of [...open.values()]) link.close(closeCodes.draining, "the hub is going down");
      await Promise.all(working);
    },
  };
}
