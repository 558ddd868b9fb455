/**
 * A NAS under load: packets are made before the clock starts, so that the generator is not what is measured; each reply's
 * authenticator is checked. Lanes send their next packet when the last is answered (a fixed number outstanding), or
 * packets leave at a fixed rate and latency counts from when they were due.
 */
import { createHash } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import type { UdpSocket } from "@karibu/agent/ground/udp";
import { createMd5 } from "@karibu/agent/radius/md5/md5";
import type { Attribute } from "@karibu/protocol/radius/codec";
import { codes, statusTypes } from "@karibu/protocol/radius/codes";
import { hidePassword, sealRequest } from "@karibu/protocol/radius/seal";
import { type Person, people } from "./people.ts";
import { usageOf } from "./process.ts";

export interface LoadJob {
  readonly mode: "pap" | "chap" | "accounting";
  readonly port: number;
  readonly secret: string;
  readonly people: number;
  /** How many of them come at all; absent: everybody. */
  readonly inUse?: number;
  readonly count: number;
  /** Answered before counting begins. */
  readonly warmUp: number;
  readonly outstanding: number;
  /** Null: as fast as the answers come. */
  readonly perSecond: number | null;
  readonly serverPid: number;
  readonly seed: number;
}

export interface LoadResult {
  readonly answered: number;
  readonly accepted: number;
  readonly lost: number;
  readonly retransmissions: number;
  readonly badReplies: number;
  readonly perSecond: number;
  readonly medianMicros: number;
  readonly p99Micros: number;
  readonly cpuMicrosEach: number | null;
  readonly residentMegabytes: number | null;
}

interface Lane {
  readonly socket: number;
  readonly firstId: number;
  readonly packets: Buffer[];
  next: number;
  tries: number;
  sentAtMs: number;
  dueAtMs: number;
  waiting: boolean;
}

const retransmitAfterMs = 1000;
const triesMax = 3;
/** 256 identifiers a socket: 64 lanes with four identifiers each, so that a late reply is not taken for the next one. */
const lanesPerSocket = 64;
const idsPerLane = 4;
const okCodes = new Set<number>([codes.accessAccept, codes.accountingResponse]);

