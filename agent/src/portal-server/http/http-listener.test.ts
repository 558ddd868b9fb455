import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createSimulatedWorld, type SimulatedWorld } from "@karibu/lab/world/simulated-world";
import { probeSocket } from "@karibu/protocol/process/probe-socket";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HttpHandler, HttpListener, HttpResponse } from "../../ground/http.ts";
import { createTestPortal, createTestSite } from "../test-portal-site.ts";
import { listenHttp } from "./http-listener.ts";
import { readStaticFiles } from "./static-files.ts";

let world: SimulatedWorld;
let folder: string;
let portal: HttpHandler;
let listener: HttpListener;
let url: string;

beforeEach(async () => {
  world = createSimulatedWorld();
  folder = await mkdtemp(join(tmpdir(), "karibu-http-"));
  await mkdir(join(folder, "assets"));
  const page = "<!doctype html><style>p{}</style><p>Karibu";
  await writeFile(join(folder, "index.html"), page);
  await writeFile(join(folder, "index.html.gz"), gzipSync(page));
  await writeFile(join(folder, "assets/portal-1.js"), "1");
  portal = createTestPortal(world, createTestSite(world), await readStaticFiles(folder));
  listener = await listenHttp(portal, { port: 0, address: "127.0.0.1", world });
  url = `http://127.0.0.1:${listener.port}`;
});

afterEach(async () => {
  await listener.close();
  await rm(folder, { recursive: true, force: true });
});

