/** The console's own log-in by a provider's RADIUS server: real HTTP, real packets on loopback. */

import { codes } from "@karibu/protocol/radius/codes";
import { longTest } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createExchangeDatagrams, type OpenDatagrams } from "../../ground/datagrams/exchange-datagrams.ts";
import { nodeDatagrams } from "../../ground/datagrams/node-datagrams.ts";
import type { Tx } from "../../ground/db/database.ts";
import { engineSuite, realWorld } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { openRadiusDouble, type RadiusDouble } from "./test-radius-double.ts";

const secret = "between hub and its RADIUS";
const people = {
  john: { password: "johns-radius-word", says: [{ name: "class", value: "helpers" }] },
  "mary@voi.test": { password: "marys-radius-word", says: [{ name: "class", value: "bosses" }] },
} as const;

/** Waits for lost packets pass at once, so a dead server costs no seconds here. */
const impatient = () => {
  const world = realWorld();
  return {
    ...world,
    clock: { ...world.clock, after: (delayMs: number, task: () => void) => world.clock.after(delayMs / 20, task) },
  };
};

engineSuite("log-in by RADIUS of a provider's people", (engine) => {
  let double: RadiusDouble;
  let dialled: { address: string; port: number }[] = [];
  let isInside = false;
  const open: OpenDatagrams = (to, onMessage) => {
    dialled.push(to);
    return nodeDatagrams({ ...to, address: "127.0.0.1" }, onMessage);
  };
  const refusalMsLeast = 150;
  const hub = useHub(engine, {
    refusalMsLeast,
    exchangeDatagrams: createExchangeDatagrams(impatient(), open),
    dns: {
      txt: async () => [],
      addresses: async (name) =>
        ["radius.voi.test", "second.voi.test"].includes(name) ? ["41.90.0.7", ...(isInside ? ["10.0.0.1"] : [])] : [],
    },
  });
  let voi: TestProvider;
  let john: string;
  beforeAll(async () => {
    double = await openRadiusDouble(secret);
    voi = await hub.makeProvider("Voi");
    john = await person("john@voi.test", "support");
    await person("mary@voi.test", "manager");
  });
  afterAll(() => double.close());
  beforeEach(() => {
    double.be({ people, isSigned: true, secret, lost: 0, code: null });
    double.heard.length = 0;
    dialled = [];
    isInside = false;
    hub.moveClock(2 * 86_400_000); // what was counted of wrong passwords is over
  });

  async function person(email: string, role: string): Promise<string> {
    const body = { email, name: email, role, password: ownerPassword, yourPassword: ownerPassword };
    return (await hub.call("POST", "/api/v1/users", { token: (await owner()).token, body })).body.userId;
  }
  const owner = async () => ({ token: await hub.logIn(voi.ownerEmail, ownerPassword) });
  const path = "/api/v1/settings/radius-log-in";
  const settings = () => ({
    ...{ host: "radius.voi.test", siteId: null, port: double.port, secret },
    ...{ names: "before-at", roles: ["support", "manager"] },
    ...{ roleAttribute: null, roleMap: [], yourPassword: ownerPassword },
  });
  const put = async (change: object = {}, token?: string) =>
    hub.call("PUT", path, { token: token ?? (await owner()).token, body: { ...settings(), ...change } });
  const enter = (email: string, password: string, more: object = {}) =>
    hub.call("POST", "/api/v1/login", { body: { email, password, ...more } });
  const roleOf = async (userId: string) =>
    (await hub.call("GET", `/api/v1/users/${userId}`, { token: (await owner()).token })).body.role;

  test("[TEN-13] before it is set nobody is asked; then a person of a chosen role logs in with the word that RADIUS knows, or with Karibu's", async () => {
    expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
    expect(dialled).toEqual([]);
    const set = await put();
    expect(set.status, set.text).toBe(200);
    expect(set.text).not.toContain(secret);
    const entered = await enter("john@voi.test", people.john.password);
    expect(entered.status, entered.text).toBe(200);
    expect(entered.body.user).toMatchObject({ email: "john@voi.test", role: "support" });
    expect(double.heard).toMatchObject([{ user: "john", password: people.john.password }]);
    expect(dialled).toEqual([{ address: "41.90.0.7", port: double.port }]);
    expect((await enter("john@voi.test", ownerPassword)).status).toBe(200);
    expect(double.heard, "Karibu's own password asks nobody").toHaveLength(1);
    const { items } = (await hub.call("GET", "/api/v1/audit", { token: (await owner()).token })).body;
    const logIns = items.filter(({ action }: { action: string }) => action === "log-in");
    expect(logIns.filter((one: { detail: { by?: string } }) => one.detail.by === "radius")).toHaveLength(1);
    expect((await hub.call("GET", path, { token: (await owner()).token })).body).toMatchObject({
      lastOutcome: "accept",
    });
  });

  test("[TEN-13] a wrong word there is refused like any, counts as a guess, and the hub waits before it asks again", async () => {
    await put();
    const wrong = await enter("john@voi.test", "not johns word");
    const nobody = await enter("nobody@voi.test", "not johns word");
    const plain = ({ requestId: _, ...body }: Record<string, unknown>) => body;
    expect([wrong.status, plain(wrong.body)]).toEqual([nobody.status, plain(nobody.body)]);
    let last = wrong;
    for (let times = 0; times < 12 && last.status === 401; times++)
      last = await enter("john@voi.test", `guess ${times}`);
    expect(last.body.code).toBe("too-many-tries");
    const asked = double.heard.length;
    expect((await enter("john@voi.test", people.john.password)).body.code).toBe("too-many-tries");
    expect(double.heard).toHaveLength(asked);
  });

  test("[TEN-13] a refusal takes as long about an address that nobody has, one that no server is asked about, and one that is", async () => {
    await put();
    const refusalMs = async (email: string) => {
      const began = performance.now();
      expect((await enter(email, "not the word")).status).toBe(401);
      return performance.now() - began;
    };
    for (const email of ["nobody@voi.test", voi.ownerEmail, "john@voi.test"])
      expect(await refusalMs(email), email).toBeGreaterThanOrEqual(refusalMsLeast - 2);
    // Who knows the password waits for nothing.
    expect((await enter("john@voi.test", ownerPassword)).status).toBe(200);
  });

  test("[TEN-13] nobody becomes staff by it, owners never log in by it, and neither who is switched off nor a role that was not chosen", async () => {
    await put({ roles: ["manager"] });
    double.be({
      people: { ...people, [voi.ownerEmail.split("@")[0] as string]: { password: "owners-radius-word" } },
    });
    expect((await enter(voi.ownerEmail, "owners-radius-word")).status).toBe(401);
    expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
    expect((await enter("ghost@voi.test", "x")).status).toBe(401);
    await put();
    const switchTo = async (active: boolean) =>
      hub.call("PATCH", `/api/v1/users/${john}`, { token: (await owner()).token, body: { active } });
    await switchTo(false);
    expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
    expect(double.heard).toEqual([]);
    await switchTo(true);
    for (const roles of [["owner"], ["support", "platform-admin"]])
      expect((await put({ roles })).body.code).toBe("radius-role");
    expect((await put({ roleAttribute: "class", roleMap: [{ value: "x", role: "seller" }] })).body.code).toBe(
      "radius-role",
    );
  });

  test("[TEN-13] two of the staff with one name before the @ are not asked about under it", async () => {
    await put();
    await person("john@elsewhere.test", "manager");
    expect((await enter("john@elsewhere.test", people.john.password)).status).toBe(401);
    expect(double.heard).toEqual([]);
    await put({ names: "address" });
    expect((await enter("mary@voi.test", people["mary@voi.test"].password)).status).toBe(200);
    await hub
      .database()
      .asProvider(voi.providerId, (tx) => tx.deleteFrom("users").where("email", "=", "john@elsewhere.test").execute());
  });

  longTest(
    "[TEN-13] the attribute's value says the role, among those that were chosen; without one that is known nobody enters",
    async () => {
      const map = { roleAttribute: "class", roleMap: [{ value: "bosses", role: "manager" }] };
      await put(map);
      expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
      expect((await hub.call("GET", path, { token: (await owner()).token })).body.lastOutcome).toBe("no-role");
      double.be({ people: { john: { password: people.john.password, says: [{ name: "class", value: "bosses" }] } } });
      expect((await enter("john@voi.test", people.john.password)).body.user.role).toBe("manager");
      expect(await roleOf(john)).toBe("manager");
      const { items } = (await hub.call("GET", "/api/v1/audit", { token: (await owner()).token })).body;
      expect(items.find(({ action }: { action: string }) => action === "role-by-radius")).toMatchObject({
        target: john,
        detail: { from: "support", to: "manager" },
      });
      const told = await hub
        .database()
        .asProvider(voi.providerId, (tx) => tx.selectFrom("events").selectAll().where("id", "=", john).execute());
      expect(told.at(-1)).toMatchObject({ topic: "user", action: "role-changed" });
      await hub.call("PATCH", `/api/v1/users/${john}`, { token: (await owner()).token, body: { role: "support" } });
    },
  );

  test("[TEN-13] a role that was deleted since is given to nobody", async () => {
    const token = (await owner()).token;
    const body = { name: "Night shift", permissions: ["sites.read"] };
    const { role } = (await hub.call("POST", "/api/v1/roles", { token, body })).body;
    await put({
      ...{ roles: ["support", "manager", role], roleAttribute: "class" },
      roleMap: [{ value: "helpers", role }],
    });
    expect((await hub.call("DELETE", `/api/v1/roles/${role}`, { token })).status).toBe(204);
    expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
    expect(await roleOf(john)).toBe("support");
  });

  longTest(
    "[TEN-13] a role that got more since gives by RADIUS what was confirmed, and moves nobody to it, until somebody confirms it who may give it",
    async () => {
      const token = (await owner()).token;
      const body = { name: "Day shift", permissions: ["sites.read"] };
      const { role } = (await hub.call("POST", "/api/v1/roles", { token, body })).body;
      const ann = await person("ann@voi.test", role);
      const anns = { ann: { password: "anns-radius-word", says: [{ name: "class" as const, value: "days" }] } };
      const byDay = {
        ...{ roles: ["support", role], roleAttribute: "class" },
        roleMap: [
          { value: "days", role },
          { value: "helpers", role },
        ],
      };
      double.be({ people: { ...people, ...anns } });
      await put(byDay);
      const plans = (bearer: string) => hub.call("GET", "/api/v1/plans", { token: bearer });
      const sites = (bearer: string) => hub.call("GET", "/api/v1/sites", { token: bearer });
      const open = (await enter("ann@voi.test", anns.ann.password)).body;
      await hub.call("PATCH", `/api/v1/roles/${role}`, {
        token,
        body: { permissions: ["sites.read", "plans.read"] },
      });
      const later = (await enter("ann@voi.test", anns.ann.password)).body;
      const again = (await hub.call("POST", "/api/v1/refresh", { body: { refreshToken: open.refreshToken } })).body;
      for (const one of [later, again])
        expect([(await sites(one.token)).status, (await plans(one.token)).status]).toEqual([200, 403]);
      const own = await hub.logIn("ann@voi.test", ownerPassword);
      expect((await plans(own)).status).toBe(200);
      expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
      const view = await hub.call("GET", path, { token: (await owner()).token });
      expect(view.body).toMatchObject({
        lastOutcome: "role-grown",
        server: { grown: [{ role, permissions: ["plans.read"] }] },
      });
      expect(await roleOf(john)).toBe("support");
      const confirmed = await put(byDay);
      expect(confirmed.body.server.grown).toEqual([]);
      expect((await plans(later.token)).status).toBe(200);
      expect((await enter("john@voi.test", people.john.password)).body.user.role).toBe(role);
      for (const userId of [john, ann])
        await hub.call("PATCH", `/api/v1/users/${userId}`, {
          token: (await owner()).token,
          body: { role: "support" },
        });
    },
  );

  test("[TEN-13] what a server opened is over when it is taken away, replaced, or the person has a role that it opens nothing for", async () => {
    const stands = async ({ token, refreshToken }: { token: string; refreshToken: string }) => [
      (await hub.call("GET", "/api/v1/user", { token })).status,
      (await hub.call("POST", "/api/v1/refresh", { body: { refreshToken } })).status,
    ];
    const entered = async () => (await enter("john@voi.test", people.john.password)).body;
    await put();
    const own = await hub.logIn("john@voi.test", ownerPassword);
    let open = await entered();
    await put(); // the same server with the same secret: nothing changed
    expect((await hub.call("GET", "/api/v1/user", { token: open.token })).status).toBe(200);
    await put({ host: "second.voi.test" });
    expect(await stands(open)).toEqual([401, 401]);
    open = await entered();
    await put({ host: "second.voi.test", roles: ["manager"] });
    expect(await stands(open)).toEqual([401, 401]);
    await put({ host: "second.voi.test" });
    // Also when the role is chosen again: nothing that was left open lives on.
    expect(await stands(open)).toEqual([401, 401]);
    open = await entered();
    await put({ host: "second.voi.test", secret: "another secret of it" });
    expect(await stands(open)).toEqual([401, 401]);
    await put();
    open = await entered();
    await hub.call("DELETE", path, { token: (await owner()).token });
    await put();
    expect(await stands(open)).toEqual([401, 401]);
    expect((await hub.call("GET", "/api/v1/user", { token: own })).status).toBe(200);
  });

  test("[TEN-13] a site that left the tunnel is named as the reason, and nobody is dialled", async () => {
    const { site } = (await hub.call("POST", "/api/v1/sites", { token: (await owner()).token, body: { name: "Left" } }))
      .body;
    const of = { providerId: voi.providerId, siteId: site.siteId };
    await hub.database().asProvider(voi.providerId, (tx) =>
      tx
        .insertInto("wireguard_peers")
        .values({ ...of, address: "10.89.0.8", madeAtMs: 1 } as never)
        .execute(),
    );
    await put({ host: null, siteId: site.siteId });
    await hub
      .database()
      .asProvider(voi.providerId, (tx) => tx.deleteFrom("wireguard_peers").where("siteId", "=", site.siteId).execute());
    expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
    expect(dialled).toEqual([]);
    expect((await hub.call("GET", path, { token: (await owner()).token })).body.lastOutcome).toBe("no-tunnel");
  });

  test("[TEN-13] the second factor is asked as after any password", async () => {
    await put();
    const token = await hub.logIn("mary@voi.test", ownerPassword);
    const begun = await hub.call("POST", "/api/v1/user/second-factor/begin", {
      token,
      body: { password: ownerPassword },
    });
    const codeNow = () => {
      hub.moveClock(30_000);
      return codeAt(begun.body.secret, hub.world.clock.wall().atMs);
    };
    await hub.call("POST", "/api/v1/user/second-factor/confirm", { token, body: { code: codeNow() } });
    await put({ names: "address" });
    const word = people["mary@voi.test"].password;
    expect((await enter("mary@voi.test", word)).body.code).toBe("second-factor-required");
    expect((await enter("mary@voi.test", word, { code: "000000" })).body.code).toBe("wrong-code");
    expect((await enter("mary@voi.test", word, { code: codeNow() })).status).toBe(200);
  });

  test("[TEN-13] an accept without a Message-Authenticator opens nothing (Blast-RADIUS), nor one of another secret, nor a question back", async () => {
    await put();
    const outcome = async () => {
      expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
      return (await hub.call("GET", path, { token: (await owner()).token })).body.lastOutcome;
    };
    double.be({ isSigned: false });
    expect(await outcome()).toBe("unsigned");
    double.be({ isSigned: true, secret: "somebody else's secret" });
    expect(await outcome()).toBe("wrong-secret");
    double.be({ secret, code: codes.accessChallenge });
    expect(await outcome()).toBe("challenge");
  });

  longTest(
    "[TEN-13] a lost packet is sent again as it was, a dead server ends in seconds, and owners enter all the while",
    async () => {
      await put();
      double.be({ lost: 2 });
      expect((await enter("john@voi.test", people.john.password)).status).toBe(200);
      expect(double.heard).toHaveLength(3);
      expect(new Set(double.heard.map(({ id, port }) => `${id} ${port}`)).size).toBe(1);
      double.be({ lost: 99 });
      expect((await enter("john@voi.test", people.john.password)).status).toBe(401);
      expect((await enter("john@voi.test", ownerPassword)).status).toBe(200);
      expect((await enter(voi.ownerEmail, ownerPassword)).status).toBe(200);
    },
  );

  test.skipIf(engine === "embedded")(
    "[TEN-13] of two people who set the server at once the secret of the one never goes to the server of the other",
    async () => {
      await put();
      await person("second-owner@voi.test", "owner");
      const second = await hub.logIn("second-owner@voi.test", ownerPassword);
      const database = hub.database();
      const answers: ReturnType<typeof put>[] = [];
      const held = (tx: Tx) => tx.selectFrom("console_radius").select("port").forUpdate().execute();
      await whileHeld(database, voi.providerId, held, async () => {
        answers.push(put({ host: "second.voi.test", secret: "another secret, of the second" }));
        await expect.poll(() => lockWaits(database), { timeout: 20_000 }).toBe(1);
        answers.push(put({ secret: undefined }, second));
        await expect.poll(() => lockWaits(database), { timeout: 20_000 }).toBe(2);
      });
      const [other, kept] = await Promise.all(answers);
      expect(other?.status).toBe(200);
      expect(kept?.body).toMatchObject({ code: "password-again" });
    },
  );

  longTest("[TEN-13] [TEN-10] the check sends one real packet and says what came back", async () => {
    await put({ roleAttribute: "class", roleMap: [{ value: "helpers", role: "support" }] });
    const check = async (body: object = {}) =>
      (await hub.call("POST", "/api/v1/settings/checks/radius-log-in", { token: (await owner()).token, body })).body;
    const refused = await check();
    expect(refused).toMatchObject({ outcome: "reject", said: [], role: null });
    expect(double.heard.at(-1)?.user).toBe(refused.user);
    expect(await check({ user: "john", password: people.john.password })).toEqual({
      ...{ outcome: "accept", user: "john", said: ["helpers"], role: "support" },
    });
    double.be({ lost: 99 });
    expect((await check()).outcome).toBe("no-answer");
    isInside = true;
    expect((await check()).outcome).toBe("inside");
    isInside = false;
    double.be({ lost: 0 });
    await put({ host: "nowhere.voi.test" });
    expect((await check()).outcome).toBe("no-such-name");
    expect((await check({ user: "john", password: "x".repeat(129) })).status).toBe(400);
    await hub.call("DELETE", path, { token: (await owner()).token });
    expect((await check()).outcome).toBe("no-server");
  });

  test("[TEN-13] a log-in that was left open sets no server, nor does a program", async () => {
    expect((await put({ yourPassword: undefined })).body.code).toBe("password-required");
    expect((await put({ yourPassword: "not the owner's" })).body.code).toBe("wrong-password");
    const body = { name: "Program", scopes: ["users.manage"], password: ownerPassword };
    const made = await hub.call("POST", "/api/v1/tokens", { token: (await owner()).token, body });
    expect(made.status, made.text).toBe(201);
    expect((await put({}, made.body.token)).body.code).toBe("not-allowed");
  });

  test("[TEN-13] addresses inside, ports of other services and short secrets are refused; the kept secret goes to no other server; who may not give a role may not open it", async () => {
    for (const change of [
      { host: "10.0.0.1" },
      { host: "127.0.0.1" },
      { host: "localhost" },
      { port: 53 },
      { secret: "testing123" },
    ])
      expect((await put(change)).status, JSON.stringify(change)).toBe(400);
    expect((await put({ host: null })).status).toBe(400);
    expect((await put({ siteId: "s-1" })).body.code).toBe("site-without-tunnel");
    expect((await put()).status).toBe(200);
    const { secret: _, ...kept } = settings();
    const again = async (change: object) =>
      hub.call("PUT", path, { token: (await owner()).token, body: { ...kept, ...change } });
    expect((await again({ names: "address" })).status).toBe(200);
    for (const change of [{ host: "other.voi.test" }, { port: double.port === 1812 ? 1813 : 1812 }])
      expect((await again(change)).body.code).toBe("password-again");
    const body = { name: "Staff office", permissions: ["users.manage", "users.read"] };
    const { role } = (await hub.call("POST", "/api/v1/roles", { token: (await owner()).token, body })).body;
    await person("office@voi.test", role);
    const office = await hub.logIn("office@voi.test", ownerPassword);
    expect((await put({}, office)).body.code).toBe("exceeds-own");
    expect((await put({}, await hub.logIn("john@voi.test", ownerPassword))).status).toBe(403);
    const { site } = (await hub.call("POST", "/api/v1/sites", { token: (await owner()).token, body: { name: "One" } }))
      .body;
    expect((await put({ host: null, siteId: site.siteId })).body.code).toBe("site-without-tunnel");
    await hub.database().asProvider(voi.providerId, (tx) =>
      tx
        .insertInto("wireguard_peers")
        .values({ providerId: voi.providerId, siteId: site.siteId, address: "10.89.0.9", madeAtMs: 1 } as never)
        .execute(),
    );
    expect((await put({ host: null, siteId: site.siteId })).status).toBe(200);
    dialled = [];
    await enter("john@voi.test", people.john.password);
    expect(dialled).toEqual([{ address: "10.89.0.9", port: double.port }]);
  });
});
