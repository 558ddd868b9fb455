/** A whole hub for a test suite, on either engine: real database, real HTTP and agents' links on loopback, a clock that tests may move. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReleaseKey } from "@karibu/protocol/bundle/release-key";
import { unixMs } from "@karibu/protocol/quantities";
import type { Log, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { openCallbackSpool } from "./early-hooks.ts";
import { serveLinks } from "./fleet/link/link-websocket.ts";
import type { ImageShelf } from "./fleet/registry/image-shelf.ts";
import type { ExchangeDatagrams } from "./ground/datagrams/exchange-datagrams.ts";
import type { OpenDatabase } from "./ground/db/open-database.ts";
import { poolFiguresOf } from "./ground/db/pool-figures.ts";
import { engineSuite, realWorld, type SuiteOptions, type TestEngine, useDatabase } from "./ground/db/test-databases.ts";
import type { FileReader } from "./ground/foreign-files/file-reader.ts";
import { createOwnProcessReader } from "./ground/foreign-files/own-process-reader.ts";
import type { RequestLimits } from "./ground/http/admit.ts";
import type { AskDns } from "./ground/http-client/ask-dns.ts";
import type { HttpCall } from "./ground/http-client/http-call.ts";
import { createInProcessQueue } from "./ground/jobs/in-process.ts";
import { outboxChannel } from "./ground/jobs/outbox.ts";
import { createLogRing } from "./ground/log/log-ring.ts";
import type { Mail } from "./ground/mail/mail.ts";
import type { OpenOwnServer } from "./ground/mail/own-server.ts";
import { createEnvelope, type Envelope } from "./ground/secrets/envelope.ts";
import { createHub, type Hub } from "./hub.ts";
import type { ModuleName } from "./modules/names.ts";
import type { TaxAdapters } from "./money/fiscal/fiscal-contract.ts";
import type { BackupPlan } from "./operations/back-ups/back-ups.ts";
import type { SignUpPolicy } from "./operations/provider-life/sign-up-policy.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly text: string;
}

export interface TestHub {
  readonly world: World;
  readonly envelope: Envelope;
  hub(): Hub;
  database(): OpenDatabase;
  url(): string;
  /** Moves the wall clock; timers are real and don't notice. */
  moveClock(byMs: number): void;
  /** So much time goes by: by the wall clock, and by the one that nobody sets. */
  passTime(byMs: number): void;
  /** Jobs and sweeps whose time has come by a clock that was moved are run: the outbox looks for them when it is told of something new. */
  wakeJobs(): Promise<void>;
  call(
    method: string,
    path: string,
    given?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer>;
  logIn(email: string, password: string): Promise<string>;
  /** The token in the link of the newest letter to this address; waits for the letter. */
  mailedToken(to: string): Promise<string>;
  letters(): readonly Mail[];
  adminToken(): Promise<string>;
  /** A provider with an owner who is logged in. */
  makeProvider(name: string, currency?: string): Promise<TestProvider>;
}

export interface TestProvider {
  readonly providerId: string;
  readonly ownerEmail: string;
  readonly token: string;
}

export const admin = { email: "admin@karibu.test", password: "the-admin-password" };
export const ownerPassword = "the-owner-password";

export interface TestHubOptions {
  readonly requestLimits?: Partial<RequestLimits>;
  /** Bytes held for agents' links; default: the hub's. */
  readonly linkBytes?: number;
  /** How often links tell the database how far they are; default: the hub's 10 s, for which a test that asks that would wait. */
  readonly linkTickMs?: number;
  /** Default: silence. */
  readonly log?: Log;
  /** Newest first; default: a new one. */
  readonly masterKeys?: readonly Uint8Array[];
  readonly releaseKeys?: readonly ReleaseKey[];
  readonly signUp?: SignUpPolicy;
  /** Its clock begins at noon in Nairobi, today or tomorrow: for what tells days and hours apart. Default: now, which may be midnight. */
  readonly fromNoon?: true;
  /** Its clock and the database's differ, and nobody knows which is right; default: never. */
  readonly isClockDoubted?: () => boolean;
  /** Default: all that there are. */
  readonly modules?: readonly ModuleName[];
  /** Default: files of strangers are read in this very process. */
  readonly fileReader?: FileReader;
  /** Payment channels and SMS gateways; default: channels accept whatever keys they are asked about, and answer nothing else. */
  readonly http?: HttpCall;
  /** Default: no name server answers. */
  readonly dns?: AskDns;
  /** Default: providers have no mail servers of their own. */
  readonly openMailServer?: OpenOwnServer;
  /** Default: nobody answers by UDP. */
  readonly exchangeDatagrams?: ExchangeDatagrams;
  /** The bundle of the customers' page; default: none. */
  readonly myFolder?: string;
  /** Default: the hub takes no back-ups by itself. */
  readonly backupPlan?: () => BackupPlan;
  /** Where callbacks wait while the database is away; default: nowhere. */
  readonly spoolFolder?: string;
  /** Default: `http://hub.test`, which no browser finds. */
  readonly publicUrl?: string;
  /** Of log-ins, where a RADIUS server may be asked; default: none waits. */
  readonly refusalMsLeast?: number;
  /** Further names of the hub; default: none. */
  readonly otherHosts?: readonly string[];
  /** Images for routers; default: this hub is no registry. */
  readonly images?: () => ImageShelf;
  /** How routers reach the tunnel; default: there is none. */
  readonly tunnelEndpoint?: string;
  /** Of its machine; default: there is much room, nobody knows how busy it is, and its clock is the database's. */
  readonly freeBytes?: number;
  readonly busyPercent?: number;
  readonly clockAheadMs?: number;
  /** Default: documents wait for their tax authority. */
  readonly taxAdapters?: TaxAdapters;
  /** Default: an empty one. One of an earlier release, for what a hub does with it when it starts. */
  readonly database?: { current(): OpenDatabase };
}

