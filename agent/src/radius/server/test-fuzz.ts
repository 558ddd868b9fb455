/** For the tests: datagrams that are wrong in every way, from a seed, and the check that the server lives through them. */
import { brokenText } from "@karibu/protocol/hostile-texts";
import { codes } from "@karibu/protocol/radius/codes";
import {
  accountingRequest,
  createTestNas,
  messageAuthenticator,
  papRequest,
  readReply,
  request,
  type TestNas,
} from "./test-radius-nas.ts";

/** Small and good enough for picking octets: mulberry32. Returns an integer below `limit`. */
function seededDice(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const seeds = (): Buffer[] => [
  papRequest({ id: 11, more: [messageAuthenticator, { name: "callingStationId", value: "02:1A:2B:3C:4D:5E" }] }),
  papRequest({
    id: 12,
    more: [
      { name: "mikrotikHostIp", value: "10.5.0.9" },
      { name: "proxyState", value: Uint8Array.of(1, 2, 3) },
      { name: "wisprLogoffUrl", value: "http://10.5.0.1/logout" },
    ],
  }),
  request(codes.accessRequest, 13, [
    { name: "userName", value: "nemo" },
    { name: "serviceType", value: 2 },
    { name: "framedProtocol", value: 1 },
    { name: "msChapChallenge", value: new Uint8Array(16) },
    { name: "msChap2Response", value: new Uint8Array(50) },
  ]),
  request(codes.accessRequest, 14, [
    { name: "userName", value: "nemo" },
    { name: "chapPassword", value: new Uint8Array(17) },
    { name: "chapChallenge", value: new Uint8Array(16) },
  ]),
  accountingRequest({ id: 15, status: "stop", more: [{ name: "acctInputGigawords", value: 1 }, messageAuthenticator] }),
  accountingRequest({ id: 16, status: "interim", more: [{ name: "class", value: Uint8Array.of(65) }] }),
  request(codes.statusServer, 17, [messageAuthenticator]),
  request(codes.accessRequest, 18, [{ name: "userName", value: brokenText }, messageAuthenticator]),
];

function broken(seeds: readonly Buffer[], dice: (limit: number) => number): Buffer {
  if (dice(4) === 0) return Buffer.from(Array.from({ length: dice(120) }, () => dice(256)));
  let packet: Buffer = Buffer.from(seeds[dice(seeds.length)] as Buffer);
  for (let times = dice(4); times >= 0; times--) {
    const at = dice(packet.length || 1);
    switch (dice(7)) {
      case 0:
        packet[at] = dice(256);
        break;
      case 1: // a length octet that lies
        packet[Math.min(21, packet.length - 1)] = dice(256);
        break;
      case 2:
        packet = packet.subarray(0, at);
        break;
      case 3:
        packet = Buffer.concat([packet, Buffer.from(Array.from({ length: dice(300) }, () => dice(256)))]);
        break;
      case 4: // a part twice, the header's length along with it
        packet = Buffer.concat([packet, packet.subarray(at)]);
        if (packet.length >= 4) packet.writeUInt16BE(packet.length & 0xffff, 2);
        break;
      case 5:
        if (packet.length >= 4) packet.writeUInt16BE(dice(5000), 2);
        break;
      default:
        packet[at] = (packet[at] ?? 0) ^ (1 << dice(8));
    }
  }
  return packet;
}

export interface FuzzOutcome {
  readonly nas: TestNas;
  readonly sent: number;
  /** Well-formed requests sent in between, and how many of them got their right answer. */
  readonly asked: number;
  readonly answered: number;
}

/** Sends `count` broken datagrams to both ports, with a valid request after every hundred. Throws when the handler does. */
export function fuzz(seed: number, count: number): FuzzOutcome {
  const dice = seededDice(seed);
  const originals = seeds();
  const nas = createTestNas();
  let asked = 0;
  let answered = 0;
  for (let sent = 1; sent <= count; sent++) {
    nas.send(dice(2) === 0 ? "auth" : "acct", broken(originals, dice), {
      address: "10.5.0.1",
      port: 1024 + dice(3000),
    });
    if (sent % 100 !== 0) continue;
    // Nobody reads what was answered before: the longest test must not fill the memory itself.
    nas.replies.length = 0;
    nas.access.seen.length = 0;
    nas.access.reports.length = 0;
    nas.access.restarts.length = 0;
    nas.world.logged.length = 0;
    nas.world.advance(500);
    if (sent % 5000 === 0) nas.handler.sweep();
    const valid = papRequest({ id: asked & 255, more: [messageAuthenticator] });
    const [reply] = nas.send("auth", valid, { address: "10.5.0.2", port: 1024 + (asked >> 8) });
    asked++;
    if (reply !== undefined && readReply(reply, valid).code === codes.accessAccept) answered++;
  }
  return { nas, sent: count, asked, answered };
}