test("the page is served zipped where that is understood, with its styles allowed by their hash", async () => {
  const response = await fetch(`${url}/generate_204`);
  expect(response.headers.get("content-encoding")).toBe("gzip");
  expect(response.headers.get("content-security-policy")).toMatch(/style-src 'self' 'sha256-[A-Za-z0-9+/]+='/);
  expect(await response.text()).toContain("<p>Karibu");
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

test("a body over 16 KB is refused with its name, by its length or while reading", async () => {
  const byLength = await fetch(`${url}/api/purchases`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "x".repeat(20_000),
  });
  expect(byLength.status).toBe(413);
  expect(await byLength.json()).toMatchObject({ code: "bad-request", field: "body" });
  const answer = await raw(
    `POST /api/purchases HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${"4e20\r\n"}${"x".repeat(20_000)}\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
});

test("an address longer than 4 KB and a request that is none are refused", async () => {
  expect((await fetch(`${url}/?a=${"x".repeat(5000)}`)).status).toBe(414);
  expect(await raw("NONSENSE\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test("a guest who wanted a page with a long address gets the portal, and may log in from there", async () => {
  const wanted = encodeURIComponent(`http://news.example/?${"a=b&".repeat(500)}`);
  const redirect = `${url}/?mac=AA%3ABB%3ACC%3ADD%3AEE%3A01&ip=10.5.50.7&login=http://10.5.50.1/login&dst=${wanted}&srv=guest&err=`;
  expect(redirect.length).toBeGreaterThan(4096);
  const page = await fetch(redirect);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<p>Karibu")]);
  expect(page.headers.get("content-security-policy")).toContain("connect-src 'self' http://10.5.50.1");
});

test("a port that is taken is an error with its name, and an absent folder an empty portal", async () => {
  const empty = createTestPortal(world, createTestSite(world), await readStaticFiles(join(folder, "nowhere")));
  await expect(listenHttp(empty, { port: listener.port, address: "127.0.0.1", world })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
  expect((await empty.handle({ method: "GET", url: "/", headers: {}, body: "", address: null })).status).toBe(503);
});

test("one address gets only its share of the connections, and the others get theirs", async () => {
  const greedy = await Promise.all(Array.from({ length: 40 }, () => open(listener.port)));
  expect(greedy.filter(({ kept }) => kept)).toHaveLength(32);
  const other = await open(listener.port, "127.0.0.2");
  expect(other.kept).toBe(true);
  const first = greedy.find(({ kept }) => kept);
  first?.socket.destroy();
  await expect
    .poll(async () => {
      const again = await open(listener.port);
      again.socket.destroy();
      return again.kept;
    })
    .toBe(true);
  for (const { socket } of [...greedy, other]) socket.destroy();
});

test("behind an address that is known to be shared, as a hosted site's router is, there is room for all its phones", async () => {
  const isShared = (address: string) => address === "127.0.0.1";
  const shared = await listenHttp(portal, { port: 0, address: "127.0.0.1", world, isShared });
  const phones = await Promise.all(Array.from({ length: 40 }, () => open(shared.port)));
  expect(phones.filter(({ kept }) => kept)).toHaveLength(40);
  await shared.close();
});

test("[BEY-23] a site whose requests hang by the thousand takes no place of another site behind the same port", async () => {
  const hanging: HttpHandler = {
    handle: (request) => (request.url === "/hang" ? new Promise(() => {}) : portal.handle(request)),
  };
  const isShared = (address: string) => address.startsWith("127.0.");
  const host = await listenHttp(hanging, { port: 0, address: "0.0.0.0", world, isShared });
  const flood: Socket[] = [];
  for (let n = 0; n < 700; n++) {
    const socket = connect({ port: host.port, host: "127.0.0.1", localAddress: "127.0.4.1" });
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
    flood.push(socket);
  }
  for (const site of ["127.0.4.2", "127.0.4.3"]) {
    const phones = await Promise.all(Array.from({ length: 20 }, () => open(host.port, site)));
    expect(phones.filter(({ kept }) => kept)).toHaveLength(20);
    for (const { socket } of phones) socket.destroy();
  }
  for (const socket of flood) socket.destroy();
  await host.close();
});

longTest(
  "[BEY-23] 2,000 connections that drip, from 125 addresses, keep nobody waiting: a newcomer gets the oldest one's place",
  async () => {
    const drips: Socket[] = [];
    for (let n = 0; n < 2000; n++) {
      const localAddress = `127.0.${1 + Math.floor(n / 250)}.${1 + (n % 125)}`;
      const socket = connect({ port: listener.port, host: "127.0.0.1", localAddress });
      socket.on("error", () => {});
      await once(socket, "connect");
      socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Drip: ");
      drips.push(socket);
    }
    const guest = await open(listener.port, "127.0.9.9");
    expect(guest.kept).toBe(true);
    const body = connect({ port: listener.port, host: "127.0.0.1", localAddress: "127.0.9.8" });
    body.on("error", () => {});
    await once(body, "connect");
    body.write("POST /api/log-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n{");
    expect((await open(listener.port, "127.0.9.7")).kept).toBe(true);
    for (const socket of [...drips, guest.socket, body]) socket.destroy();
  },
);

test("[BEY-23] one guest who asks without end is told to wait, in words on a page; the others are answered", async () => {
  const answers: string[] = [];
  for (let n = 0; n < 130; n++) answers.push(await ask("/health", "127.0.3.1", "text/html"));
  const refused = answers.filter((answer) => answer.startsWith("HTTP/1.1 429"));
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toMatch(/retry-after: 1\r\n/i);
  expect(refused[0]).toMatch(/http-equiv="refresh"/);
  expect(await ask("/health", "127.0.3.1", "application/json")).toMatch(/"code":"slow-down".*"retryAfterSeconds":1/);
  expect(await ask("/health", "127.0.3.2", "text/html")).toMatch(/^HTTP\/1.1 200/);
});

test("[BEY-23] who asks on this machine's own socket is answered while guests hold every place", async () => {
  const holding = { handle: () => new Promise<HttpResponse>(() => {}) };
  let isHeld = true;
  const handle = (request: Parameters<HttpHandler["handle"]>[0]) =>
    isHeld && request.address !== null ? holding.handle() : portal.handle(request);
  const full = await listenHttp({ handle }, { port: 0, address: "127.0.0.1", world });
  const held: Socket[] = [];
  for (let n = 0; n < 512; n++) {
    const socket = connect({ port: full.port, host: "127.0.0.1", localAddress: `127.0.4.${1 + (n % 20)}` });
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    held.push(socket);
  }
  const probe = connect(probeSocket(full.port));
  probe.write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const [chunk] = (await once(probe, "data")) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1.1 200 /);
  isHeld = false;
  for (const socket of held) socket.destroy();
  probe.destroy();
  await full.close();
});

test("a stop waits for no connection that was opened in advance, and a moment for answers under way", async () => {
  const answers: ((response: HttpResponse) => void)[] = [];
  const handle = () => new Promise<HttpResponse>((resolve) => answers.push(resolve));
  const busy = await listenHttp({ handle }, { port: 0, address: "127.0.0.1", world });
  const silent = connect(busy.port, "127.0.0.1");
  await once(silent, "connect");
  const asked = [1, 2].map(async () => (await fetch(`http://127.0.0.1:${busy.port}/`)).text());
  const ends = Promise.allSettled(asked);
  await expect.poll(() => answers).toHaveLength(2);
  const closed = busy.close();
  await once(silent, "close");
  answers[0]?.({ status: 200, headers: {}, body: "done" });
  expect(await Promise.any(asked)).toBe("done");
  world.advance(2000);
  await closed;
  expect((await ends).map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

/** Connects and asks. A server that closes it does so without a byte; one that keeps it answers. */
async function open(port: number, localAddress = "127.0.0.1") {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  const kept = await new Promise<boolean>((resolve) => {
    socket.once("data", () => resolve(true));
    socket.once("close", () => resolve(false));
  });
  return { socket, kept };
}

/** The whole answer to one request from this address. */
async function ask(path: string, localAddress: string, accept: string): Promise<string> {
  const socket = connect({ port: listener.port, host: "127.0.0.1", localAddress });
  socket.end(`GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`);
  let answer = "";
  for await (const chunk of socket as AsyncIterable<Buffer>) answer += chunk.toString("utf8");
  return answer;
}

/** Bytes as they are, because a proper client refuses to send them. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(listener.port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk.toString("utf8");
      socket.end();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("an answer that goes on reaches its reader piece by piece, ends with the listener, and is cut where nobody reads", async () => {
  let say: (text: string) => void = () => {};
  let gone = 0;
  const stream = await listenHttp(
    {
      handle: async () => ({
        status: 200,
        headers: { "content-type": "text/event-stream" },
        body: "retry: 1000\n\n",
        goesOn: (send) => {
          say = send;
          return () => {
            gone++;
          };
        },
      }),
    },
    { port: 0, address: "127.0.0.1", world },
  );
  const reader = (await fetch(`http://127.0.0.1:${stream.port}/`)).body?.getReader();
  const next = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
  expect(await next()).toBe("retry: 1000\n\n");
  say("event: news\ndata:\n\n");
  expect(await next()).toBe("event: news\ndata:\n\n");
  // This one asks and never reads.
  const deaf = connect({ port: stream.port, host: "127.0.0.1" });
  deaf.on("error", () => {});
  deaf.pause();
  deaf.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const before = say;
  await expect.poll(() => say !== before).toBe(true);
  for (let piece = 0; piece < 400 && gone === 0; piece++) {
    say("x".repeat(65_536));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => gone).toBe(1);
  deaf.destroy();
  const startedAtMs = performance.now();
  await stream.close();
  expect(performance.now() - startedAtMs).toBeLessThan(1500);
  expect(gone).toBe(2);
});