/** Owners of channels who take any keys, so that what is added sells; no money moves and no SMS leaves. */
export const keysAccepted: HttpCall = async ({ url }) => {
  if (/\/oauth\/v1\/generate/.test(url)) return { status: 200, body: '{"access_token":"t","expires_in":"3599"}' };
  if (/\/Auth\/RequestToken/.test(url)) return { status: 200, body: '{"token":"t","status":"200"}' };
  if (/\/v1\/balance/.test(url)) return { status: 200, body: "{}" };
  throw new Error(`this test has nobody who answers ${new URL(url).pathname}`);
};

function untilNoonMs(nowMs: number): number {
  const [dayMs, noonUtcMs] = [86_400_000, 9 * 3_600_000];
  return (noonUtcMs - (nowMs % dayMs) + dayMs) % dayMs;
}

type OfHub = (hub: TestHub) => void;

/** A suite of a whole hub, on each of its engines. */
export function hubSuite(title: string, suite: OfHub): void;
export function hubSuite(title: string, options: SuiteOptions, suite: OfHub): void;
export function hubSuite(title: string, ...given: [OfHub] | [SuiteOptions, OfHub]): void {
  const [options, suite] = given.length === 1 ? [{}, given[0]] : given;
  engineSuite(title, options, (engine) => suite(useHub(engine)));
}

