import { sql } from "kysely";
import { expect, test, vi } from "vitest";
import type { TunnelPlan } from "../../fleet/tunnel/plan.ts";
import { createTunnel } from "../../fleet/tunnel/tunnel.ts";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { operatorEnds } from "./operator-tunnels.ts";

const keyOf = (letter: string) => `${letter.repeat(42)}A=`;
const hourMs = 3_600_000;

hubSuite("people's own tunnels", (hub) => {
  let letters = 0;
  const newKey = () => keyOf("abcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[letters++] as string);
  const path = "/api/v1/operator-tunnels";
  const ends = () => hub.database().asPlatform("test", (tx) => operatorEnds.read(tx, hub.world.clock.wall().atMs));

  async function provider(name: string) {
    const made = await hub.makeProvider(name);
    const { providerId } = made;
    let { token } = made;
    const call = (method: string, where: string, body?: unknown) => hub.call(method, where, { token, body });
    const logInAgain = async (password = ownerPassword) => {
      token = await hub.logIn(made.ownerEmail, password);
    };
    const site = async (siteName: string) => {
      const { siteId } = (await call("POST", "/api/v1/sites", { name: siteName })).body.site;
      const { address } = (await call("PUT", `/api/v1/sites/${siteId}/tunnel`, { publicKey: newKey() })).body;
      return { siteId, address } as { siteId: string; address: string };
    };
    const open = (siteIds: readonly string[], more: object = {}) =>
      call("POST", path, { name: "Laptop", publicKey: newKey(), siteIds, ...more });
    return { providerId, ownerEmail: made.ownerEmail, call, site, open, logInAgain };
  }

  test("[RTR-28] a tunnel reaches the chosen sites of its provider until its time, and then nothing", async () => {
    const mine = await provider("Reach");
    const [one, two] = [await mine.site("One"), await mine.site("Two")];
    const opened = await mine.open([one.siteId, two.siteId, one.siteId], { hours: 1 });
    expect(opened).toMatchObject({ status: 201, body: { state: "open", name: "Laptop" } });
    const audit = await mine.call("GET", `/api/v1/audit?target=${opened.body.tunnelId}`);
    expect(audit.body.items).toMatchObject([{ action: "POST /api/v1/operator-tunnels" }]);
    const { address, tunnelId, expiresAtMs, sites } = opened.body;
    expect(sites.map((row: { name: string }) => row.name)).toEqual(["One", "Two"]);
    expect((await ends()).forwards).toEqual(
      [one, two].map((site) => ({ from: address, to: site.address, untilMs: expiresAtMs })),
    );
    hub.moveClock(hourMs);
    await mine.logInAgain();
    expect((await ends()).forwards).toEqual([]);
    expect((await mine.call("GET", `${path}/${tunnelId}`)).body.state).toBe("expired");
    expect((await mine.call("GET", `${path}?state=expired`)).body.items).toHaveLength(1);
    // Its address is free again; its key is not.
    const again = await mine.open([one.siteId]);
    expect(again.body.address).toBe(address);
    const { publicKey } = (await ends()).peers[0] as { publicKey: string };
    expect(await mine.open([one.siteId], { publicKey })).toMatchObject({
      status: 409,
      body: { code: "key-taken", field: "publicKey" },
    });
    expect((await mine.call("DELETE", `${path}/${again.body.tunnelId}`)).body.state).toBe("ended");
    expect((await ends()).peers).toEqual([]);
    expect((await mine.call("GET", `${path}?state=ended`)).body.items).toHaveLength(1);
  });

  test("[RTR-28] a tunnel that was opened while the clock was years ahead is shut once it is set", async () => {
    const yearsMs = 3 * 365 * 24 * hourMs;
    const mine = await provider("Ahead");
    const { siteId } = await mine.site("One");
    hub.moveClock(yearsMs);
    await mine.logInAgain();
    const opened = await mine.open([siteId], { hours: 1 });
    const { tunnelId, address } = opened.body;
    const isOpen = async () => (await ends()).forwards.some(({ from }) => from === address);
    expect([opened.status, await isOpen()]).toEqual([201, true]);
    hub.moveClock(-yearsMs);
    await mine.logInAgain();
    expect(await isOpen()).toBe(false);
    const listed = async (state: string) => (await mine.call("GET", `${path}?state=${state}`)).body.items.length;
    expect([await listed("open"), await listed("expired")]).toEqual([0, 1]);
    expect((await mine.call("GET", `${path}/${tunnelId}`)).body.state).toBe("expired");
    // Its address is free.
    expect((await mine.open([siteId])).body.address).toBe(address);
    expect([await listed("open"), await listed("ended")]).toEqual([1, 1]);
  });

  test("[RTR-28] another provider's site is no site; nor is one without a router in the tunnel; ids are named", async () => {
    const [mine, other] = [await provider("Mine"), await provider("Theirs")];
    const [own, foreign] = [await mine.site("Own"), await other.site("Foreign")];
    const bare = (await mine.call("POST", "/api/v1/sites", { name: "Bare" })).body.site.siteId;
    for (const siteId of [foreign.siteId, bare, "nobody"])
      expect(await mine.open([own.siteId, siteId])).toMatchObject({
        status: 409,
        body: { code: "site-without-tunnel", field: "siteIds.1" },
      });
    const opened = await other.open([foreign.siteId]);
    expect((await mine.call("DELETE", `${path}/${opened.body.tunnelId}`)).status).toBe(404);
    expect((await ends()).forwards).toContainEqual(expect.objectContaining({ to: foreign.address }));
    expect((await ends()).forwards.map(({ to }) => to)).not.toContain(own.address);
  });

  test("[RTR-28] it ends with the right of its person: switched off, another role, a suspended provider", async () => {
    const mine = await provider("Rights");
    const { siteId } = await mine.site("One");
    const email = "installer@rights.test";
    const password = "the-installers-password";
    const { userId } = (
      await mine.call("POST", "/api/v1/users", { email, name: "Installer", role: "installer", password })
    ).body;
    const token = await hub.logIn(email, password);
    const body = { name: "Phone", publicKey: newKey(), siteIds: [siteId] };
    const opened = await hub.call("POST", path, { token, body });
    expect(opened.status).toBe(201);
    const mineOf = async () => (await ends()).forwards.filter(({ from }) => from === opened.body.address).length;
    const set = (change: object) => mine.call("PATCH", `/api/v1/users/${userId}`, change);
    expect([await mineOf(), (await set({ role: "support" })).status, await mineOf()]).toEqual([1, 200, 0]);
    expect([(await set({ role: "installer" })).status, await mineOf()]).toEqual([200, 1]);
    expect([(await set({ active: false })).status, await mineOf()]).toEqual([200, 0]);
    // The log-in that opened it is over for good.
    expect([(await set({ active: true })).status, await mineOf()]).toEqual([200, 0]);
    const again = await hub.logIn(email, password);
    const second = { ...body, publicKey: newKey() };
    const reopened = await hub.call("POST", path, { token: again, body: second });
    opened.body.address = reopened.body.address;
    expect(await mineOf()).toBe(1);
    const adminToken = await hub.adminToken();
    const suspend = { token: adminToken };
    expect((await hub.call("POST", `/api/v1/providers/${mine.providerId}/suspend`, suspend)).status).toBe(200);
    expect(await mineOf()).toBe(0);
  });

  test("[RTR-28] it ends with the log-in that opened it: logged out, or a new password", async () => {
    const mine = await provider("Sessions");
    const { siteId } = await mine.site("One");
    const email = mine.ownerEmail;
    let password = ownerPassword;
    for (const end of ["log-out", "new password, elsewhere", "new password, here"]) {
      const token = await hub.logIn(email, password);
      const body = { name: "Laptop", publicKey: newKey(), siteIds: [siteId] };
      const opened = await hub.call("POST", path, { token, body });
      const isOpen = async () => (await ends()).forwards.some(({ from }) => from === opened.body.address);
      expect([end, await isOpen()]).toEqual([end, true]);
      if (end === "log-out") await hub.call("POST", "/api/v1/logout", { token });
      else {
        const changer = end.endsWith("here") ? token : await hub.logIn(email, password);
        const change = { currentPassword: password, newPassword: `${password}-${end}` };
        expect((await hub.call("POST", "/api/v1/user/password", { token: changer, body: change })).status).toBe(204);
        password = change.newPassword;
      }
      expect([end, await isOpen()]).toEqual([end, false]);
      await mine.logInAgain(password);
      expect((await mine.call("GET", `${path}/${opened.body.tunnelId}`)).body.state).toBe("ended");
      expect((await mine.call("GET", `${path}?state=ended`)).body.items.length).toBeGreaterThan(0);
      expect((await mine.call("GET", `${path}?state=open`)).body.items).toEqual([]);
    }
  });

  test("[RTR-28] a router can't have the key of a person's open tunnel, nor one that wg would refuse", async () => {
    const mine = await provider("Keys");
    const { siteId } = await mine.site("One");
    const publicKey = newKey();
    expect((await mine.open([siteId], { publicKey })).status).toBe(201);
    const put = (key: string) => mine.call("PUT", `/api/v1/sites/${siteId}/tunnel`, { publicKey: key });
    expect(await put(publicKey)).toMatchObject({ status: 409, body: { code: "key-taken" } });
    expect(await put(`${"z".repeat(42)}B=`)).toMatchObject({ status: 400, body: { field: "publicKey" } });
  });

  test("[RTR-28] the interface gets people's ends beside the routers', and tells of their hand-shakes", async () => {
    const mine = await provider("Interface");
    const site = await mine.site("One");
    const publicKey = newKey();
    const { body } = await mine.open([site.siteId], { publicKey });
    const plans: TunnelPlan[] = [];
    const shaken = [publicKey, "(none)", "203.0.113.9:51820", `${body.address}/32`, 60, 5, 6, "off"].join("\t");
    const end = {
      machine: "hub",
      toRun: () => null,
      stands: async () => true,
      apply: async (plan: TunnelPlan) => void plans.push(plan),
      dump: async () => `interface\n${shaken}`,
    };
    let look = () => {};
    const after = (_delayMs: number, task: () => void) => {
      look = task;
      return { cancel: () => {} };
    };
    const world = { ...hub.world, clock: { ...hub.world.clock, after } };
    const keys = { privateKey: keyOf("P"), publicKey: "public" };
    const operators = [{ module: "operator-tunnels", ...operatorEnds }];
    const tunnel = createTunnel(world, hub.database(), { end, keys, port: 51_820, operators });
    await tunnel.start();
    expect([tunnel.problem, plans.length]).toEqual([null, 1]);
    expect(plans[0]?.peers).toContainEqual({ publicKey, address: body.address });
    expect(plans[0]?.peers).toContainEqual(expect.objectContaining({ address: site.address }));
    expect(plans[0]?.forwards).toContainEqual({ from: body.address, to: site.address, untilMs: body.expiresAtMs });
    look();
    const shown = async () => (await mine.call("GET", `${path}/${body.tunnelId}`)).body.lastHandshakeAtMs;
    await vi.waitFor(async () => expect(await shown()).toBe(60_000));
    await tunnel.stop();
  });

  test("[RTR-28] [SYS-27] where the ends of people can't be read they are shut, for nobody knows who may still be there; the routers' stand, and it is said", async () => {
    const mine = await provider("Unread");
    const site = await mine.site("One");
    const { body } = await mine.open([site.siteId]);
    const plans: TunnelPlan[] = [];
    const end = {
      machine: "hub",
      toRun: () => null,
      stands: async () => true,
      apply: async (plan: TunnelPlan) => void plans.push(plan),
      dump: async () => "interface\n",
    };
    let look = () => {};
    const after = (_delayMs: number, task: () => void) => {
      look = task;
      return { cancel: () => {} };
    };
    const world = { ...hub.world, clock: { ...hub.world.clock, after } };
    let isBroken = false;
    const broken: typeof operatorEnds = {
      read: async (tx, nowMs) => {
        if (isBroken) await sql`select from nowhere`.execute(tx);
        return operatorEnds.read(tx, nowMs);
      },
      note: async (tx, readings) => {
        if (isBroken) await sql`select from nowhere`.execute(tx);
        return operatorEnds.note(tx, readings);
      },
    };
    const keys = { privateKey: keyOf("P"), publicKey: "public" };
    const operators = [{ module: "operator-tunnels", ...broken }];
    const tunnel = createTunnel(world, hub.database(), { end, keys, port: 51_820, operators });
    await tunnel.start();
    const ofRouter = expect.objectContaining({ address: site.address });
    const ofPerson = expect.objectContaining({ address: body.address });
    expect(plans.at(-1)?.peers).toEqual(expect.arrayContaining([ofRouter, ofPerson]));
    isBroken = true;
    look();
    await vi.waitFor(() => expect(tunnel.problem).toContain("operator-tunnels"));
    expect(plans.at(-1)?.peers).toContainEqual(ofRouter);
    expect([plans.at(-1)?.peers, plans.at(-1)?.forwards]).toEqual([expect.not.arrayContaining([ofPerson]), []]);
    isBroken = false;
    look();
    await vi.waitFor(() =>
      expect([tunnel.problem, plans.at(-1)?.peers]).toEqual([null, expect.arrayContaining([ofRouter, ofPerson])]),
    );
    await tunnel.stop();
  });

  test("[RTR-28] no program and nobody who acts as another opens one; at most five of a person are open", async () => {
    const mine = await provider("Persons");
    const { siteId } = await mine.site("One");
    const made = await mine.call("POST", "/api/v1/tokens", {
      name: "Program",
      scopes: ["routers.tunnel"],
      password: ownerPassword,
    });
    const body = () => ({ name: "Program", publicKey: newKey(), siteIds: [siteId] });
    expect((await hub.call("POST", path, { token: made.body.token, body: body() })).status).toBe(403);
    const acting = await hub.call("POST", `/api/v1/providers/${mine.providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "to look at it", readOnly: false },
    });
    expect((await hub.call("POST", path, { token: acting.body.token, body: body() })).status).toBe(403);
    const all = [];
    for (let count = 0; count < 6; count++) all.push((await mine.open([siteId])).status);
    expect(all).toEqual([201, 201, 201, 201, 201, 409]);
  });

  test("[RTR-28] tunnels of log-ins that are over count among nobody's open ones, and their addresses are free", async () => {
    const mine = await provider("Over");
    const { siteId } = await mine.site("One");
    const addresses = [];
    for (let count = 0; count < 5; count++) addresses.push((await mine.open([siteId], { hours: 12 })).body.address);
    expect((await mine.open([siteId])).status).toBe(409);
    await mine.call("POST", "/api/v1/logout");
    await mine.logInAgain();
    expect((await mine.call("GET", `${path}?state=open`)).body.items).toEqual([]);
    const again = await mine.open([siteId]);
    expect(again, again.text).toMatchObject({ status: 201, body: { address: addresses[0], state: "open" } });
    expect((await mine.call("GET", `${path}?state=ended`)).body.items).toHaveLength(5);
    expect((await mine.call("GET", `${path}?state=expired`)).body.items).toEqual([]);
  });

  test("[RTR-28] a tunnel that was opened with the password alone ends when its person switches a second factor on", async () => {
    const mine = await provider("Factor");
    const { siteId } = await mine.site("One");
    const opened = await mine.open([siteId]);
    const mineNow = async () => (await ends()).forwards.filter(({ from }) => from === opened.body.address).length;
    expect(await mineNow()).toBe(1);
    hub.moveClock(1000);
    const begun = await mine.call("POST", "/api/v1/user/second-factor/begin", { password: ownerPassword });
    const code = codeAt(begun.body.secret, hub.world.clock.wall().atMs);
    expect((await mine.call("POST", "/api/v1/user/second-factor/confirm", { code })).status).toBe(200);
    expect(await mineNow()).toBe(0);
    expect((await mine.call("GET", `${path}/${opened.body.tunnelId}`)).body.state).toBe("ended");
    // The next one stands, also by a clock that was set back since.
    hub.moveClock(-5000);
    const next = await mine.open([siteId]);
    expect(next, next.text).toMatchObject({ status: 201, body: { state: "open" } });
    expect((await ends()).forwards.filter(({ from }) => from === next.body.address)).toHaveLength(1);
  });
});
