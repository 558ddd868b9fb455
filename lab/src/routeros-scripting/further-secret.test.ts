/**
 * A further router gets its secret: the script that a real hub renders, in the interpreter, at the hub's real door; the agent's real folder. Cut off at
 * each step, router and agent understand each other, and the next half hour completes it. No secret ever passes between the routers.
 */

import { rmSync } from "node:fs";
import { openRouterSecrets } from "@karibu/agent/store/router-secrets";
import { processRow } from "@karibu/cloud/fleet/link/test-processes";
import { furtherSecretsForgotten } from "@karibu/cloud/fleet/router-services/further-secret-rows";
import { changeFurtherSecrets } from "@karibu/cloud/fleet/secret-rotation/change-further-secrets";
import {
  boardFacts,
  choicesFor,
  imagesForTests,
  keyOf,
  playRouter,
} from "@karibu/cloud/fleet/set-up/test-set-up-router";
import type { CallSite } from "@karibu/cloud/ground/agents/rpc-handler";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { askerOf } from "@karibu/cloud/test-asking";
import { type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { furtherHasProof, furtherSecretPath } from "@karibu/protocol/router/secret-proof";
import { keepRouterSecret } from "@karibu/protocol/rpc/router/keep-router-secret";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { createVirtualTime } from "../world/virtual-time.ts";
import { factoryConfiguration } from "./factory-configuration.ts";
import { ScriptError } from "./result.ts";
import { PowerCut, SimulatedRouter } from "./simulated-router.ts";

const images = imagesForTests();
const hub = useHub("embedded", { images: images.shelf, tunnelEndpoint: "hub.test:51820" });
let mine: TestProvider;
beforeAll(async () => {
  mine = await hub.makeProvider("Roofs");
});
afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

const address = "192.168.88.2";
const roof = {
  name: "Roof",
  ownAddress: address,
  agentSide: "192.168.88.1",
  routerosVersion: "7.22.1 (stable)",
  pppoe: null,
  hotspot: { ports: ["ether3"], network: "10.77.0.0/22" },
};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
let sites = 0;

/** A site whose first router was set up, and a further one at the shop's table: its script is downloaded, and not imported yet. */
async function openSite() {
  const at = ++sites;
  const call = askerOf(hub, () => mine.token);
  const { siteId } = (await call("POST", "/sites", { name: `Roof ${at}` })).body.site as { siteId: string };
  const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
  await playRouter(hub, line, { ...boardFacts, serial: `ROOF${at}`, wireguardPublicKey: keyOf(60 + at) }).tell();
  await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor);
  const path = `/sites/${siteId}/further-routers`;
  const put = (routers: readonly object[]) => call("PUT", path, { routers });
  expect((await put([roof])).status).toBe(200);
  const processId = `process-${at}`;
  const asPlatform = (statement: ReturnType<typeof sql>) =>
    hub.database().asPlatform("test", (tx) => statement.execute(tx));
  const time = createVirtualTime(Date.UTC(2027, 0, 15, 9));
  const world = { clock: time.clock(), random: seededRandom(1), log: quiet };
  let folder = createFaultyFolder(world);
  /** What the first router's script of now would put into the container's environment. */
  const environment = async () => {
    const text = (await call("GET", `/sites/${siteId}/script`)).text;
    return /192\.168\.88\.2\W+secret\W+([0-9a-f]{36})/.exec(text)?.[1] ?? "-";
  };
  let configured = await environment();
  const openAgent = () => openRouterSecrets(world, folder, new Map([[address, configured]]));
  let agent = await openAgent();
  let duringCall: () => Promise<unknown> = async () => {};
  const callSite = (async (
    _: string,
    method: unknown,
    order: { address: string; current: string; next: string | null },
  ) => {
    expect([method, keepRouterSecret.params.safeParse(order).success]).toEqual([keepRouterSecret, true]);
    const kind = await agent.keep(order.address, order);
    await duringCall();
    duringCall = async () => {};
    return { kind };
  }) as unknown as CallSite;
  const parts = { world: hub.world, envelope: hub.envelope, database: hub.database(), emit: createEmit(hub.world) };
  const signal = new AbortController().signal;
  /** The site's present link began now. */
  const beginLink = () => {
    const nowMs = hub.world.clock.wall().atMs;
    return asPlatform(
      sql`insert into site_links (provider_id, site_id, process_id, link_id, connected_at_ms, last_heard_at_ms, protocol)
          values (${mine.providerId}, ${siteId}, ${processId}, 'l', ${nowMs}, ${nowMs}, 2)
          on conflict (provider_id, site_id) do update set connected_at_ms = excluded.connected_at_ms`,
    );
  };
  let router = new SimulatedRouter(factoryConfiguration);
  let lost = "";
  const asked: { url: string; header: string; body: string; check: string | undefined }[] = [];
  const askHub = (bearer: string, has: string) =>
    hub.call("POST", furtherSecretPath, { headers: { Authorization: `Bearer ${bearer}` }, body: { has } });

  /** The interpreter does not wait: each question is put once, and what was answered is given again. */
  async function run(text: () => string): Promise<string> {
    const answers: (string | null)[] = [];
    for (;;) {
      const tried = router.copy();
      tried.powerCutAtWrite = tried.writes + cutAtWrite;
      let open: (typeof asked)[number] | null = null;
      let count = 0;
      tried.hardware = {
        whileDelayed() {},
        handleCommand(menu, verb, _, properties) {
          if (`${menu}/${verb}` !== "/tool/fetch") return undefined;
          const number = ++count;
          if (lost === `request ${number}`) throw new ScriptError("failure: connection timeout");
          const known = answers[number - 1];
          if (known === undefined) {
            const text = (name: string) => properties.get(name) ?? "";
            const check = properties.get("check-certificate");
            open ??= { url: text("url"), header: text("http-header-field"), body: text("http-data"), check };
            throw new ScriptError("the test asks the hub");
          }
          if (known === null || lost === `answer ${number}`) throw new ScriptError("failure: no answer");
          return new Map([["data", known]]);
        },
      };
      let outcome = "power cut";
      try {
        outcome = tried.import(text());
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
      }
      if (open === null) {
        router = tried;
        return outcome;
      }
      const { header, body } = open as (typeof asked)[number];
      asked.push(open);
      const bearer = /Authorization: Bearer ([^,]*)/.exec(header)?.[1] ?? "";
      const answer = await askHub(bearer, JSON.parse(body).has);
      answers.push(answer.status === 200 ? answer.text : null);
    }
  }
  let cutAtWrite = Number.POSITIVE_INFINITY;
  const site = {
    siteId,
    time,
    put,
    asked,
    askHub,
    asPlatform,
    router: () => router,
    agent: () => agent,
    folder: () => folder,
    download: async () => (await call("GET", `${path}/script?ownAddress=${address}`)).text,
    shown: async () => (await call("GET", path)).body.secrets[0],
    want: () => call("POST", `/sites/${siteId}/secrets/rotate`),
    rows: () => router.rows("/radius").flatMap((row) => row.get("secret") ?? []),
    setRows: (secret: string) => {
      for (const row of router.rows("/radius")) if (row.has("secret")) row.set("secret", secret);
    },
    key: () =>
      router
        .rows("/system/script")
        .find((row) => row.get("name") === "karibu-own-key")
        ?.get("source") ?? "",
    /** A new link begins: what the agent must know is told. */
    async link() {
      await asPlatform(processRow(processId));
      await beginLink();
      await site.tell();
    },
    /** The next time that the agent is told, this happens before its answer is at the hub. */
    whileTold(happens: () => Promise<unknown>) {
      duringCall = happens;
    },
    beginLink,
    async tell() {
      hub.moveClock(1000);
      await changeFurtherSecrets({ ...parts, callSite, processId }, { max: 20, signal });
    },
    import: (script: string) => run(() => script),
    /** The router's half hour. */
    poll: () =>
      run(
        () =>
          router
            .rows("/system/script")
            .find((row) => row.get("name") === "karibu-change-secret")
            ?.get("source") ?? "",
      ),
    loses(place: string) {
      lost = place.startsWith("write") ? "" : place;
      cutAtWrite = place.startsWith("write") ? Number(place.slice(6)) : Number.POSITIVE_INFINITY;
    },
    async restartAgent(given: { newStick?: boolean; scriptImported?: boolean } = {}) {
      if (given.newStick) folder = createFaultyFolder(world);
      if (given.scriptImported) configured = await environment();
      agent = await openAgent();
    },
    check(place: string) {
      const { current, also } = agent.of(address) ?? {};
      expect(site.rows().length, place).toBeGreaterThan(0);
      for (const secret of site.rows()) expect([current, also], place).toContain(secret);
    },
  };
  await site.link();
  return site;
}