export function useHub(engine: TestEngine, options: TestHubOptions = {}): TestHub {
  const letters: Mail[] = [];
  const mail = async (letter: Mail) => void letters.push(letter);
  const real = realWorld();
  let movedMs = options.fromNoon ? untilNoonMs(real.clock.wall().atMs) : 0;
  let passedMs = 0;
  const clock = {
    ...real.clock,
    monotonicMs: () => real.clock.monotonicMs() + passedMs,
    wall: () => ({
      atMs: unixMs(real.clock.wall().atMs + movedMs),
      quality: options.isClockDoubted?.() ? ("estimated" as const) : ("synced" as const),
    }),
  };
  const logs = createLogRing(clock);
  const world: World = { ...real, clock, log: logs.through(options.log ?? real.log) };
  const envelope = createEnvelope(world.random, options.masterKeys ?? [world.random.bytes(32)]);
  const database = options.database ?? useDatabase(engine, world);
  let hub: Hub | null = null;
  let server: Server | null = null;
  let cutLinks = (): void => {};

  beforeAll(async () => {
    const jobs = createInProcessQueue(world, database.current());
    const http = options.http ?? keysAccepted;
    const backup = database.current();
    const { spoolFolder: dataDir } = options;
    const callbackSpool =
      dataDir === undefined ? null : await openCallbackSpool(world, envelope, { dataDir, spoolBytes: 1e6 });
    hub = await createHub(
      world,
      {
        database: database.current(),
        jobs,
        envelope,
        http,
        fileReader: options.fileReader ?? createOwnProcessReader(),
        mail,
        backup,
        vacuum: backup.vacuum,
        logs,
        freeBytes: async () => options.freeBytes ?? 50e9,
        busyPercent: () => options.busyPercent ?? null,
        clockAheadMs: () => options.clockAheadMs ?? null,
        pool: poolFiguresOf(backup),
        ...(options.openMailServer === undefined ? {} : { openMailServer: options.openMailServer }),
        ...(options.exchangeDatagrams === undefined ? {} : { exchangeDatagrams: options.exchangeDatagrams }),
        ...(options.dns === undefined ? {} : { dns: options.dns }),
        ...(callbackSpool === null ? {} : { callbackSpool }),
        ...(options.images === undefined ? {} : { images: options.images() }),
        ...(options.taxAdapters === undefined ? {} : { taxAdapters: options.taxAdapters }),
        ...(options.backupPlan === undefined ? {} : { backupPlan: options.backupPlan() }),
      },
      {
        publicUrl: options.publicUrl ?? "http://hub.test",
        ...(options.otherHosts === undefined ? {} : { otherHosts: options.otherHosts }),
        darajaBaseUrl: null,
        refusalMsLeast: options.refusalMsLeast ?? 0,
        admin,
        masterKeyFrom: "setting",
        consoleFolder: null,
        ...(options.myFolder === undefined ? {} : { myFolder: options.myFolder }),
        wireguard: { endpoint: options.tunnelEndpoint ?? null, port: 51_820 },
        releaseKeys: options.releaseKeys ?? [],
        ...(options.signUp === undefined ? {} : { signUp: options.signUp }),
        ...(options.modules === undefined ? {} : { modules: options.modules }),
        ...(options.linkBytes === undefined ? {} : { linkBytes: options.linkBytes }),
        ...(options.linkTickMs === undefined ? {} : { linkTickMs: options.linkTickMs }),
        requestLimits: { perToken: 1_000_000, perProvider: 1_000_000, ...options.requestLimits },
      },
    );
    await hub.start();
    const listening = createServer(hub.app);
    server = listening;
    // A connection that lies idle while the machine is busy stays: a request must not meet its end.
    listening.keepAliveTimeout = 0;
    cutLinks = serveLinks(listening, hub.link.accept, hub.peerAddress);
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  }, 300_000);

  afterAll(async () => {
    await hub?.stop();
    cutLinks();
    server?.closeAllConnections();
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  });

  const url = () => `http://127.0.0.1:${((server as Server).address() as AddressInfo).port}`;
  const call: TestHub["call"] = async (method, path, { token, body: given, headers } = {}) => {
    const body = withYourPassword(method, path, given);
    const response = await fetch(url() + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
  };
  const logIn = async (email: string, password: string): Promise<string> => {
    const answer = await call("POST", "/api/v1/login", { body: { email, password } });
    if (answer.status !== 200) throw new Error(`log-in of ${email}: ${answer.text}`);
    return answer.body.token;
  };
  return {
    world,
    envelope,
    hub: () => hub as Hub,
    database: () => database.current(),
    url,
    moveClock: (byMs) => {
      movedMs += byMs;
    },
    passTime: (byMs) => {
      movedMs += byMs;
      passedMs += byMs;
    },
    async wakeJobs() {
      await database.current().asPlatform("test", (tx) => sql`select pg_notify(${outboxChannel}, '')`.execute(tx));
      await hub?.sweeps.askNow();
    },
    call,
    logIn,
    letters: () => letters,
    async mailedToken(to) {
      const link = () => letters.findLast((letter) => letter.to === to)?.text.match(/#\/[a-z-]+\/(\S+)/)?.[1];
      await vi.waitFor(() => expect(link()).toBeDefined(), { timeout: 20_000 });
      return link() as string;
    },
    adminToken: () => logIn(admin.email, admin.password),
    async makeProvider(name, currency = "KES") {
      const ownerEmail = `${name.toLowerCase().replaceAll(" ", "-")}@provider.test`;
      const token = await logIn(admin.email, admin.password);
      const made = await call("POST", "/api/v1/providers", {
        token,
        body: { name, ownerEmail, ownerPassword, currency },
      });
      if (made.status !== 201) throw new Error(`provider ${name}: ${made.text}`);
      return { providerId: made.body.providerId, ownerEmail, token: await logIn(ownerEmail, ownerPassword) };
    },
  };
}

/** Who gives a person access says their own password. In tests they are owners with the usual one, unless a test says otherwise. */
function withYourPassword(method: string, path: string, body: unknown): unknown {
  if (typeof body !== "object" || body === null || "yourPassword" in body) return body;
  const isAsked =
    (method === "POST" && /^\/api\/v1\/(users|invitations)$/.test(path)) ||
    (method === "PATCH" && /^\/api\/v1\/(users|roles)\//.test(path)) ||
    (method === "PUT" && /^\/api\/v1\/roles\/[^/]+\/second-factor$/.test(path));
  return isAsked ? { ...body, yourPassword: ownerPassword } : body;
}
