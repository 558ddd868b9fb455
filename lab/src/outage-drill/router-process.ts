/**
 * The simulated router and its phones, as a process beside the agent. One JSON argument: `RouterOrder`. Each line on standard input is a
 * `DrillOrder`; each is answered by one line, `{"done": …}`.
 */
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { silentWorld } from "@karibu/cloud/real-world";
import { openApiServer } from "../router/api/api-server.ts";
import { portalRequest } from "../router/device/portal-request.ts";
import { type Client, createRouter } from "../router/device/router.ts";
import { dataPlanBytes, type Phone, wasOnline } from "./phones.ts";
import { createTimedUdp } from "./timed-udp.ts";

export interface RouterOrder {
  readonly secret: string;
  readonly ports: DrillPorts;
  readonly interimSeconds: number;
}

export interface DrillPorts {
  readonly auth: number;
  readonly acct: number;
  readonly http: number;
  readonly coa: number;
  readonly api: number;
}

export type DrillOrder =
  | { readonly kind: "boot" }
  /** Of the router. It forgets who was online, and tells nobody. */
  | { readonly kind: "power-cut" }
  /** Its API takes connections and answers nothing, or answers again. */
  | { readonly kind: "silent-api"; readonly isSilent: boolean }
  /** These phones come, at even distances. `isReturn`: those that were online before come back. Answered when all is answered. */
  | {
      readonly kind: "come";
      readonly phones: readonly Phone[];
      readonly overMs: number;
      readonly isReturn: boolean;
    }
  /** These log in at the router's form. Answered when its first request to the agent is out: nobody waits for what they get. */
  | { readonly kind: "crowd"; readonly phones: readonly Phone[] }
  /** Who is online goes. Answered likewise. */
  | { readonly kind: "leave" }
  /** Phones hold connections to the portal: say nothing, say half a request, read no answer, or wait for one that takes the router's API. */
  | { readonly kind: "hold"; readonly phones: readonly Phone[] }
  /** They let go, and the router begins anew. */
  | { readonly kind: "release" };

export interface ComeReport {
  /** Of RADIUS requests, from the first sending to the answer: by what the site owed the phone, and `accounting`. */
  readonly radiusMs: Readonly<Record<string, readonly number[]>>;
  readonly portalMs: readonly number[];
  /** RADIUS requests that the router sent again, and those that it gave up. */
  readonly resends: number;
  readonly unanswered: number;
  /** In words: phones that got something else than they should, and pages that were not answered. */
  readonly wrong: readonly string[];
}

/** A phone waits long, and its answer is timed. */
const pageMsMax = 60_000;
const stayMs = 1000;
const everyTenth = 10;