/** Set up, and its first change done: what the script had, nobody takes any more. */
async function openChanged() {
  const site = await openSite();
  const script = await site.download();
  expect([await site.import(script), site.router().failure]).toEqual(["done", ""]);
  const [first = ""] = site.rows();
  await site.tell();
  await site.tell();
  expect(await site.poll()).toBe("done");
  await site.tell();
  await site.time.advance(31_000);
  return { ...site, script, first };
}

test("[RTR-23] [RTR-17] a further router claims a key of its own with its script, gets another secret from the hub alone, and what was in the script opens nothing", async () => {
  const site = await openSite();
  const script = await site.download();
  expect((await site.shown()).problem).toBe(null);
  await site.tell();
  expect((await site.shown()).problem).toBe("unclaimed");
  expect([await site.import(script), site.router().failure]).toEqual(["done", ""]);
  site.check("imported");
  const [first = ""] = site.rows();
  expect(script).toContain(first);
  const claim = /local claim \\"(c[0-9a-f]{48})/.exec(script)?.[1] ?? "";
  expect(site.key()).toMatch(new RegExp(`^${claim}/k[0-9a-f]{48}$`));
  // The next one is made when there is somebody who fetches it, and told when the agent takes it.
  await site.tell();
  await site.tell();
  site.check("told");
  const next = site.agent().of(address)?.next ?? "-";
  expect(next).toMatch(/^[0-9a-f]{36}$/);
  expect(await site.poll()).toBe("done");
  expect([...new Set(site.rows())]).toEqual([next]);
  site.check("changed");
  await site.tell();
  expect(site.agent().of(address)).toMatchObject({ current: next, also: first, next: null });
  await site.time.advance(31_000);
  expect(site.agent().of(address)).toMatchObject({ current: next, also: null });
  expect(await site.shown()).toMatchObject({ wantedAtMs: null, problem: null });
  // Nothing waits: nothing is changed.
  const before = site.router().snapshot();
  expect([await site.poll(), site.router().snapshot()]).toEqual(["done", before]);
  for (const { url } of site.asked) expect(url).toBe(`http://hub.test${furtherSecretPath}`);
  for (const used of [claim, `c${"0".repeat(48)}`, "", first])
    expect((await site.askHub(used, "")).body.code, used).toBe(
      used === "" ? "router-key-unknown" : "router-key-unknown",
    );
  // The container's environment is of before; its own script, imported once more, leaves what the router has.
  await site.restartAgent();
  expect(site.agent().of(address)?.current).toBe(next);
  expect(await site.import(script)).toBe("done");
  site.check("imported again");
});

