/**
 * The router's fixed script and the agent change the secrets between them: the whole way, and cut off at each step. The script is the rendered
 * one, in the interpreter; the agent's side is the real one over a folder that survives restarts.
 */
import { hash } from "node:crypto";
import type { LiveRouter } from "@karibu/agent/ground/live-router";
import type { SecretPair } from "@karibu/agent/ground/site-secrets";
import {
  createSecretRotation,
  rotationSentence,
  type SecretRotation,
} from "@karibu/agent/router-control/rotate-secrets";
import { RouterTrap } from "@karibu/agent/routeros/router-api";
import { openSiteSecrets } from "@karibu/agent/store/site-secrets";
import { Fault } from "@karibu/protocol/fault";
import { dialectOf } from "@karibu/routeros-scripts/language/version-dialect";
import { renderScripts } from "@karibu/routeros-scripts/render-scripts";
import { sampleServiceValues } from "@karibu/routeros-scripts/values/sample-values";
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualTime } from "../world/virtual-time.ts";
import { factoryConfiguration } from "./factory-configuration.ts";
import { ScriptError } from "./result.ts";
import { PowerCut, SimulatedRouter } from "./simulated-router.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const old: SecretPair = {
  radiusSecret: sampleServiceValues.radius.secret,
  apiPassword: sampleServiceValues.api.password,
};
const next = { rotationId: "r-1", radiusSecret: "1".repeat(36), apiPassword: "2".repeat(36) };
const later = { rotationId: "r-2", radiusSecret: "3".repeat(36), apiPassword: "4".repeat(36) };

const found = dialectOf("7.22");
if (!("dialect" in found)) throw new Error(found.problem);
const scripts = renderScripts(sampleServiceValues, found.dialect);
const setUpRouter = new SimulatedRouter(factoryConfiguration);
expect([setUpRouter.import(scripts["setup.rsc"]), setUpRouter.import(scripts["services.rsc"] ?? "")]).toEqual([
  "done",
  "done",
]);

const rowOf = (router: SimulatedRouter, menu: string, tag: string) =>
  router.rows(menu).find((row) => row.get("comment") === `karibu:${tag}`);

