/** The API server and the npm package `node-routeros`, an independent client: what it understands, and its known faults. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { RouterOptions } from "../model/router-options.ts";
import { acceptEverybody, setUpRouter, type TestRouter, until } from "../test-router.ts";
import { openApiServer } from "./api-server.ts";
import { makeSelfSigned } from "./self-signed.ts";
import type { ClientMessage, ClientOptions, ClientOrder } from "./test-node-routeros-process.ts";

type Row = Record<string, string>;

const user = "karibu";
const password = "router-password";
let bench: TestRouter;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await bench.close();
});

/** A router with its API server, and the client in its own process, not yet connected. */
async function startClient(router: Partial<RouterOptions> = {}, tls = false) {
  bench = await setUpRouter(acceptEverybody(), { apiUser: user, apiPassword: password, ...router });
  const server = await openApiServer(bench.world, bench.router, {
    port: 0,
    ...(tls ? { tls: makeSelfSigned("router") } : {}),
  });
  closers.push(server.close);
  const child: ChildProcess = fork(join(import.meta.dirname, "test-node-routeros-process.ts"), { silent: true });
  const ended = once(child, "exit").then(([code]) => code as number | null);
  closers.push(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  let errors = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const events: string[] = [];
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  child.on("message", (message: ClientMessage) => {
    if ("event" in message) return void events.push(`${message.event} ${message.text}`.trim());
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    if ("error" in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.value);
  });
  let orders = 0;
  const ask = <Answer>(order: { kind: "echo" } | { kind: "write"; words: string[] } | Omit<ConnectOrder, "id">) => {
    const id = ++orders;
    const waiting = Promise.withResolvers<unknown>();
    pending.set(id, waiting);
    child.send({ id, ...order } satisfies ClientOrder);
    return waiting.promise as Promise<Answer>;
  };
  const options: ClientOptions = { port: server.port, user, password, timeout: 10, tls };
  return {
    server,
    events,
    ended,
    errors: () => errors,
    connect: (other: Partial<ClientOptions> = {}) => ask<null>({ kind: "connect", options: { ...options, ...other } }),
    write: (...words: string[]) => ask<Row[]>({ kind: "write", words }),
    /** Sends a command without waiting. `isSettled` tells whether the client has settled it. */
    begin(...words: string[]) {
      let isSettled = false;
      const settle = () => {
        isSettled = true;
      };
      ask({ kind: "write", words }).then(settle, settle);
      return {
        async isSettled() {
          // Behind a message that was sent later, nothing of the client is still under way.
          await ask({ kind: "echo" });
          return isSettled;
        },
      };
    },
  };
}

type ConnectOrder = Extract<ClientOrder, { kind: "connect" }>;

test.each([false, true])("an independent client logs in and reads rows (TLS: %s)", async (tls) => {
  const client = await startClient({}, tls);
  await client.connect();
  expect(await client.write("/system/identity/print")).toEqual([{ name: "karibu-lab" }]);
  expect(await client.write("/system/clock/print", "=.proplist=date")).toEqual([{ date: "1970-01-02" }]);
});

test("an independent client reads hundreds of rows, filtered by queries and by .proplist", async () => {
  const client = await startClient();
  await client.connect();
  for (let number = 1; number <= 250; number++) await bench.router.client(`10.5.50.${number}`).request();
  expect(await client.write("/ip/hotspot/host/print")).toHaveLength(250);
  const rows = await client.write("/ip/hotspot/host/print", "=.proplist=address", "?address=10.5.50.77");
  expect(rows).toEqual([{ address: "10.5.50.77" }]);
});

test("an independent client logs a phone in and removes its session", async () => {
  const client = await startClient();
  await client.connect();
  const phone = bench.router.client("10.5.50.7");
  await phone.request();
  await client.write("/ip/hotspot/active/login", "=user=sara", "=password=x", "=ip=10.5.50.7");
  expect(phone.online()).toBe(true);
  const [session] = await client.write("/ip/hotspot/active/print", "=.proplist=.id,user", "?user=sara");
  expect(session).toMatchObject({ user: "sara" });
  await client.write("/ip/hotspot/active/remove", `=.id=${session?.[".id"]}`);
  expect(phone.online()).toBe(false);
});

test("an independent client runs several commands at once, and each gets its own rows", async () => {
  const client = await startClient();
  await client.connect();
  const counts = [1, 2, 3, 4, 5];
  const answers = await Promise.all(
    counts.map((count) => client.write("/tool/ping", `=address=192.0.2.${count}`, `=count=${count}`)),
  );
  expect(answers.map((rows) => rows.map((row) => row.host))).toEqual(
    counts.map((count) => Array.from({ length: count }, () => `192.0.2.${count}`)),
  );
});

test("an independent client understands refusals: a wrong password, and a trap with the router's words", async () => {
  const client = await startClient();
  await expect(client.connect({ password: "wrong" })).rejects.toThrow("Username or password is invalid");
  await client.connect();
  await expect(client.write("/ip/hotspot/active/remove", "=.id=*99")).rejects.toThrow("no such item");
  await expect(client.write("/no/such/print")).rejects.toThrow("no such command prefix");
});

test("fault of node-routeros: an empty list (`!empty`, RouterOS 7.18 and newer) ends its process", async () => {
  const client = await startClient();
  await client.connect();
  client.begin("/ip/hotspot/active/print");
  expect(await client.ended).not.toBe(0);
  expect(client.errors()).toContain("Tried to process unknown reply: !empty");
});

test("fault of node-routeros: a command stays unsettled when the connection is cut", async () => {
  const client = await startClient();
  await client.connect();
  bench.router.knobs.apiSilent = true;
  const seen = client.server.commandsSeen();
  const command = client.begin("/system/identity/print");
  await until(() => client.server.commandsSeen() > seen);
  client.server.cut();
  await until(() => client.events.length > 0);
  expect(await command.isSettled()).toBe(false);
});

test("fault of node-routeros: a command stays unsettled after `!fatal`", async () => {
  const client = await startClient();
  await client.connect();
  bench.router.knobs.apiSilent = true;
  const seen = client.server.commandsSeen();
  const command = client.begin("/system/identity/print");
  await until(() => client.server.commandsSeen() > seen);
  client.server.fatal("service is restarting");
  await until(() => client.events.length > 0);
  expect(await command.isSettled()).toBe(false);
});

test("fault of node-routeros: after a time-out the command stays unsettled, and the client itself has the error", async () => {
  const client = await startClient();
  await client.connect({ timeout: 0.5 });
  bench.router.knobs.apiSilent = true;
  const command = client.begin("/system/identity/print");
  await until(() => client.events.some((event) => event.startsWith("error")));
  expect(client.events).toContain("error Timed out after 0.5 seconds");
  expect(await command.isSettled()).toBe(false);
});

test("fault of node-routeros: text beyond ASCII is read as Windows-1252, not as UTF-8", async () => {
  const client = await startClient({ identity: "Café Kahawa" });
  await client.connect();
  expect(await client.write("/system/identity/print")).toEqual([{ name: "CafÃ© Kahawa" }]);
});
