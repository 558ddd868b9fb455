/** A hotspot's RADIUS client with real datagrams, for tests of whole sites: asks by PAP, reports, and obeys Disconnect-Requests. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Attribute, decodePacket, type Packet } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import {
  hidePassword,
  replyIsAuthentic,
  requestIsAuthentic,
  sealReply,
  sealRequest,
} from "@karibu/protocol/radius/seal";

export const hotspotSecret = "between hotspot and agent";

export interface Phone {
  readonly mac: string;
  readonly address: string;
}

/** `coaPort` is known before the agent starts; `connect` says where the agent listens. */
export async function openHotspotNas() {
  const asking = createSocket("udp4");
  const incoming = createSocket("udp4");
  asking.bind(0, "127.0.0.1");
  incoming.bind(0, "127.0.0.1");
  await Promise.all([once(asking, "listening"), once(incoming, "listening")]);
  const online = new Map<string, { readonly user: string; readonly phone: Phone; readonly grant: unknown }>();
  /** When each Disconnect came, by session. */
  const disconnects = new Map<string, number>();
  let ports = { authPort: 0, acctPort: 0 };
  let asked = 0;
  let queue: Promise<unknown> = Promise.resolve();

  incoming.on("message", (bytes, peer) => {
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed" || !requestIsAuthentic(bytes, hotspotSecret)) return;
    const { id, authenticator, attributes } = decoded.packet;
    const sessionId = String(valuesOf(attributes).acctSessionId);
    if (decoded.packet.code !== codes.disconnectRequest) return;
    const isOurs = online.has(sessionId);
    if (isOurs) disconnects.set(sessionId, Date.now());
    const code = isOurs ? codes.disconnectAck : codes.disconnectNak;
    incoming.send(sealReply({ code, id, authenticator, attributes: [] }, authenticator, hotspotSecret), peer.port);
    if (isOurs) void report("stop", sessionId);
  });

  /** One after the other: each reply is of the last request. */
  function ask(code: number, attributesOf: (authenticator: Uint8Array) => Attribute[], port: number): Promise<Packet> {
    const answer = queue.then(async () => {
      asked += 1;
      // Of its own for each request: the same one with the same identifier would be a retransmission, and get the answer of the first.
      const authenticator = new Uint8Array(16);
      new DataView(authenticator.buffer).setUint32(0, asked);
      const request = sealRequest(
        { code, id: asked & 255, authenticator, attributes: attributesOf(authenticator) },
        hotspotSecret,
      );
      asking.send(request, port, "127.0.0.1");
      const [reply] = (await once(asking, "message")) as [Buffer];
      if (!replyIsAuthentic(reply, request.subarray(4, 20), hotspotSecret)) throw new Error("the reply is not signed");
      const decoded = decodePacket(reply);
      if (decoded.kind === "malformed") throw new Error(decoded.reason);
      return decoded.packet;
    });
    queue = answer.catch(() => {});
    return answer;
  }

  async function report(status: "start" | "stop", sessionId: string): Promise<void> {
    const session = online.get(sessionId);
    if (session === undefined) return;
    if (status === "stop") online.delete(sessionId);
    const attributes: Attribute[] = [
      { name: "acctStatusType", value: statusTypes[status] },
      { name: "acctSessionId", value: sessionId },
      { name: "userName", value: session.user },
      { name: "class", value: session.grant as Uint8Array },
      ...hostOf(session.phone),
    ];
    await ask(codes.accountingRequest, () => attributes, ports.acctPort);
  }

  return {
    coaPort: incoming.address().port,
    connect(to: typeof ports) {
      ports = to;
    },
    disconnects,
    isOnline: (sessionId: string) => online.has(sessionId),
    /** Only asks: nobody goes online. */
    async isAccepted(user: string, password: string, phone: Phone): Promise<unknown> {
      const named = (authenticator: Uint8Array): Attribute[] => [
        { name: "messageAuthenticator", value: new Uint8Array(16) },
        { name: "userName", value: user },
        { name: "userPassword", value: hidePassword(password, authenticator, hotspotSecret) },
        ...hostOf(phone),
      ];
      const reply = await ask(codes.accessRequest, named, ports.authPort);
      return reply.code === codes.accessAccept ? (valuesOf(reply.attributes).class ?? true) : null;
    },
    /** Logs in and reports the start. False: refused. */
    async goOnline(user: string, password: string, phone: Phone, sessionId: string): Promise<boolean> {
      const grant = await this.isAccepted(user, password, phone);
      if (grant === null) return false;
      online.set(sessionId, { user, phone, grant });
      await report("start", sessionId);
      return true;
    },
    stop() {
      asking.close();
      incoming.close();
    },
  };
}

const hostOf = ({ mac, address }: Phone): Attribute[] => [
  { name: "nasIdentifier", value: "hotspot" },
  { name: "nasPortType", value: 19 },
  { name: "callingStationId", value: mac },
  { name: "framedIpAddress", value: address },
];

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map((each) => ["name" in each ? each.name : each.type, each.value]));
