/**
 * A site at which somebody guesses codes: the real agent with its portal on a TCP port and its RADIUS on UDP, phones that each come from an
 * address of their own, a NAS, and honest customers who wait as long as they are told. For the test, and for `npm run bench -- guessing`.
 */
import { mkdtemp, rm } from "node:fs/promises";
// biome-ignore lint/plugin: a phone's own connection
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realWorld } from "@karibu/lab/world/real-world";
import type { Problem } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import { siteFileOf } from "../access/test-site.ts";
import { createNodeFolder } from "../ground/files/node-folder.ts";
import type { HttpHandler } from "../ground/http.ts";
import { createNodeUdp } from "../ground/node-udp.ts";
import type { RouterControl, RouterHost } from "../ground/router-control.ts";
import { listenHttp } from "../portal-server/http/http-listener.ts";
import { createAgent } from "./agent.ts";
import { every300Ms, type NasSocket, openNas } from "./test-agent-process.ts";

const secret = "a-secret-of-the-router";

/** The number of a phone is all there is to know of it. */
export interface Phone {
  readonly mac: string;
  readonly address: string;
}

const hex = (value: number) => value.toString(16).padStart(2, "0").toUpperCase();
/** `net`: 50 for customers, others for attackers. */
export const phoneOf = (net: number, number: number): Phone => ({
  mac: `02:00:00:${hex(net)}:${hex(number >> 8)}:${hex(number & 255)}`,
  address: `10.${net}.${number >> 8}.${number & 255 || 1}`,
});

/** What came of one honest customer. `answers`: the codes of what was said before. */
export interface Served {
  readonly accepted: boolean;
  readonly waitedMs: number;
  readonly answers: readonly string[];
}

export interface GuessedSite {
  readonly world: World;
  /** The router's own list of hosts; nobody reads it where there is no API. */
  readonly hosts: Map<string, RouterHost>;
  /** How often the agent read that list. */
  readonly reads: () => number;
  /** Codes that were tried by RADIUS, and that nobody knows. */
  readonly formTries: () => number;
  /** Each alarm that was raised, with its numbers. */
  readonly alarms: () => readonly { readonly event: string; readonly fields: object }[];
  put(phone: Phone): void;
  /** One POST of a code, as the portal's script does it. */
  post(phone: Phone, code: string): Promise<{ readonly status: number; readonly problem: Partial<Problem> | null }>;
  /** One Access-Request, as the router's own log-in form leads to it. */
  ask(phone: Phone, code: string): Promise<"accept" | "reject">;
  /** Posts, and posts again as long as the answer is "one moment". Gives up after that time. */
  serve(phone: Phone, code: string, giveUpMs: number): Promise<Served>;
  /** The same in the router's form, by a person who tries again every three seconds. */
  serveByForm(phone: Phone, code: string, giveUpMs: number): Promise<Served>;
  close(): Promise<void>;
}

export const rightCode = (number: number): string => `RIGHT${String(number).padStart(5, "0")}`;