async function openSite() {
  const time = createVirtualTime(Date.UTC(2027, 0, 15, 9));
  const world = { clock: time.clock(), random: seededRandom(1), log: quiet };
  const folder = createFaultyFolder(world);
  const router = setUpRouter.copy();
  const environment = (): SecretPair => ({
    radiusSecret: rowOf(router, "/container/envs", "env-KARIBU_RADIUS_SECRET")?.get("value") ?? "",
    apiPassword: rowOf(router, "/container/envs", "env-KARIBU_ROUTER_PASSWORD")?.get("value") ?? "",
  });
  const radiusOf = () => [
    ...new Set(["agent-radius", "ppp-radius"].map((tag) => rowOf(router, "/radius", tag)?.get("secret") ?? "")),
  ];
  const password = () => rowOf(router, "/user", "agent-user")?.get("password") ?? "";
  /** What reaches the agent, in order: `lost` says which request or answer is lost on its way. */
  let lost: (place: string) => boolean = () => false;
  let requests = 0;
  let rotation: SecretRotation;
  let secrets: Awaited<ReturnType<typeof openSiteSecrets>>;

  router.hardware = {
    whileDelayed() {},
    handleCommand(menu, verb, _, properties) {
      if (`${menu}/${verb}` !== "/tool/fetch") return undefined;
      const at = ++requests;
      if (lost(`request ${at}`)) throw new ScriptError("failure: connection timeout");
      const [name = "", value = ""] = (properties.get("http-header-field") ?? "").split(": ");
      const answer = rotation.answer({
        method: (properties.get("http-method") ?? "get").toUpperCase(),
        url: new URL(properties.get("url") ?? "").pathname,
        headers: { [name.toLowerCase()]: value },
        body: properties.get("http-data") ?? "",
        address: "172.31.255.1",
      });
      if (lost(`answer ${at}`)) throw new ScriptError("failure: connection timeout");
      if (answer === null || answer.status >= 400)
        throw new ScriptError(`failure: Fetch failed with status ${answer?.status ?? 404}`);
      return new Map([
        ["status", "finished"],
        ["data", String(answer.body)],
      ]);
    },
  };

  const live: LiveRouter = {
    async command(words) {
      expect(words).toEqual(rotationSentence);
      requests = 0;
      if (lost("sentence")) throw new Fault("router-api/cut", "the connection ended", { retry: "later" });
      const script = rowOf(router, "/system/script", "rotate-secrets");
      if (script === undefined) throw new RouterTrap("no such item", 0);
      let outcome: string;
      try {
        outcome = router.import(script.get("source") ?? "");
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        router.powerCutAtWrite = Number.POSITIVE_INFINITY;
        throw new Fault("router-api/cut", "the connection ended", { retry: "later" });
      }
      if (outcome === "stopped") throw new RouterTrap(router.failure, null);
      if (lost("end")) throw new Fault("router-api/cut", "the connection ended", { retry: "later" });
      return [];
    },
    async openSession(as) {
      if (lost("log-in")) throw new Fault("router-api/unreachable", "no connection", { retry: "later" });
      if (as?.password !== password())
        throw new Fault("router-api/log-in", "invalid user name or password (6)", { retry: "later" });
      return { command: async () => [], isOpen: true, close() {} };
    },
    calls: () => [],
  };

  /** The agent's process begins with what its container was given: at a start of the container, the environment of that moment. */
  async function start(configured: SecretPair) {
    secrets = await openSiteSecrets(world, folder, configured);
    rotation = createSecretRotation(secrets, live);
  }
  await start(environment());

  return {
    router,
    folder,
    time,
    environment,
    password,
    radiusOf,
    start,
    get secrets() {
      return secrets;
    },
    rotate: (order = next) => rotation.rotate(order),
    answer: (request: Parameters<SecretRotation["answer"]>[0]) => rotation.answer(request),
    loses(which: (place: string) => boolean) {
      lost = which;
    },
    /** Router and agent understand each other now: log-ins, the API, and a container that starts anew at this moment. */
    async check(place: string) {
      const taken = [secrets.current.radiusSecret, secrets.alsoRadius()];
      for (const secret of radiusOf()) expect(taken, `${place}: RADIUS`).toContain(secret);
      expect(secrets.apiPasswords(), `${place}: API`).toContain(password());
      const anew = await openSiteSecrets(world, folder, environment());
      const takenAnew = [anew.current.radiusSecret, anew.alsoRadius()];
      for (const secret of radiusOf()) expect(takenAnew, `${place}: RADIUS after a start`).toContain(secret);
      expect(anew.apiPasswords(), `${place}: API after a start`).toContain(password());
    },
    /** All have the new ones alone. */
    expectDone(order: SecretPair) {
      const { radiusSecret, apiPassword } = order;
      expect([radiusOf(), password(), environment()]).toEqual([
        [radiusSecret],
        apiPassword,
        { radiusSecret, apiPassword },
      ]);
      expect([secrets.current, secrets.pending, secrets.apiPasswords()]).toEqual([
        { radiusSecret, apiPassword },
        null,
        [apiPassword, ...(secrets.older === null ? [] : [secrets.older.apiPassword])],
      ]);
    },
  };
}