const { secret, ports, interimSeconds } = JSON.parse(process.argv[2] ?? "") as RouterOrder;
const world = silentWorld();
const udp = createTimedUdp(createNodeUdp());
const router = createRouter(world, udp, {
  portalUrl: `http://127.0.0.1:${ports.http}/`,
  radiusServers: [{ address: "127.0.0.1", authPort: ports.auth, acctPort: ports.acct, secret }],
  incomingPort: ports.coa,
  activeUsersMax: 5000,
  interimUpdate: interimSeconds,
});
router.knobs.wan = "down";
await router.boot();
const api = await openApiServer(world, router, { port: ports.api });
/** By phone and name, as a browser keeps them: the page sets one, and its answers another. */
const cookies = new Map<number, Map<string, string>>();
const held = new Set<Socket>();
function say(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function follow(order: DrillOrder): Promise<ComeReport | null> {
  if (order.kind === "boot") await router.boot();
  else if (order.kind === "power-cut") await router.powerCut();
  else if (order.kind === "silent-api") router.knobs.apiSilent = order.isSilent;
  else if (order.kind === "come") return come(order);
  else if (order.kind === "crowd")
    await asked(
      order.phones.map(({ address, mac, user, password }) => router.client(address, mac).logIn({ user, password })),
    );
  else if (order.kind === "leave") await asked(router.clients().map((client) => client.logOut()));
  else if (order.kind === "hold") await Promise.all(order.phones.map((phone, index) => hold(phone, index)));
  else await release();
  return null;
}

/** Resolves when one request is out, or where nothing is asked. */
async function asked(asking: readonly Promise<unknown>[]): Promise<void> {
  let isOver = false;
  void Promise.allSettled(asking).then(() => {
    isOver = true;
  });
  while (!isOver && router.running?.radius.pending() === 0) await pause(5);
}

/** Resolves when the phone has said what it says. */
async function hold(phone: Phone, index: number): Promise<void> {
  const socket = connect({ port: ports.http, host: "127.0.0.1", localAddress: phone.address });
  held.add(socket.on("error", () => {}));
  await once(socket, "connect");
  const half =
    "POST /api/log-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n";
  const said = ["", half, "GET /plain HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n", `${half}{}`][index % 4] ?? "";
  if (said !== "") await new Promise<void>((sent) => socket.write(said, () => sent()));
}

async function release(): Promise<void> {
  for (const socket of held) socket.destroy();
  held.clear();
  router.knobs.apiSilent = false;
  await router.powerCut();
  await router.boot();
}

type Noted = {
  -readonly [Key in "portalMs" | "wrong"]: ComeReport[Key] extends readonly (infer One)[] ? One[] : never;
};
const blankReport = (): Noted => ({ portalMs: [], wrong: [] });

async function come({ phones, overMs, isReturn }: Extract<DrillOrder, { kind: "come" }>): Promise<ComeReport> {
  const noted = blankReport();
  const before = counts();
  udp.takeAnswered();
  const begunMs = performance.now();
  const visits: Promise<void>[] = [];
  for (const [index, phone] of phones.entries()) {
    await pause(Math.max(0, begunMs + (index * overMs) / phones.length - performance.now()));
    const told = visit(phone, isReturn, noted);
    visits.push(told.catch((error: unknown) => void noted.wrong.push(`phone ${phone.number}: ${error}`)));
  }
  await Promise.all(visits);
  while ((router.running?.radius.pending() ?? 0) > 0) await pause(20);
  const after = counts();
  const kindOf = new Map(phones.map(({ mac, kind }) => [mac, isReturn ? kind : "first use"]));
  const radiusMs: Record<string, number[]> = {};
  for (const { what, mac, ms } of udp.takeAnswered()) {
    const kind = what === "Access-Request" ? (kindOf.get(mac) ?? "") : "accounting";
    radiusMs[kind] ??= [];
    radiusMs[kind].push(ms);
  }
  const unanswered = after.timeouts - before.timeouts;
  return { radiusMs, ...noted, resends: after.resends - before.resends, unanswered };
}

function keepCookie({ number }: Phone, line: string): void {
  const [pair = ""] = line.split(";");
  const own = cookies.get(number) ?? new Map<string, string>();
  cookies.set(number, own.set(pair.slice(0, pair.indexOf("=")), pair));
}

const cookieOf = ({ number }: Phone): string | undefined =>
  [...(cookies.get(number)?.values() ?? [])].join("; ") || undefined;

const counts = () => ({ resends: 0, timeouts: 0, ...router.running?.radius.counters });

/** One phone: the router sends it to the portal, it goes online by its way, and every tenth goes again. */
async function visit(phone: Phone, isReturn: boolean, noted: Noted): Promise<void> {
  const client = router.client(phone.address, phone.mac);
  const browser = new Agent({ keepAlive: true });
  const ask = (path: string, body: object | null) => askPortal({ phone, client, browser, noted }, path, body);
  await client.request();
  await ask("/", null);
  await ask("/api/state", null);
  const got =
    phone.way === "form"
      ? await client.logIn({ user: phone.user, password: phone.password })
      : await goByPortal(phone, client, ask, isReturn && wasOnline(phone));
  browser.destroy();
  const isOwed = !isReturn || phone.kind !== "reject";
  if (client.online() !== isOwed)
    noted.wrong.push(
      `phone ${phone.number} (${phone.kind}, ${phone.way}): ${"message" in got ? got.message : got.kind}`,
    );
  if (!isReturn && phone.isUsedUp) client.use({ down: dataPlanBytes });
  if (isReturn && phone.number % everyTenth === 0 && client.online()) {
    await pause(stayMs);
    await client.logOut();
  }
}

/** Gives what the portal said at last. */
async function goByPortal(
  phone: Phone,
  client: Client,
  ask: (path: string, body: object) => Promise<Record<string, unknown> | null>,
  hasRight: boolean,
): Promise<{ kind: string }> {
  const answer = hasRight ? await ask("/api/log-in", {}) : await ask("/api/vouchers/redeem", { code: phone.user });
  const logIn = (answer?.logIn ?? answer ?? {}) as Partial<
    Record<"kind" | "code" | "url" | "username" | "password", string>
  >;
  if (logIn.kind === "post")
    await client.request(logIn.url, { username: logIn.username ?? "", password: logIn.password ?? "" });
  return { kind: logIn.kind ?? logIn.code ?? "no answer" };
}

/** What a phone's page asks, from the phone's own address. Null: no answer, or one that is no JSON. */
function askPortal(
  from: { readonly phone: Phone; readonly client: Client; readonly browser: Agent; readonly noted: Noted },
  path: string,
  body: object | null,
): Promise<Record<string, unknown> | null> {
  const { phone, client, browser, noted } = from;
  const asked = portalRequest(router, client, { path, body, cookie: cookieOf(phone) });
  const fromMs = performance.now();
  return new Promise((resolve) => {
    const fail = (why: string) => {
      noted.wrong.push(`phone ${phone.number}: ${asked.method} ${path}: ${why}`);
      resolve(null);
    };
    const headers = Object.fromEntries(Object.entries(asked.headers).filter(([, value]) => value !== undefined));
    const sent = request(
      {
        ...{ host: "127.0.0.1", port: ports.http, localAddress: phone.address, agent: browser, timeout: pageMsMax },
        ...{ method: asked.method, path: asked.url, headers },
      },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (piece: string) => {
          text += piece;
        });
        answer.once("end", () => {
          noted.portalMs.push(performance.now() - fromMs);
          for (const line of answer.headers["set-cookie"] ?? []) keepCookie(phone, line);
          // The page itself is there only where it was built.
          if ((answer.statusCode ?? 500) >= 500 && path !== "/") return fail(`status ${answer.statusCode}`);
          try {
            resolve(JSON.parse(text));
          } catch {
            resolve(null);
          }
        });
      },
    );
    sent.once("timeout", () => sent.destroy(new Error("no answer")));
    sent.once("error", (error) => fail(error.message));
    sent.end(asked.body);
  });
}

say({ done: "ready" });
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as DrillOrder;
  say({ done: order.kind, report: await follow(order) });
}
await api.close();
process.exit(0);
