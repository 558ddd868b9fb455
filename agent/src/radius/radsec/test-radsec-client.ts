/** A RADIUS client over TLS, for tests: it speaks packets, or whatever octets a test wants. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/plugin: a test connects to this machine
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import { createPacketFraming } from "./packet-framing.ts";

export interface TestCertificates {
  /** Paths of PEM files. */
  readonly ca: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
  /** Signed by nobody that the server knows. */
  readonly stranger: { readonly certificate: string; readonly key: string };
  remove(): void;
}

/** A CA, and certificates of a server and of a client that it signed, by OpenSSL. */
export function makeCertificates(): TestCertificates {
  const folder = mkdtempSync(join(tmpdir(), "karibu-radsec-"));
  const path = (name: string) => join(folder, name);
  const openssl = (...parts: string[]) => execFileSync("openssl", parts, { stdio: "ignore" });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const selfSigned = (name: string) =>
    openssl(
      ...["req", "-x509", ...newKey, "-keyout", path(`${name}.key`), "-out", path(`${name}.pem`), "-days", "3650"],
      ...["-subj", `/CN=${name}`],
    );
  selfSigned("ca");
  selfSigned("stranger");
  for (const name of ["server", "client"]) {
    writeFileSync(path(`${name}.ext`), `subjectAltName=DNS:${name},IP:127.0.0.1\n`);
    openssl("req", ...newKey, "-keyout", path(`${name}.key`), "-out", path(`${name}.csr`), "-subj", `/CN=${name}`);
    openssl(
      ...[
        "x509",
        "-req",
        "-in",
        path(`${name}.csr`),
        "-CA",
        path("ca.pem"),
        "-CAkey",
        path("ca.key"),
        "-CAcreateserial",
      ],
      ...["-out", path(`${name}.pem`), "-days", "3650", "-extfile", path(`${name}.ext`)],
    );
  }
  const pair = (name: string) => ({ certificate: path(`${name}.pem`), key: path(`${name}.key`) });
  return {
    ca: path("ca.pem"),
    server: pair("server"),
    client: pair("client"),
    stranger: pair("stranger"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const readPem = (path: string): string => readFileSync(path, "utf8");

export interface TestRadsecClient {
  readonly socket: TLSSocket;
  send(octets: Uint8Array): void;
  /** The next packet that was not taken yet. Rejects when the connection closes first. */
  next(): Promise<Buffer>;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Resolves when the handshake is done, and rejects when the server refuses. */
export async function connectRadsec(port: number, options: ConnectionOptions = {}): Promise<TestRadsecClient> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
  const framing = createPacketFraming();
  const packets: Buffer[] = [];
  const waiting: PromiseWithResolvers<Buffer>[] = [];
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("data", (chunk: Buffer) => {
    framing.push(chunk, (octets) => {
      const packet = Buffer.from(octets);
      const waiter = waiting.shift();
      if (waiter === undefined) packets.push(packet);
      else waiter.resolve(packet);
    });
  });
  void closed.then(() => {
    for (const waiter of waiting.splice(0)) waiter.reject(new Error("the connection is closed"));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection is closed")));
  });
  socket.on("error", () => {}); // what closes it shows in `closed`
  return {
    socket,
    closed,
    send: (octets) => void socket.write(octets),
    next() {
      const packet = packets.shift();
      if (packet !== undefined) return Promise.resolve(packet);
      if (socket.destroyed) return Promise.reject(new Error("the connection is closed"));
      const waiter = Promise.withResolvers<Buffer>();
      waiting.push(waiter);
      return waiter.promise;
    },
    close() {
      socket.destroy();
      return closed;
    },
  };
}