test("[RTR-17] router, container and agent get new secrets; the old ones are forgotten, and the same order again is done already", async () => {
  const site = await openSite();
  expect([site.radiusOf(), site.password()]).toEqual([[old.radiusSecret], old.apiPassword]);
  expect(await site.rotate()).toEqual({ kind: "done" });
  site.expectDone(next);
  // Packets that were under way are still understood; half a minute later the old secret is nobody's.
  expect(site.secrets.alsoRadius()).toBe(old.radiusSecret);
  await site.time.advance(31_000);
  expect(site.secrets.alsoRadius()).toBe(null);
  const { writes } = site.router;
  expect(await site.rotate()).toEqual({ kind: "done" });
  expect(site.router.writes).toBe(writes);
  const kept = Buffer.from((await site.folder.read("secrets.json")) ?? []).toString();
  expect(kept).not.toContain(old.radiusSecret);
  expect(kept).not.toContain(old.apiPassword);
  expect(await site.rotate(later)).toEqual({ kind: "done" });
  site.expectDone(later);
});

const places = ["sentence", "request 1", "answer 1", "request 2", "answer 2", "end", "log-in"];
const writesOfScript = 8;

test.each([
  ...places.map((place): [string, (site: Awaited<ReturnType<typeof openSite>>) => void] => [
    `${place} is lost`,
    (site) => site.loses((at) => at === place),
  ]),
  ...Array.from(
    { length: writesOfScript },
    (_, index): [string, (site: Awaited<ReturnType<typeof openSite>>) => void] => [
      `the power fails at write ${index + 1} of the router`,
      (site) => {
        site.router.powerCutAtWrite = site.router.writes + index + 1;
      },
    ],
  ),
])(
  "[RTR-17] cut off where %s: both understand each other, also after a restart, and the next order completes it",
  async (place, cut) => {
    for (const restarts of ["no", "the agent", "the container"] as const) {
      const site = await openSite();
      const began = site.environment();
      cut(site);
      const first = await site.rotate();
      expect(["refused", "done"]).toContain(first.kind);
      await site.check(`${place}, restarts: ${restarts}`);
      site.loses(() => false);
      if (restarts === "the agent") await site.start(began);
      if (restarts === "the container") await site.start(site.environment());
      await site.check(`${place}, after the restart of ${restarts}`);
      expect(await site.rotate()).toEqual({ kind: "done" });
      site.expectDone(next);
      await site.check(`${place}, done`);
    }
  },
);

test("the cuts are real: the script writes as often as they say", async () => {
  const site = await openSite();
  const before = site.router.writes;
  await site.rotate();
  expect(site.router.writes - before).toBe(writesOfScript);
});

test("a disk that refuses stops it before the router hears of it", async () => {
  const site = await openSite();
  site.folder.replace = () => Promise.reject(new Error("ENOSPC"));
  await expect(site.rotate()).rejects.toThrow("ENOSPC");
  expect([site.radiusOf(), site.password()]).toEqual([[old.radiusSecret], old.apiPassword]);
  await site.check("full disk");
});

test("a router that was set up before has no such script: nothing is changed or kept, and the answer says so", async () => {
  const site = await openSite();
  site.router.configuration.replaceRows("/system/script", []);
  expect(await site.rotate()).toEqual({ kind: "no-script" });
  expect([site.secrets.pending, site.radiusOf()]).toEqual([null, [old.radiusSecret]]);
});

test("an order that comes while another one is unfinished ends that one first: the router may have it already", async () => {
  const site = await openSite();
  site.loses((at) => at === "answer 2");
  expect((await site.rotate()).kind).toBe("done"); // the proof had arrived
  const other = await openSite();
  other.loses((at) => at === "request 2");
  expect((await other.rotate()).kind).toBe("refused");
  other.loses(() => false);
  expect(await other.rotate(later)).toEqual({ kind: "done" });
  other.expectDone(later);
});