/** `codes`: how many vouchers there are, `RIGHT00000` and on. */
export async function openGuessedSite(options: { readonly hasApi: boolean; readonly codes: number }) {
  const root = await mkdtemp(join(tmpdir(), "karibu-guessed-"));
  const logged: { event: string; fields: object }[] = [];
  const keep = (event: string, fields: object = {}) => void logged.push({ event, fields });
  const world: World = { ...realWorld(), log: { debug() {}, info() {}, warn: keep, error: keep } };
  const hosts = new Map<string, RouterHost>();
  let reads = 0;
  const siteFile = siteFileOf({
    plans: [{ name: "hour", validitySeconds: 3600, devices: 1 }],
    vouchers: Array.from({ length: options.codes }, (_, number) => ({ code: rightCode(number), plan: "hour" })),
  });
  const agent = createAgent(
    world,
    {
      folder: createNodeFolder(root),
      udp: createNodeUdp(),
      dialHub: null,
      router: options.hasApi
        ? routerOf(() => {
            reads++;
            return [...hosts.values()];
          })
        : null,
      listenHttp: (portal) => listenHttp(seenFromTheGuests(portal), { port: 0, address: "127.0.0.1", world }),
    },
    {
      version: "1.0.0",
      radius: { secret, authPort: 0, acctPort: 0, coaHost: "127.0.0.1", coaPort: 9 },
      hub: null,
      siteFile,
      interimFlushSeconds: 60,
    },
  );
  await agent.start();
  const sockets: NasSocket[] = [];
  let asked = 0;
  /** A socket has 256 identifiers, and repeats the authenticator of each: a request that comes again is answered as before. */
  const nas = async (): Promise<NasSocket> => {
    if (asked++ % 200 === 0) {
      opening = openNas(secret, every300Ms).then((socket) => {
        sockets.push(socket);
        return socket;
      });
    }
    return await opening;
  };
  let opening: Promise<NasSocket> = Promise.reject(new Error("none is open"));
  opening.catch(() => {});
  const radius = agent.radius();
  const authPort = radius.kind === "listening" ? radius.authPort : 0;
  const httpPort = agent.httpPort ?? 0;
  const wait = (ms: number) => new Promise<void>((resolve) => void world.clock.after(ms, resolve));

  const site: GuessedSite = {
    world,
    hosts,
    reads: () => reads,
    formTries() {
      const status = agent.radius();
      return status.kind === "listening" ? (status.counters.rejectsByReason["unknown-user"] ?? 0) : 0;
    },
    alarms: () => logged.filter(({ event }) => event.startsWith("guessing")),
    put: ({ mac, address }) => void hosts.set(mac, { mac, addresses: [address] }),
    post: (phone, code) => postCode(httpPort, phone, code),
    ask: async ({ mac, address }, code) =>
      (await nas()).logIn(
        code,
        [
          { name: "callingStationId", value: mac },
          { name: "framedIpAddress", value: address },
        ],
        () => authPort,
      ),
    async serve(phone, code, giveUpMs) {
      const sinceMs = world.clock.monotonicMs();
      const answers: string[] = [];
      for (;;) {
        const { status, problem } = await site.post(phone, code);
        const waitedMs = world.clock.monotonicMs() - sinceMs;
        if (status === 200) return { accepted: true, waitedMs, answers };
        answers.push(`${problem?.code}`);
        const againMs = (problem?.retryAfterSeconds ?? 0) * 1000;
        if (problem?.code !== "one-moment" || waitedMs + againMs > giveUpMs)
          return { accepted: false, waitedMs, answers };
        await wait(againMs);
      }
    },
    async serveByForm(phone, code, giveUpMs) {
      const sinceMs = world.clock.monotonicMs();
      const answers: string[] = [];
      for (;;) {
        const answer = await site.ask(phone, code);
        const waitedMs = world.clock.monotonicMs() - sinceMs;
        if (answer === "accept") return { accepted: true, waitedMs, answers };
        answers.push(answer);
        if (waitedMs + formMs > giveUpMs) return { accepted: false, waitedMs, answers };
        await wait(formMs);
      }
    },
    async close() {
      for (const socket of sockets) socket.close();
      await agent.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
  return site;
}

/** A person reads "one moment", and types the code once more. */
const formMs = 3000;

/** Phones of 10.x.y.z connect from 127.x.y.z: the kernel of one machine has no other addresses for them. */
function seenFromTheGuests(portal: HttpHandler): HttpHandler {
  return {
    ...portal,
    handle: (asked) => portal.handle({ ...asked, address: asked.address?.replace(/^(::ffff:)?127\./, "10.") ?? null }),
  };
}

function postCode(port: number, { mac, address }: Phone, code: string): ReturnType<GuessedSite["post"]> {
  const body = JSON.stringify({ code, mac, ip: address });
  const from = address.replace(/^10\./, "127.");
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        localAddress: from,
        method: "POST",
        path: "/api/vouchers/redeem",
        agent: false,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          resolve({ status, problem: status === 200 ? null : (JSON.parse(text) as Partial<Problem>) });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Of the router's API what is asked here; it logs nobody in, so a phone posts to the hotspot. */
function routerOf(list: () => readonly RouterHost[]): RouterControl {
  const none = () => Promise.resolve();
  return {
    activeSessions: () => Promise.resolve([]),
    removeSession: none,
    removeCookies: none,
    hosts: () => Promise.resolve(list()),
    logIn: none,
  };
}