/** Runs the job against 127.0.0.1. */
async function runLoad(job: LoadJob): Promise<LoadResult> {
  const lanes = makeLanes(job);
  const md5 = createMd5();
  const latencies: number[] = [];
  const total = job.warmUp + job.count;
  let done = 0;
  let accepted = 0;
  let lost = 0;
  let retransmissions = 0;
  let badReplies = 0;
  let startedAtMs = 0;
  let usageBefore = usageOf(job.serverPid);
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const sockets: UdpSocket[] = [];
  const secretOctets = Buffer.from(job.secret);

  function transmit(lane: Lane): void {
    const packet = lane.packets[lane.next] as Buffer;
    lane.sentAtMs = performance.now();
    lane.tries++;
    lane.waiting = true;
    (sockets[lane.socket] as UdpSocket).send(packet, { address: "127.0.0.1", port: job.port });
  }

  function isAuthentic(reply: Uint8Array, request: Buffer): boolean {
    const at = 4096;
    const { memory } = md5;
    memory.set(reply, at);
    request.copy(memory, at + 4, 4, 20);
    secretOctets.copy(memory, at + reply.length);
    md5.digest(md5.emptyAt, 1024, at, reply.length + secretOctets.length, 0);
    return memory.compare(reply, 4, 20, 1024, 1040) === 0;
  }

  function conclude(lane: Lane): void {
    lane.waiting = false;
    lane.next++;
    lane.tries = 0;
    done++;
    if (done === job.warmUp) {
      startedAtMs = performance.now();
      usageBefore = usageOf(job.serverPid);
    }
    if (done === total) finish();
    else if (job.perSecond === null && lane.next < lane.packets.length) {
      lane.dueAtMs = performance.now();
      transmit(lane);
    }
  }

  function receive(socket: number, reply: Uint8Array): void {
    const id = reply[1] as number;
    const lane = lanes[socket * lanesPerSocket + (id % lanesPerSocket)];
    const request = lane?.packets[lane.next];
    if (
      lane === undefined ||
      !lane.waiting ||
      request === undefined ||
      request[1] !== id ||
      !isAuthentic(reply, request)
    ) {
      badReplies++;
      return;
    }
    if (okCodes.has(reply[0] as number)) accepted++;
    if (done >= job.warmUp) latencies.push(performance.now() - lane.dueAtMs);
    conclude(lane);
  }

  for (let index = 0; index < Math.ceil(lanes.length / lanesPerSocket); index++) {
    sockets.push(
      await createNodeUdp().bind({
        port: 0,
        address: "127.0.0.1",
        receiveBufferBytes: 4 * 1024 * 1024,
        onMessage: (reply) => receive(index, reply),
        onError: () => {},
      }),
    );
  }
  const watch = setInterval(() => {
    const nowMs = performance.now();
    for (const lane of lanes) {
      if (!lane.waiting || nowMs - lane.sentAtMs < retransmitAfterMs) continue;
      if (lane.tries < triesMax) {
        retransmissions++;
        transmit(lane);
      } else {
        lost++;
        conclude(lane);
      }
    }
  }, 100);

  startedAtMs = performance.now();
  if (job.perSecond === null) {
    for (const lane of lanes) {
      lane.dueAtMs = performance.now();
      transmit(lane);
    }
  } else await pace(lanes, job.perSecond, total, transmit);
  await finished;
  const elapsedMs = performance.now() - startedAtMs;
  const usageAfter = usageOf(job.serverPid);
  clearInterval(watch);
  await Promise.all(sockets.map((socket) => socket.close()));
  latencies.sort((left, right) => left - right);
  const at = (part: number) => Math.round(1000 * (latencies[Math.floor(part * latencies.length)] ?? 0));
  return {
    answered: total - lost,
    accepted,
    lost,
    retransmissions,
    badReplies,
    perSecond: Math.round((1000 * job.count) / elapsedMs),
    medianMicros: at(0.5),
    p99Micros: at(0.99),
    cpuMicrosEach:
      usageAfter === null || usageBefore === null
        ? null
        : Math.round((1e7 * (usageAfter.cpuSeconds - usageBefore.cpuSeconds)) / job.count) / 10,
    residentMegabytes: usageAfter === null ? null : Math.round(usageAfter.residentMegabytes),
  };
}

/** Sends each packet when it is due, from whichever lane is free; spins, because a timer is too coarse. */
async function pace(
  lanes: readonly Lane[],
  perSecond: number,
  total: number,
  transmit: (lane: Lane) => void,
): Promise<void> {
  const startMs = performance.now();
  let turnOf = 0;
  for (let sent = 0; sent < total; ) {
    const dueAtMs = startMs + (sent * 1000) / perSecond;
    const lane = lanes[turnOf % lanes.length] as Lane;
    if (performance.now() >= dueAtMs && !lane.waiting && lane.next < lane.packets.length) {
      lane.dueAtMs = dueAtMs;
      transmit(lane);
      sent++;
      turnOf++;
    } else await turn();
  }
}

function makeLanes(job: LoadJob): Lane[] {
  const everybody = people(job.people).slice(0, job.inUse ?? job.people);
  const total = job.warmUp + job.count;
  const lanes = Array.from({ length: job.outstanding }, (_, index): Lane => {
    return {
      socket: Math.floor(index / lanesPerSocket),
      firstId: index % lanesPerSocket,
      packets: [],
      next: 0,
      tries: 0,
      sentAtMs: 0,
      dueAtMs: 0,
      waiting: false,
    };
  });
  for (let number = 0; number < total; number++) {
    const lane = lanes[number % lanes.length] as Lane;
    const id = lane.firstId + lanesPerSocket * (lane.packets.length % idsPerLane);
    const person = everybody[(number * 7919 + job.seed) % everybody.length] as Person;
    lane.packets.push(
      job.mode === "accounting"
        ? accountingPacket(job, id, lane, number, everybody)
        : authPacket(job, id, person, number),
    );
  }
  return lanes;
}