test("[RTR-17] the door tells the secrets to nobody else: closed but while the script runs, and then only for the proof", async () => {
  const site = await openSite();
  const ask = (proof: string, address = "10.5.50.7") =>
    site.answer({
      method: "POST",
      url: "/router-secrets",
      headers: { authorization: `Bearer ${proof}` },
      body: "{}",
      address,
    });
  const right = hash("sha512", `karibu asks for new secrets ${old.radiusSecret}`, "hex");
  expect(ask(right)).toBe(null);
  const heard: (number | undefined)[] = [];
  site.loses((at) => {
    if (at === "request 1") {
      for (const proof of ["", "0".repeat(128), hash("sha512", old.radiusSecret, "hex"), old.radiusSecret])
        heard.push(ask(proof)?.status);
      const told = String(ask("0".repeat(128))?.body);
      expect(told).not.toContain(next.radiusSecret);
      expect(ask(right)?.status).toBe(200);
    }
    return false;
  });
  expect((await site.rotate()).kind).toBe("done");
  expect(heard).toEqual([403, 403, 403, 403]);
  expect(ask(hash("sha512", `karibu asks for new secrets ${next.radiusSecret}`, "hex"))).toBe(null);
});

/** What loading a binary back-up of before does. */
function setBack({ router }: Awaited<ReturnType<typeof openSite>>) {
  for (const tag of ["agent-radius", "ppp-radius"]) rowOf(router, "/radius", tag)?.set("secret", old.radiusSecret);
  rowOf(router, "/user", "agent-user")?.set("password", old.apiPassword);
  rowOf(router, "/container/envs", "env-KARIBU_RADIUS_SECRET")?.set("value", old.radiusSecret);
  rowOf(router, "/container/envs", "env-KARIBU_ROUTER_PASSWORD")?.set("value", old.apiPassword);
}

test("[RTR-11] [RTR-17] a router that was restored from a back-up of before heals with the next rotation", async () => {
  const site = await openSite();
  await site.rotate();
  setBack(site);
  await site.start(site.environment());
  expect(site.secrets.current.radiusSecret).toBe(next.radiusSecret);
  expect(site.secrets.apiPasswords(), "it is still reached by its API").toEqual([next.apiPassword, old.apiPassword]);
  expect(site.secrets.alsoRadius(), "a secret that persons saw opens no log-in").toBe(null);
  expect(await site.rotate(later)).toEqual({ kind: "done" });
  site.expectDone(later);
  expect(site.secrets.older).toBe(null);
  await site.check("healed");
});

test("[RTR-17] the older secret proves nothing to the door where the router was not set back: the agent alone began with an older environment", async () => {
  const site = await openSite();
  await site.rotate();
  await site.start(old);
  const heard: (number | undefined)[] = [];
  site.loses((at) => {
    if (at !== "request 1") return false;
    const proof = hash("sha512", `karibu asks for new secrets ${old.radiusSecret}`, "hex");
    const headers = { authorization: `Bearer ${proof}` };
    heard.push(
      site.answer({ method: "POST", url: "/router-secrets", headers, body: "{}", address: "10.5.50.7" })?.status,
    );
    return false;
  });
  expect(await site.rotate(later)).toEqual({ kind: "done" });
  expect(heard).toEqual([403]);
});

test("a new set-up of the router outranks what the agent kept: its environment has secrets that were never replaced", async () => {
  const site = await openSite();
  await site.rotate();
  const anew = { radiusSecret: "another set-up's secret", apiPassword: "another password" };
  await site.start(anew);
  expect([site.secrets.current, site.secrets.rotationId, site.secrets.pending]).toEqual([anew, null, null]);
  // A container that starts with the environment of before the rotation is no new set-up.
  const back = await openSite();
  await back.rotate();
  await back.start(old);
  expect(back.secrets.current.radiusSecret).toBe(next.radiusSecret);
});

test("the script holds no secret, and the sentence names this script alone", () => {
  const source = rowOf(setUpRouter, "/system/script", "rotate-secrets")?.get("source") ?? "";
  for (const secret of [old.radiusSecret, old.apiPassword]) expect(source).not.toContain(secret);
  expect(rotationSentence).toEqual(["/system/script/run", "=number=karibu-rotate-secrets"]);
});
