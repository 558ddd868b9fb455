/**
 * What an idle link costs: the agent's real client on TLS, its heartbeats counted on the wire by a relay between the two;
 * and the same packets as they would be inside WireGuard.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeFrame } from "@karibu/protocol/link/frame";
import { unixMs } from "@karibu/protocol/quantities";
import { packFigures } from "@karibu/protocol/router/router-figures";
import { WebSocket, WebSocketServer } from "ws";
import { busyHour } from "./busy-hour.ts";

const heartbeatSeconds = 120;
const secondsAMonth = 30 * 86_400;
const measuredHeartbeats = 50;
const hoursAMonth = secondsAMonth / 3600;

/** IPv4 + TCP with time stamps, as Linux and RouterOS send it. */
const tcpHeaderBytes = 20 + 32;
/** WireGuard's data message around a packet: outer IPv4 and UDP, its own header and tag; the inside padded to 16. */
const wireguardBytes = 20 + 8 + 16 + 16;
/** Initiation, response, and the empty packet that confirms, each in IPv4 and UDP. A link in use makes a new one every 120 s. */
const handshakeBytes = 148 + 92 + 32 + 3 * 28;

export async function measureIdleLink(print: (row: object) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "karibu-bench-tls-"));
  try {
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const subject = ["-subj", "/CN=localhost", "-days", "1"];
    try {
      const make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
      execFileSync("openssl", [...make, "-keyout", key, "-out", certificate, ...subject], { stdio: "ignore" });
    } catch {
      return print({ name: "idle link", skipped: "openssl is not installed" });
    }
    const {
      beat: { up, down },
      hour,
    } = await countFrames(readFileSync(key), readFileSync(certificate));
    const beats = secondsAMonth / heartbeatSeconds;
    const megabytes = (bytes: number) => Math.round((bytes * beats) / 1e4) / 100;
    // Ping, pong and the acknowledgement of the pong: three packets, of which one is empty.
    const packets = [up + tcpHeaderBytes, down + tcpHeaderBytes, tcpHeaderBytes];
    const inTunnel = packets.reduce((sum, size) => sum + Math.ceil(size / 16) * 16 + wireguardBytes, handshakeBytes);
    const base = { heartbeatSeconds, bytesUp: up, bytesDown: down };
    print({ name: "idle link over TLS", ...base, value: megabytes(up + down), unit: "MB a month (TCP payload)" });
    print({
      name: "unwatched site over TLS: idle link and its router's figures each hour",
      ...base,
      figuresUp: hour.up,
      figuresDown: hour.down,
      value: megabytes(up + down + ((hour.up + hour.down) * hoursAMonth) / beats),
      unit: "MB a month (TCP payload)",
    });
    const onWire = packets.reduce((sum, size) => sum + size, 0);
    print({
      name: "idle link over TLS, on the wire",
      ...base,
      value: megabytes(onWire),
      unit: "MB a month (IP packets)",
    });
    // The same frames without TLS: 2 bytes of header, 4 of mask on the way up, and the text; and the bare acknowledgement.
    const plain = [15 + 4 + 2, 15 + 2, 0].map((size) => size + tcpHeaderBytes);
    const tunnelOnly = plain.reduce((sum, size) => sum + Math.ceil(size / 16) * 16 + wireguardBytes, handshakeBytes);
    print({
      name: "idle link inside WireGuard, on the wire",
      value: megabytes(tunnelOnly),
      withTlsInside: megabytes(inTunnel),
      unit: "MB a month (computed from the packets' sizes; hand-shakes included)",
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Counted {
  readonly up: number;
  readonly down: number;
}

/** One record of the journal, as the agent sends it, and its acknowledgement. */
function figuresFrames(seed: number): { readonly journal: string; readonly ack: string } {
  const epoch = "0001-7af23dfbde1a381bba0831e8";
  const seq = 1_234_567 + seed;
  const stamp = { seq, atMs: unixMs(1_800_000_000_000 + seed), clock: "synced", upMs: 2_345_678_901 } as const;
  const record = { ...stamp, kind: "router-figures", packed: packFigures(busyHour(seed)) } as const;
  return {
    journal: encodeFrame({ type: "journal", epoch, records: [record] }),
    ack: encodeFrame({ type: "ack", epoch, seq }),
  };
}

async function countFrames(key: Buffer, cert: Buffer): Promise<{ beat: Counted; hour: Counted }> {
  const server = createTlsServer({ key, cert });
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  let answer = '{"type":"pong"}';
  sockets.on("connection", (socket) => socket.on("message", () => socket.send(answer)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  let [up, down] = [0, 0];
  const relay = createServer((near) => {
    const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
    near.on("data", (chunk) => {
      up += chunk.length;
      far.write(chunk);
    });
    far.on("data", (chunk) => {
      down += chunk.length;
      near.write(chunk);
    });
    near.on("error", () => far.destroy()).on("close", () => far.destroy());
    far.on("error", () => near.destroy()).on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  const url = `wss://localhost:${(relay.address() as AddressInfo).port}/agent`;
  const client = new WebSocket(url, { perMessageDeflate: false, ca: cert, rejectUnauthorized: true });
  await new Promise((resolve, reject) => client.once("open", resolve).once("error", reject));
  const exchange = (said: string, answered: string) =>
    new Promise<void>((resolve) => {
      answer = answered;
      client.once("message", () => resolve());
      client.send(said);
    });
  const measure = async (one: (turn: number) => Promise<void>): Promise<Counted> => {
    [up, down] = [0, 0];
    for (let turn = 0; turn < measuredHeartbeats; turn++) await one(turn);
    return { up: up / measuredHeartbeats, down: down / measuredHeartbeats };
  };
  const beat = () => exchange('{"type":"ping"}', '{"type":"pong"}');
  await beat(); // the session tickets are through
  const measured = {
    beat: await measure(beat),
    hour: await measure((turn) => {
      const { journal, ack } = figuresFrames(turn);
      return exchange(journal, ack);
    }),
  };
  client.terminate();
  sockets.close();
  server.close();
  relay.close();
  return measured;
}
