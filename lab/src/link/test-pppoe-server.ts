/** A PPPoE server's RADIUS, for tests of lines: it asks as RouterOS does, and believes nothing that is not signed. */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { authenticatorResponse, ntResponse } from "@karibu/agent/radius/wire/ms-chap";
import type { TestHub } from "@karibu/cloud/test-hub";
import { type Attribute, decodePacket, type Packet } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { replyIsAuthentic, sealRequest } from "@karibu/protocol/radius/seal";
import type { World } from "@karibu/protocol/world";
import { expect, onTestFinished } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { createAgentOfTest, type HubLine } from "./test-agent-beside.ts";

const pppoeSecret = "between router and agent";
const pppoe: Attribute[] = [
  { name: "serviceType", value: 2 },
  { name: "framedProtocol", value: 1 },
  { name: "nasPortType", value: 15 },
  { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" },
  { name: "nasIdentifier", value: "tower" },
];

export interface Accounted {
  readonly user: string;
  /** The Class of the log-in's answer. */
  readonly grant: unknown;
  readonly id?: string;
  readonly downloaded?: number;
  readonly uploaded?: number;
  readonly seconds?: number;
}

/** A PPPoE server: asks as RouterOS does, and believes nothing that is not signed. */
async function createPppoeServer(world: World, port: { readonly auth: number; readonly acct: number }) {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  let id = 0;
  async function ask(code: number, attributes: readonly Attribute[], to: number): Promise<Packet> {
    id = (id + 1) & 255;
    const authenticator = world.random.bytes(16);
    const packet = sealRequest({ code, id, authenticator, attributes: [...attributes] }, pppoeSecret);
    socket.send(packet, to, "127.0.0.1");
    const [reply] = (await once(socket, "message")) as [Buffer];
    if (!replyIsAuthentic(reply, packet.subarray(4, 20), pppoeSecret)) throw new Error("the reply is not signed");
    const decoded = decodePacket(reply);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    return decoded.packet;
  }
  const valuesOf = ({ attributes }: Packet) =>
    Object.fromEntries(attributes.map((each) => ["name" in each ? each.name : each.type, each.value]));
  return {
    /** By MS-CHAPv2. @returns the reply's attributes; null: rejected. The server's own proof is checked, as a client does. */
    async dial(user: string, password: string) {
      const challenge = world.random.bytes(16);
      const peerChallenge = world.random.bytes(16);
      const exchange = { user, authenticatorChallenge: challenge, peerChallenge };
      const response = ntResponse(exchange, password);
      const value = Buffer.concat([Uint8Array.of(1, 0), peerChallenge, new Uint8Array(8), response]);
      const reply = await ask(
        codes.accessRequest,
        [
          { name: "userName", value: user },
          ...pppoe,
          { name: "msChapChallenge", value: challenge },
          { name: "msChap2Response", value },
          { name: "messageAuthenticator", value: new Uint8Array(16) },
        ],
        port.auth,
      );
      if (reply.code !== codes.accessAccept) return null;
      const values = valuesOf(reply);
      const proof = authenticatorResponse({ ...exchange, ntResponse: response }, password);
      expect(Buffer.from(values.msChap2Success as Uint8Array).toString("latin1")).toBe(`\x01${proof}`);
      return values;
    },
    /** Accounting of a session: its start, what was used so far, its end. */
    account(status: "start" | "interim" | "stop", session: Accounted) {
      const { user, grant, id: sessionId = "81700001", downloaded = 0, uploaded = 0, seconds = 0 } = session;
      return ask(
        codes.accountingRequest,
        [
          { name: "acctStatusType", value: statusTypes[status] },
          { name: "acctSessionId", value: sessionId },
          { name: "userName", value: user },
          { name: "framedIpAddress", value: "100.64.3.7" },
          { name: "class", value: grant as Uint8Array },
          ...(status === "start"
            ? []
            : [
                { name: "acctSessionTime" as const, value: seconds },
                { name: "acctInputOctets" as const, value: uploaded },
                { name: "acctOutputOctets" as const, value: downloaded },
              ]),
          ...pppoe,
        ],
        port.acct,
      );
    },
    stop: () => socket.close(),
  };
}

/** A site whose agent serves such a server, both for one test: they stop when it ends. */
export async function startPppoeSite(
  lab: TestHub,
  { world = lab.world, ...of }: { readonly enrolToken: string; readonly line: HubLine; readonly world?: World },
) {
  const radius = { secret: pppoeSecret, authPort: 0, acctPort: 0, coaHost: "127.0.0.1", coaPort: 9 };
  const folder = createFaultyFolder(world);
  const agent = createAgentOfTest(lab, { ...of, world, folder, udp: createNodeUdp(), radius });
  await agent.start();
  const doors = agent.radius();
  if (doors.kind !== "listening") throw new Error(`RADIUS is ${doors.kind}`);
  const server = await createPppoeServer(lab.world, { auth: doors.authPort, acct: doors.acctPort });
  onTestFinished(() => void server.stop());
  return { agent, server };
}