const places = ["request 1", "answer 1", "request 2", "answer 2", "write 1", "write 2", "write 3"];
test.each(inLongRunAll(places, (place) => place === "answer 2" || place === "write 2"))(
  "[RTR-23] cut off at %s, both understand each other, also after a restart of the agent, and the next half hour completes it",
  async (place) => {
    const site = await openChanged();
    const [before] = site.rows();
    await site.want();
    await site.tell();
    await site.tell();
    site.loses(place);
    const outcome = await site.poll();
    if (place !== "write 3") expect(outcome).not.toBe("done");
    site.check(place);
    site.loses("");
    await site.tell();
    await site.restartAgent();
    site.check(`${place}, restarted`);
    expect(await site.poll()).toBe("done");
    await site.tell();
    expect(new Set(site.rows()).size).toBe(1);
    expect(site.rows()).not.toContain(before);
    site.check(`${place}, done`);
    expect(await site.shown()).toMatchObject({ wantedAtMs: null });
  },
);

test("[RTR-23] an answer that is lost at the claim is asked for again; who shows a claim after its router has shown its key gets nothing", async () => {
  const site = await openSite();
  const script = await site.download();
  site.loses("answer 1");
  expect(await site.import(script)).toBe("done");
  expect(site.key()).toBe("");
  site.check("the script's own secret");
  site.loses("");
  expect(await site.poll()).toBe("done");
  expect(site.key()).not.toBe("");
  await site.poll();
  const claim = site.key().split("/")[0] ?? "";
  expect((await site.askHub(claim, "")).status).toBe(401);
  // A later script is for a later router; the one that is there goes on with its key.
  const later = /local claim \\"(c[0-9a-f]{48})/.exec(await site.download())?.[1] ?? "";
  expect(await site.poll()).toBe("done");
  await site.asPlatform(
    sql`update site_further_routers set claim_until_ms = claim_until_ms - 259200000 where site_id = ${site.siteId}`,
  );
  expect((await site.askHub(later, "")).status).toBe(401);
});

