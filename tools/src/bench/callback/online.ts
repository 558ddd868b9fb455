/**
 * From the PIN to being online, at a connected site: hub, agent, router and Daraja as separate processes, one customer
 * after the other, each with a different address. The clock starts when the PIN is sent (the callback leaves in the same
 * moment) and stops when the hotspot lets the customer through. As the portal's page does, the phone follows the agent's stream of news and asks at each.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Agent, request } from "undici";
import { repositoryRoot } from "../../build/repository.ts";
import { findFreePorts } from "../../start/free-ports.ts";
import type { Ports } from "../../start/options.ts";
import { loadSample, logIn, logIns } from "../../start/sample.ts";
import { writeSampleImage } from "../../start/sample-image.ts";
import { services } from "../../start/services.ts";
import { setUpRouter } from "../../start/set-up-router.ts";
import { createSupervisor } from "../../start/supervisor.ts";

/** As the page polls where the stream says nothing. */
const askEveryMs = 3000;
/** Between two looks at the router, for who is logged in and not through yet. */
const lookAgainMs = 10;
const onlineMsMax = 30_000;

/** @returns milliseconds of each purchase, in order. @param databaseUrl null: the embedded engine */
export async function timeToOnline(purchases: number, databaseUrl: string | null): Promise<number[]> {
  const data = mkdtempSync(join(tmpdir(), "karibu-online-"));
  const ports = await findFreePorts();
  const supervisor = createSupervisor({ root: repositoryRoot, logFolder: join(data, "logs"), say: console.error });
  const { daraja, sms, hub, agent, router } = services(ports, data);
  const hubEnv = { ...hub.env, ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }) };
  try {
    await Promise.all([daraja, sms].map((spec) => supervisor.start(spec)));
    writeSampleImage(join(data, "hub/images"));
    await supervisor.start({ ...hub, env: hubEnv });
    const { siteId } = await loadSample(`http://127.0.0.1:${ports.hub}`, join(data, "sample.json"));
    await supervisor.start(router);
    const owner = await logIn(`http://127.0.0.1:${ports.hub}`, logIns.owner);
    await supervisor.start(agent(await setUpRouter(owner, siteId, `http://127.0.0.1:${ports.router}`)));
    const siteIsOnline = async () =>
      (await owner.get<{ items: { state: string }[] }>("/api/v1/sites")).items[0]?.state === "online";
    while (!(await siteIsOnline())) await pause(200);
    const { items } = await owner.get<{ items: { planId: string; name: string }[] }>("/api/v1/plans");
    const planId = items.find(({ name }) => name === "1 hour")?.planId ?? "";
    const times: number[] = [];
    for (let index = 0; index < purchases; index++) times.push(await buyOnce(ports, planId, index));
    return times;
  } finally {
    await supervisor.stopAll();
    rmSync(data, { recursive: true, force: true });
  }
}

const probe = { host: "connectivitycheck.gstatic.com" };

async function buyOnce(ports: Ports, planId: string, index: number): Promise<number> {
  const localAddress = `127.0.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`;
  const dispatcher = new Agent({ localAddress });
  const at = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
  const cookies = new Map<string, string>();
  const closing = new AbortController();
  let last = "";
  const cookieText = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const call = async (method: "GET" | "POST", url: string, body?: string, more: Record<string, string> = {}) => {
    const cookie = cookieText();
    const type = body === undefined ? {} : { "content-type": "application/json" };
    const headers = { ...type, ...(cookie === "" ? {} : { cookie }), ...more };
    const answer = await request(url, { method, dispatcher, headers, ...(body === undefined ? {} : { body }) });
    for (const each of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      cookies.set(name, value);
    }
    const location = String(answer.headers.location ?? "");
    return { status: answer.statusCode, location, text: await answer.body.text() };
  };
  try {
    const portal = await isRedirectedTo();
    await call("GET", portal.href);
    const { mac, ip, login } = Object.fromEntries(portal.searchParams);
    const hint = { mac, ip, login };
    const phone = `2547${String(40_000_000 + index)}`;
    const order = JSON.stringify({ planId, phone, idempotencyKey: `online-${index}`, ...hint });
    const started = await call("POST", at(ports.agent, "/api/purchases"), order);
    const { purchaseId } = JSON.parse(started.text) as { purchaseId?: string };
    if (purchaseId === undefined) throw new Error(`the purchase was not started: ${started.status} ${started.text}`);
    const news = await follow(`/api/purchases/${purchaseId}/events${portal.search}`);
    const startedMs = performance.now();
    const paid = request(at(ports.daraja, `/phone/${phone}/pay`), {
      method: "POST",
      body: JSON.stringify({ pin: "1234" }),
    });
    paid.then(({ body }) => body.dump()).catch(() => {});
    while (performance.now() - startedMs < onlineMsMax) {
      const heard = news.next();
      const { text } = await call("GET", at(ports.agent, `/api/purchases/${purchaseId}${portal.search}`));
      last = text;
      const { logIn } = JSON.parse(text) as { logIn?: { kind: string } | null };
      const isLoggedIn = logIn?.kind === "done";
      if (isLoggedIn && (await isThrough())) return performance.now() - startedMs;
      await Promise.race([heard, pause(isLoggedIn ? lookAgainMs : askEveryMs)]);
    }
    throw new Error(`not online after ${onlineMsMax} ms: ${last}`);
  } finally {
    closing.abort();
    await dispatcher.close();
  }

  /** The hotspot's log-in page leads to the portal, with who the phone is and where its log-in is posted. */
  async function isRedirectedTo(): Promise<URL> {
    const turnedAway = await call("GET", at(ports.hotspot, "/generate_204"), undefined, probe);
    const { text } = await call("GET", turnedAway.location);
    return new URL(/url=([^"]*)"/.exec(text)?.[1]?.replaceAll("&amp;", "&") ?? "");
  }

  /** The stream of news of a purchase. `next`: until something more was said, or the stream is over. */
  async function follow(path: string): Promise<{ next(): Promise<void> }> {
    const { signal } = closing;
    const stream = await request(at(ports.agent, path), { dispatcher, headers: { cookie: cookieText() }, signal });
    if (stream.statusCode !== 200) throw new Error(`no stream of news: ${stream.statusCode}`);
    let waiting = Promise.withResolvers<void>();
    const tell = () => {
      waiting.resolve();
      waiting = Promise.withResolvers();
    };
    stream.body.on("data", tell).on("end", tell).on("error", tell);
    return { next: () => waiting.promise };
  }

  /** As phones find it out: by a page of the internet's, which the hotspot turns away until they are let in. */
  async function isThrough(): Promise<boolean> {
    return (await call("GET", at(ports.hotspot, "/generate_204"), undefined, probe)).status === 204;
  }
}
