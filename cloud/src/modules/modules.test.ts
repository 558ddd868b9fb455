/** A hub that is run without its modules: nothing of them is there. What becomes of what each wrote stands beside it (`*-off.test.ts`). */
import { tmpdir } from "node:os";
import { beforeAll, describe, expect, test } from "vitest";
import { anyEngine } from "../ground/db/test-databases.ts";
import { waitingWith } from "../home/waiting.ts";
import { examineHub } from "../operations/health/examine-hub.ts";
import { askerOf } from "../test-asking.ts";
import { type TestProvider, useHub } from "../test-hub.ts";
import { allModules, everyModule } from "./all-modules.ts";
import { moduleNames } from "./choose-modules.ts";
import type { ModuleName } from "./names.ts";
import { samplesOfModules } from "./test-all-modules.ts";

const ownPermissions = everyModule.flatMap(({ permissions = [] }) => permissions);

describe("[SYS-27] a hub without modules", () => {
  const whole = useHub(anyEngine);
  const hub = useHub(anyEngine, { modules: [] });
  let provider: TestProvider;
  const call = askerOf(hub, () => provider.token);

  beforeAll(async () => {
    provider = await hub.makeProvider("Small");
    const { siteId } = (await call("POST", "/sites", { name: "Kiosk" })).body.site;
    const at = { providerId: provider.providerId, siteId, nowMs: hub.world.clock.wall().atMs, label: "small" };
    for (const row of samplesOfModules.flatMap(({ waiting = {} }) => Object.values(waiting).map((make) => make(at))))
      await hub.database().asProvider(provider.providerId, (tx) => row.execute(tx));
  });

  test("its routes are those of the hub alone; all others are as with modules", async () => {
    const names = (of: typeof hub) => of.hub().routes.map(({ method, path }) => `${method} ${path}`);
    const [all, alone] = [names(whole), new Set(names(hub))];
    const gone = all.filter((name) => !alone.has(name));
    expect(gone.length).toBeGreaterThan(0);
    // At `/sites/import` there is a site of the hub's own, by that name: it is the method that is not there.
    const ofHub = hub.hub().routes.map(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`));
    for (const name of gone) {
      const [method = "", path = ""] = name.split(" ");
      const filled = path.replaceAll(/\{\w+\}/g, "x");
      const answer = await hub.call(method, filled, {
        token: provider.token,
        body: method === "GET" ? undefined : {},
      });
      expect([name, answer.status]).toEqual([name, ofHub.some((shape) => shape.test(filled)) ? 405 : 404]);
    }
    expect([...alone].filter((name) => !all.includes(name))).toEqual([]);
    const described = Object.keys((await hub.call("GET", "/api/v1/openapi.json")).body.paths);
    for (const name of gone) expect(described).not.toContain(name.split(" ")[1]);
  });

  test("a module takes no name of the hub's, nor of another module: of two with one name the second would never be asked", () => {
    const routes = whole.hub().routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
    const kinds = everyModule.flatMap(({ waiting = {} }) => Object.keys(waiting));
    const jobs = everyModule.flatMap(({ jobs = [] }) => jobs);
    for (const names of [routes, whole.hub().maintenance.names, kinds, jobs, ownPermissions])
      expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    // Those of the hub alone, of which a module would take the place.
    expect(kinds.filter((kind) => kind in waitingWith([]))).toEqual([]);
  });

  test("nobody has its permissions, and no role is offered them; whoever logs in hears which modules there are", async () => {
    const { body: user } = await call("GET", "/user");
    expect(user.modules).toEqual([]);
    const { body: roles } = await call("GET", "/roles");
    expect(ownPermissions.length).toBeGreaterThan(0);
    for (const permission of ownPermissions) {
      expect(user.permissions).not.toContain(permission);
      expect(roles.permissions).not.toContain(permission);
    }
    const { token } = await whole.makeProvider("Whole");
    const { body: there } = await whole.call("GET", "/api/v1/user", { token });
    expect(there.modules).toEqual(Object.keys(allModules));
    expect(there.permissions).toEqual(expect.arrayContaining(ownPermissions));
  });

  test("recurring work of it that failed when it was there is no trouble of this hub, and stands in no schedule", async () => {
    const token = await hub.adminToken();
    const upkeep = async () => {
      const { body } = await hub.call("GET", "/api/v1/platform/health", { token });
      return body.parts.find(({ name }: { name: string }) => name === "upkeep");
    };
    await hub.hub().maintenance.runDue();
    expect(await upkeep()).toMatchObject({ grade: "good" });
    const names = async () => {
      const { body } = await hub.call("GET", "/api/v1/platform/schedule", { token });
      return body.items.map(({ name }: { name: string }) => name);
    };
    const before = await names();
    await hub.database().asPlatform("test", (tx) =>
      tx
        .insertInto("upkeep_runs")
        .values({
          name: "tell-of-the-past",
          everyMs: 1,
          startedAtMs: 1,
          finishedAtMs: 2,
          outcome: "no",
          failed: true,
        })
        .execute(),
    );
    expect(await upkeep()).toMatchObject({ grade: "good" });
    expect(await names()).toEqual(before);
  });

  test("what failed of it when it was there is no trouble: neither in the hub's health nor to who examines it by command", async () => {
    const token = await hub.adminToken();
    const insert = (rows: readonly string[]) => hub.database().alone("write", (run) => run(rows.join(";")));
    const work = everyModule.flatMap(({ recurring = [] }) => recurring);
    const jobs = everyModule.flatMap(({ jobs = [] }) => jobs);
    await insert([
      "delete from upkeep_runs",
      ...work.map(
        (name) =>
          `insert into upkeep_runs (name, every_ms, started_at_ms, finished_at_ms, outcome, failed) values ('${name}', 1, 1, 2, 'no', true)`,
      ),
      ...jobs.map(
        (name) =>
          `insert into dead_jobs (job_id, name, queue, data, tries, created_at_ms, died_at_ms) values ('dead-${name}', '${name}', 'q', '{}', 1, 1, 1)`,
      ),
    ]);
    const unwell = (parts: readonly { name: string; grade: string }[]) =>
      parts
        .filter(({ name, grade }) => ["jobs", "upkeep"].includes(name) && grade !== "ok" && grade !== "good")
        .map(({ name }) => name);
    const { body } = await hub.call("GET", "/api/v1/platform/health", { token });
    expect(unwell(body.parts)).toEqual([]);
    const setUp = {
      dataDir: tmpdir(),
      hasMailServer: true,
      provedMsMax: null,
      masterKeyFrom: "setting",
      publicUrl: null,
    } as const;
    const examine = async (modules: readonly ModuleName[]) =>
      unwell(await examineHub(hub.world, { ...setUp, modules }, { database: hub.database(), envelope: hub.envelope }));
    expect(await examine([])).toEqual([]);
    expect(await examine(moduleNames)).toEqual(["jobs", "upkeep"]);
  });

  test("what failed of it asks nobody on the first page: neither the provider's people nor the platform's", async () => {
    const { providerId } = provider;
    const dead = (name: string) => `insert into dead_jobs (job_id, name, queue, data, tries, created_at_ms, died_at_ms)
      values ('home-${name}', '${name}', 'q', '{"providerId": "${providerId}"}', 1, 1, 1)`;
    const insert = (names: readonly string[]) =>
      hub.database().alone("write", (run) => run(["delete from dead_jobs", ...names.map(dead)].join(";")));
    const asked = async () => {
      const { body } = await call("GET", "/home");
      const jobs = body.waiting.find(({ kind }: { kind: string }) => kind === "jobs-failed");
      const ofHub = await hub.call("GET", "/api/v1/home", { token: await hub.adminToken() });
      return [jobs?.count ?? 0, ofHub.body.health.jobsFailed];
    };
    const off = everyModule.flatMap(({ jobs = [] }) => jobs);
    await insert(off);
    expect(await asked()).toEqual([0, 0]);
    await insert([...off, "the-hubs-own"]);
    expect(await asked()).toEqual([1, 1]);
  });

  test("what waits for a decision in it is not asked for", async () => {
    const { body } = await call("GET", "/home");
    const kinds = body.waiting.map(({ kind }: { kind: string }) => kind);
    for (const kind of samplesOfModules.flatMap(({ waiting = {} }) => Object.keys(waiting)))
      expect(kinds).not.toContain(kind);
  });
});
