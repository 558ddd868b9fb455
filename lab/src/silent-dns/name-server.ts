/** A small DNS server (RFC 1035) over UDP and TCP. It answers from a table, fails, or stays silent. */
import { createSocket, type RemoteInfo } from "node:dgram";
import { type AddressInfo, createServer, isIPv6, type Socket } from "node:net";

/** `silent`: answers no question. `failing`: answers SERVFAIL, as a forwarder does without its upstream. */
export type NameServerBehaviour = "answering" | "silent" | "failing";

export interface NameServer {
  readonly port: number;
  behaviour: NameServerBehaviour;
  /** Addresses by name (lower case, no final dot). An empty list: the name exists and has no address. */
  readonly table: Map<string, readonly string[]>;
  /** The questions so far: `A hub.example`. */
  readonly asked: string[];
  close(): Promise<void>;
}

const types = { A: 1, AAAA: 28 } as const;
const codes = { noError: 0, serverFailure: 2, noSuchName: 3 } as const;
const headerBytes = 12;

export async function startNameServer(options: {
  readonly address: string;
  /** 0 takes any, the same for both. */
  readonly port: number;
  readonly ttlSeconds?: number;
}): Promise<NameServer> {
  const { address, ttlSeconds = 60 } = options;
  const table = new Map<string, readonly string[]>();
  const asked: string[] = [];
  const connections = new Set<Socket>();

  function reply(question: Buffer): Buffer | null {
    const parsed = readQuestion(question);
    if (parsed === null) return null;
    asked.push(`${parsed.type} ${parsed.name}`);
    if (server.behaviour === "silent") return null;
    if (server.behaviour === "failing") return makeReply(question, parsed.endsAt, codes.serverFailure, []);
    const known = table.get(parsed.name);
    const records = (known ?? [])
      .filter((each) => isIPv6(each) === (parsed.type === "AAAA"))
      .map((each) => makeRecord(each, ttlSeconds));
    return makeReply(question, parsed.endsAt, known === undefined ? codes.noSuchName : codes.noError, records);
  }

  // TCP frames a message with its length (RFC 1035 §4.2.2); a question is small enough to come in one piece.
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (data: Buffer) => {
      const answer = reply(data.subarray(2));
      if (answer === null) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([length, answer]));
    });
  });
  /** Any port that is free for TCP may be taken for UDP: then another one is tried. */
  async function openBoth(): Promise<ReturnType<typeof createSocket>> {
    await new Promise<void>((resolve, reject) => {
      tcp.once("error", reject);
      tcp.listen(options.port, address, () => resolve());
    });
    const udp = createSocket(address.includes(":") ? "udp6" : "udp4");
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once("error", reject);
        udp.bind((tcp.address() as AddressInfo).port, address, () => resolve());
      });
    } catch (error) {
      await new Promise<void>((closed) => tcp.close(() => closed()));
      if (options.port !== 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
      return await openBoth();
    }
    return udp;
  }
  const udp = await openBoth();
  udp.on("message", (question: Buffer, from: RemoteInfo) => {
    const answer = reply(question);
    if (answer !== null) udp.send(answer, from.port, from.address);
  });

  const server: NameServer = {
    port: (tcp.address() as AddressInfo).port,
    behaviour: "answering",
    table,
    asked,
    async close() {
      for (const socket of connections) socket.destroy();
      await new Promise<void>((closed) => tcp.close(() => closed()));
      await new Promise<void>((closed) => udp.close(() => closed()));
    },
  };
  return server;
}

/** The first question of a message. Null: none of a known type. */
function readQuestion(message: Buffer): { name: string; type: keyof typeof types; endsAt: number } | null {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message[at++]; length !== 0; length = message[at++]) {
    if (length === undefined || length > 63) return null;
    labels.push(message.toString("latin1", at, at + length).toLowerCase());
    at += length;
  }
  if (at + 4 > message.length) return null;
  const number = message.readUInt16BE(at);
  const type = (Object.keys(types) as (keyof typeof types)[]).find((each) => types[each] === number);
  return type === undefined ? null : { name: labels.join("."), type, endsAt: at + 4 };
}

function makeReply(question: Buffer, endsAt: number, code: number, records: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | code, 2); // a response, recursion asked for and given
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question.subarray(headerBytes, endsAt), ...records]);
}

function makeRecord(address: string, ttlSeconds: number): Buffer {
  const data = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split(".").map(Number));
  const record = Buffer.alloc(12);
  record.writeUInt16BE(0xc00c, 0); // the name of the question (RFC 1035 §4.1.4)
  record.writeUInt16BE(isIPv6(address) ? types.AAAA : types.A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(data.length, 10);
  return Buffer.concat([record, data]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (part: string | undefined) => (part ? part.split(":") : []);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array.from({ length: missing }, () => "0"), ...groups(tail)];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of all.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index);
  return bytes;
}
