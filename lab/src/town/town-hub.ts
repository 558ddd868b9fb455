/** A hub in one process under simulated time, with the payment channel and the SMS gateway of the demo: its doors take bytes, as those of a hub that listens. */
import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { createImageShelf } from "@karibu/cloud/fleet/registry/image-shelf";
import type { OpenDatabase } from "@karibu/cloud/ground/db/open-database";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import type { HttpCall } from "@karibu/cloud/ground/http-client/http-call";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub } from "@karibu/cloud/hub";
import { newId } from "@karibu/protocol/identifiers";
import type { LinkSocket } from "@karibu/protocol/link/link";
import type { Clock, World } from "@karibu/protocol/world";
import type { DarajaBooks } from "../daraja/daraja-types.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../daraja/simulated-daraja.ts";
import { askInMemory, type BytesRequest } from "../http/in-memory-http.ts";
import { createSocketPair } from "../link/socket-pair.ts";
import { createMortalDatabase } from "../simulation/hubs/mortal-database.ts";
import { createSimulatedAfricasTalking, sampleSmsAccount } from "../sms/simulated-africastalking.ts";
import type { VirtualTime } from "../world/virtual-time.ts";
import { tunnelEndpoint } from "./tunnel.ts";

export interface TownHubParts {
  readonly time: VirtualTime;
  readonly world: World;
  readonly database: OpenDatabase;
  readonly envelope: Envelope;
  readonly publicUrl: string;
  readonly routersUrl: string;
  readonly imagesFolder: string;
  readonly admin: { readonly email: string; readonly password: string };
  readonly books: DarajaBooks | null;
}

const hosts = { daraja: "daraja.example", sms: "sms.example" };
/** From one end of a link to the other. */
const frameMs = 20;
const minuteMs = 60_000;
/** Who is so late has slept; and then waits so long. */
const [sleptMs, wakeMs] = [30_000, 300];

export type TownHub = Awaited<ReturnType<typeof openTownHub>>;

export async function openTownHub(parts: TownHubParts) {
  const { time, world, database: opened, envelope, publicUrl } = parts;
  const { database } = createMortalDatabase(opened, { engine: opened.engine, time, onDeath: () => {} });
  const onBytes = (): void => void time.track(Promise.resolve());
  const wires = new Set<() => void>();
  const deliver = async (url: string, body: string) => {
    const { pathname: path } = new URL(url);
    return ask({ method: "POST", path, headers: { "content-type": "application/json" }, body });
  };
  const daraja = createSimulatedDaraja(world, {
    apps: [sampleApp],
    msisdnForm: "mask",
    deliver,
    ...(parts.books === null ? {} : { books: parts.books }),
  });
  const sms = createSimulatedAfricasTalking(world, sampleSmsAccount);
  const http: HttpCall = async ({ method, url, headers, body }) => {
    const { host, pathname: path, searchParams: query } = new URL(url);
    const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    if (host === hosts.sms) return sms.send(lowerCase.apikey, new URLSearchParams(body ?? ""));
    if (host !== hosts.daraja) throw new Error(`nobody answers at ${host}`);
    return daraja.request({ method, path, query, headers: lowerCase, body: body ?? "" });
  };
  let seldomMs = 0;
  const hub = await createHub(
    { ...world, clock: wakingLast(world.clock, () => seldomMs) },
    {
      database,
      jobs: createInProcessQueue(world, database),
      envelope,
      fileReader: createOwnProcessReader(),
      http,
      mail: async () => {},
      vacuum: opened.vacuum,
      images: createImageShelf(parts.imagesFolder, world),
    },
    {
      publicUrl,
      routersUrl: parts.routersUrl,
      darajaBaseUrl: `https://${hosts.daraja}`,
      africastalkingBaseUrl: `https://${hosts.sms}`,
      admin: parts.admin,
      masterKeyFrom: "setting",
      consoleFolder: null,
      wireguard: { endpoint: tunnelEndpoint, port: Number(tunnelEndpoint.split(":")[1]) },
    },
  );
  const server = createServer(hub.app);
  const starting = hub.start();
  await settled(time, starting);

  // As from a proxy on this machine.
  const connect = (serving: Duplex) =>
    void server.emit("connection", Object.assign(serving, { remoteAddress: "127.0.0.1" }));
  /** A request to its HTTP server, as bytes. */
  const ask = (request: BytesRequest) => askInMemory(connect, request, onBytes);

  async function call<Answer>(token: string | null, method: string, path: string, body?: object): Promise<Answer> {
    const text = await callText(token, method, path, body);
    return (text === "" ? null : JSON.parse(text)) as Answer;
  }

  async function callText(token: string | null, method: string, path: string, body?: object): Promise<string> {
    const answer = await ask({
      method,
      path,
      headers: {
        host: new URL(publicUrl).host,
        "content-type": "application/json",
        "idempotency-key": newId(world),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  }

  return {
    hub,
    daraja,
    ask,
    /**
     * What it looks after each minute or less often (upkeep, summaries), it looks after no more often than this from the next time on: for days in
     * which nobody looks at it.
     */
    lookSeldom(everyMs: number): void {
      seldomMs = everyMs;
    },
    /** By somebody who is not logged in. */
    post: <Answer = unknown>(path: string, body: object) => call<Answer>(null, "POST", path, body),
    /** A person who is logged in. */
    async logIn({ email, password }: { readonly email: string; readonly password: string }) {
      // A password is hashed on a thread of the pool, which no simulated time sees.
      const { token } = await time.track(call<{ token: string }>(null, "POST", "/api/v1/login", { email, password }));
      return {
        get: <Answer>(path: string) => call<Answer>(token, "GET", path),
        /** Of a file. */
        getText: (path: string) => callText(token, "GET", path),
        post: <Answer = unknown>(path: string, body: object) => call<Answer>(token, "POST", path, body),
        patch: <Answer = unknown>(path: string, body: object) => call<Answer>(token, "PATCH", path, body),
        put: <Answer = unknown>(path: string, body: object) => call<Answer>(token, "PUT", path, body),
      };
    },
    /** The link of an agent. */
    async dial(): Promise<{ readonly socket: LinkSocket; cut(): void }> {
      const clock = time.clock();
      const { agent, hub: hubEnd, cut } = createSocketPair({ deliver: (task) => void clock.after(frameMs, task) });
      wires.add(cut);
      hub.link.accept(hubEnd, "203.0.113.7");
      return { socket: agent, cut };
    },
    async close(): Promise<void> {
      await settled(time, hub.stop());
      for (const cut of wires) cut();
    },
  };
}

/**
 * After a time that was skipped, the hub's timers come after those of its sites: else it would take each site for silent, before the site's
 * first word after the sleep has arrived.
 */
function wakingLast(clock: Clock, seldomMs: () => number): Clock {
  return {
    ...clock,
    after(wantedMs, task) {
      const delayMs = wantedMs < minuteMs ? wantedMs : Math.max(wantedMs, seldomMs());
      const dueMs = clock.monotonicMs() + delayMs;
      let timer = clock.after(delayMs, () => {
        if (clock.monotonicMs() - dueMs < sleptMs) task();
        else timer = clock.after(wakeMs, task);
      });
      return { cancel: () => timer.cancel() };
    },
  };
}

/** Lets time pass until the promise has settled. */
export async function settled<T>(time: VirtualTime, work: Promise<T>, stepMs = 250): Promise<T> {
  let isSettled = false;
  const note = (): void => {
    isSettled = true;
  };
  work.then(note, note);
  await time.settle();
  while (!isSettled) await time.advance(stepMs);
  return work;
}
