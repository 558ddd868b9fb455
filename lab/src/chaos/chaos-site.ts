/** A site of the chaos: a real agent on its machine and its small disk, and in the middle its simulated router with the phones around it. */
import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import type { World } from "@karibu/protocol/world";
import { openApiServer } from "../router/api/api-server.ts";
import { portalRequest } from "../router/device/portal-request.ts";
import { type Client, createRouter, type Router } from "../router/device/router.ts";
import type { NewFact } from "../simulation/judge/chronicle.ts";
import { type KeptProcess, keepProcess } from "./kept-process.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import type { SiteMachine } from "./street.ts";

const agentMain = fileURLToPath(new URL("../../../agent/src/main.ts", import.meta.url));
const clockShim = fileURLToPath(new URL("./step-clock.ts", import.meta.url));
const secret = "between-the-two";
const api = { user: "karibu", password: "of-the-api" };
/** A page that nobody answers for so long is asked again. */
const answerMsMax = 20_000;
const diskMegabytes = 24;

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
export type PortalAnswer = { readonly status: number; readonly body: any } | null;

export interface ChaosSite {
  readonly agent: KeptProcess;
  readonly router: Router;
  readonly disk: SmallDisk;
  setClock(stepMs: number): void;
  client(phone: number): Client;
  /** What a phone's page asks of the portal; `body` null: a GET. Null: nobody answered. */
  ask(phone: number, path: string, body: object | null): Promise<PortalAnswer>;
}

export async function openSite(
  world: World,
  given: {
    readonly number: number;
    readonly place: SiteMachine;
    readonly folder: string;
    readonly hubUrl: string;
    readonly enrolmentToken: string;
    readonly note: (fact: NewFact) => void;
  },
): Promise<ChaosSite> {
  const { number, place, folder, note } = given;
  const { lan, machine } = place;
  const name = `site${number}`;
  const [coaPort, apiPort] = [3799 + number, 8728 + number];
  const disk = mountSmallDisk(join(folder, name), "agent", diskMegabytes);
  const clockFile = join(folder, `${name}-clock`);
  const router = createRouter(world, createNodeUdp(), {
    address: lan.router,
    portalUrl: `http://${lan.agent}/`,
    radiusServers: [{ address: lan.agent, authPort: 1812, acctPort: 1813, secret }],
    incomingPort: coaPort,
    apiUser: api.user,
    apiPassword: api.password,
    ntpSeconds: 5,
  });
  await router.boot();
  await openApiServer(world, router, { port: apiPort, address: lan.router });
  const agent = keepProcess(world, {
    name: `agent of ${name}`,
    logFile: join(folder, `${name}.log`),
    saysReady: '"agent-ready"',
    onUp: () => note({ kind: "agent-up" }),
    onDown: (how) => note({ kind: "agent-down", how }),
    spawn: () =>
      machine.start([process.execPath, "--import", clockShim, agentMain], {
        CLOCK_STEP_FILE: clockFile,
        KARIBU_DATA: disk.folder,
        KARIBU_HUB_URL: given.hubUrl,
        KARIBU_ENROL_TOKEN: given.enrolmentToken,
        KARIBU_HTTP_PORT: "80",
        KARIBU_RADIUS_SECRET: secret,
        KARIBU_COA_HOST: lan.router,
        KARIBU_COA_PORT: String(coaPort),
        KARIBU_ROUTER_HOST: lan.router,
        KARIBU_ROUTER_PORT: String(apiPort),
        KARIBU_ROUTER_USER: api.user,
        KARIBU_ROUTER_PASSWORD: api.password,
        KARIBU_HOTSPOT_URL: `${router.options.hotspotUrl}/login`,
      }),
  });
  /** Of each phone, by name. */
  const cookies = new Map<number, Map<string, string>>();
  const client = (phone: number) => router.client(place.phoneAddress(phone));

  return {
    agent,
    router,
    disk,
    setClock: (stepMs) => writeFileSync(clockFile, String(stepMs)),
    client,
    async ask(phone, path, body) {
      const held = cookies.get(phone) ?? new Map<string, string>();
      const cookie = held.size === 0 ? undefined : [...held].map((pair) => pair.join("=")).join("; ");
      const asked = portalRequest(router, client(phone), { path, body, cookie });
      const answer = await send(lan.agent, client(phone).address, asked).catch(() => null);
      if (answer === null) return null;
      for (const line of answer.cookies) {
        const [key = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
        held.set(key, value);
      }
      cookies.set(phone, held);
      return answer;
    },
  };
}

/** From the phone's own address. */
function send(
  host: string,
  localAddress: string,
  { method, url: path, headers: given, body }: ReturnType<typeof portalRequest>,
): Promise<{ status: number; body: unknown; cookies: readonly string[] }> {
  const headers = Object.fromEntries(
    Object.entries({ ...given, ...(body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) }) }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    ),
  );
  return new Promise((resolve, reject) => {
    const asking = request({ host, port: 80, localAddress, agent: false, method, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.once("error", reject);
      answer.once("end", () => {
        try {
          const cookies = answer.headers["set-cookie"] ?? [];
          resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text), cookies });
        } catch (error) {
          reject(error);
        }
      });
    });
    const late = AbortSignal.timeout(answerMsMax);
    late.addEventListener("abort", () => asking.destroy(new Error("nobody answers")));
    asking.once("error", reject);
    asking.end(body);
  });
}