test("[RTR-23] a router that was removed and added again at its address has the new secret when its new script is imported, and its old key opens nothing", async () => {
  const site = await openChanged();
  const [before] = site.rows();
  await site.put([]);
  await site.put([roof]);
  const old = site.key().split("/")[1] ?? "";
  expect((await site.askHub(old, "")).status).toBe(401);
  await site.restartAgent({ scriptImported: true });
  expect(await site.import(await site.download())).toBe("done");
  expect(site.rows()).not.toContain(before);
  await site.link();
  site.check("added again");
});

test("[RTR-23] after a lost stick the agent has the router's secret with its first link, though its container's environment is of before", async () => {
  const site = await openChanged();
  await site.restartAgent({ newStick: true });
  expect(site.agent().of(address)?.current).toBe(site.first);
  await site.link();
  site.check("new stick");
  await site.restartAgent();
  site.check("new stick, restarted");
});

test("[RTR-23] an agent whose stick is lost while the hub tells it the secret is told again with the link that began meanwhile", async () => {
  const site = await openChanged();
  site.whileTold(async () => {
    await site.restartAgent({ newStick: true });
    await site.beginLink();
  });
  await site.link();
  expect(site.agent().of(address)?.current).toBe(site.first);
  await site.tell();
  site.check("new stick");
});

test("[RTR-23] a router that was set back to a back-up of before a change has the present secret within half an hour", async () => {
  const site = await openChanged();
  site.setRows(site.first);
  expect(await site.poll()).toBe("done");
  expect(site.rows()).not.toContain(site.first);
  site.check("set back");
});

test("[RTR-23] [BEY-29] after a restore of the hub the agent keeps what its router has, and both get another secret", async () => {
  const site = await openChanged();
  const kept = await site.asPlatform(
    sql`select radius_secret_sealed as secret from site_further_routers where site_id = ${site.siteId}`,
  );
  await site.want();
  await site.tell();
  await site.tell();
  await site.poll();
  await site.tell();
  const [present] = site.rows();
  const { secret } = kept.rows[0] as { secret: Uint8Array };
  await site.asPlatform(
    sql`update site_further_routers set radius_secret_sealed = ${secret} where site_id = ${site.siteId}`,
  );
  for (const statement of furtherSecretsForgotten) await site.asPlatform(sql.raw(statement));
  await site.link();
  site.check("restored");
  await site.tell();
  expect(await site.poll()).toBe("done");
  expect(site.rows()).not.toContain(present);
  await site.tell();
  await site.time.advance(31_000);
  site.check("changed after the restore");
  expect(site.agent().of(address)).toMatchObject({ also: null });
});

test("[RTR-23] a secret that the agent does not take yet is not told to the router", async () => {
  const site = await openChanged();
  const [present = ""] = site.rows();
  await site.want();
  // Made and never sent: the agent was away.
  const parts = { world: hub.world, envelope: hub.envelope, database: hub.database(), emit: createEmit(hub.world) };
  const away = (() => Promise.reject(new Error("not a Fault"))) as unknown as CallSite;
  await expect(
    changeFurtherSecrets(
      { ...parts, callSite: away, processId: `process-${sites}` },
      { max: 20, signal: new AbortController().signal },
    ),
  ).rejects.toThrow("not a Fault");
  expect(await site.poll()).toBe("done");
  expect([...new Set(site.rows())]).toEqual([present]);
  const key = site.key().split("/")[1] ?? "";
  expect((await site.askHub(key, furtherHasProof(present))).body).toEqual({ key: "", radius: "" });
});

test("a router that the agent's settings do not list is named; one that is set up anew starts with what its settings say", async () => {
  const time = createVirtualTime(Date.UTC(2027, 0, 15, 9));
  const world = { clock: time.clock(), random: seededRandom(1), log: quiet };
  const folder = createFaultyFolder(world);
  const agent = await openRouterSecrets(world, folder, new Map([[address, "a".repeat(36)]]));
  expect(await agent.keep(address, { current: "b".repeat(36), next: null })).toBe("kept");
  expect(await agent.keep("192.168.88.9", { current: "b".repeat(36), next: null })).toBe("unknown-router");
  const anew = await openRouterSecrets(world, folder, new Map([[address, "another one of a new set-up"]]));
  expect(anew.of(address)).toMatchObject({ current: "another one of a new set-up", next: null });
  expect(Buffer.from((await folder.read("router-secrets.json")) ?? []).toString()).not.toContain("a".repeat(36));
});