function noise(seed: number, number: number): Buffer {
  return createHash("md5").update(`${seed}/${number}`).digest();
}

/** What RouterOS' hotspot sends. */
function place(index: number, user: string, sessionId: string): Attribute[] {
  const octet = (shift: number) => ((index >> shift) & 255).toString(16).padStart(2, "0").toUpperCase();
  const address = `10.${5 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
  return [
    { name: "nasPortType", value: 19 },
    { name: "callingStationId", value: `02:00:${octet(24)}:${octet(16)}:${octet(8)}:${octet(0)}` },
    { name: "calledStationId", value: "hotspot1" },
    { name: "nasPortId", value: "bridge1" },
    { name: "userName", value: user },
    { name: "nasPort", value: 0x80c00000 + (index & 0xffff) },
    { name: "acctSessionId", value: sessionId },
    { name: "framedIpAddress", value: address },
    { name: "mikrotikHostIp", value: address },
  ];
}

const nas: readonly Attribute[] = [
  { name: "nasIdentifier", value: "bench" },
  { name: "nasIpAddress", value: "10.5.0.1" },
];

function authPacket(job: LoadJob, id: number, person: Person, number: number): Buffer {
  const authenticator = noise(job.seed, number);
  const credential: Attribute[] =
    job.mode === "pap"
      ? [{ name: "userPassword", value: hidePassword(person.password, authenticator, job.secret) }]
      : chapAttributes(person.password, noise(job.seed + 1, number), id);
  const attributes: Attribute[] = [
    { name: "messageAuthenticator", value: new Uint8Array(16) },
    ...place(Number(person.user) % 65_536, person.user, (0x81000000 + number).toString(16)),
    ...credential,
    { name: "serviceType", value: 1 },
    { name: "wisprLogoffUrl", value: "http://10.5.0.1/logout" },
    ...nas,
  ];
  return sealRequest({ code: codes.accessRequest, id, authenticator, attributes }, job.secret);
}

function chapAttributes(password: string, challenge: Buffer, ident: number): Attribute[] {
  const response = createHash("md5").update(Uint8Array.of(ident)).update(password).update(challenge).digest();
  return [
    { name: "chapChallenge", value: challenge },
    { name: "chapPassword", value: Buffer.concat([Uint8Array.of(ident), response]) },
  ];
}

/** A lane reports one session after another: start, three interims, stop. */
function accountingPacket(job: LoadJob, id: number, lane: Lane, number: number, everybody: readonly Person[]): Buffer {
  const step = lane.packets.length % 5;
  const session = number - step * job.outstanding;
  const person = everybody[(session * 7919 + job.seed) % everybody.length] as Person;
  const status = step === 0 ? "start" : step === 4 ? "stop" : "interim";
  const counters: Attribute[] =
    step === 0
      ? []
      : [
          { name: "acctInputOctets", value: 700_000 * step },
          { name: "acctOutputOctets", value: 5_000_000 * step },
          { name: "acctInputPackets", value: 800 * step },
          { name: "acctOutputPackets", value: 5500 * step },
          { name: "acctSessionTime", value: 60 * step },
        ];
  const attributes: Attribute[] = [
    { name: "acctStatusType", value: statusTypes[status] },
    ...place(session % 16_000_000, person.user, (0x81000000 + session).toString(16) + job.seed.toString(16)),
    ...counters,
    ...(step === 4 ? [{ name: "acctTerminateCause", value: 1 } as const] : []),
    ...nas,
    { name: "acctDelayTime", value: 0 },
  ];
  return sealRequest({ code: codes.accountingRequest, id, authenticator: new Uint8Array(16), attributes }, job.secret);
}

/** Runs as a separate process on a separate core: the job is the argument, the result one line of JSON. */
if (process.argv[1] === import.meta.filename) {
  process.stdout.write(`${JSON.stringify(await runLoad(JSON.parse(process.argv[2] as string) as LoadJob))}\n`);
}
