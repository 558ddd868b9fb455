/** Staff at a router, from a person at the console to Debian's RADIUS client: hub, link, the site's agent and its RADIUS door. */
import { execFile } from "node:child_process";
import { createNodeUdp } from "@karibu/agent/ground/node-udp";
import { askOwnPort } from "@karibu/agent/radius/server/ask-own-port";
import { createRadiusServer, type RadiusServer } from "@karibu/agent/radius/server/server";
import { createFakeAccess } from "@karibu/agent/radius/server/test-radius-nas";
import { createRouterLogIns, type RouterLogIns } from "@karibu/agent/router-log-ins/router-log-ins";
import { endLeavers } from "@karibu/cloud/fleet/router-log-ins/end-leavers";
import { oneEngine } from "@karibu/cloud/ground/db/test-databases";
import { codeAt } from "@karibu/cloud/identity/credentials/test-totp";
import { askerOf } from "@karibu/cloud/test-asking";
import { ownerPassword, type TestProvider, useHub } from "@karibu/cloud/test-hub";
import { Fault } from "@karibu/protocol/fault";
import type { JournalEvent } from "@karibu/protocol/journal/record";
import { allowRouterLogIn, endRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import { tryRadius } from "@karibu/protocol/rpc/router/try-radius";
import { serve } from "@karibu/protocol/rpc/rpc";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ContractSite, openContractSite } from "./test-contract-site.ts";

const lab = useHub(oneEngine[0] ?? "embedded");
const secret = "between router and agent";
let provider: TestProvider;
let site: ContractSite;
let otherSite: ContractSite;
let agent: RouterLogIns;
let radius: RadiusServer;
const heard: unknown[] = [];

beforeAll(async () => {
  provider = await lab.makeProvider("Harbour");
  agent = createRouterLogIns(lab.world, {
    recorder: {
      record: (event) => site.link.journal.append(event as JournalEvent).durable,
    },
    isTaken: () => false,
  });
  radius = await createRadiusServer(lab.world, createNodeUdp(), agent.before(createFakeAccess()), {
    authPort: 0,
    acctPort: 0,
    address: "127.0.0.1",
    clients: [{ range: "127.0.0.1", secret, requireMessageAuthenticator: true }],
  });
  site = await openContractSite(lab, provider, "One", [
    serve(allowRouterLogIn, (order) => {
      heard.push(order);
      return { kind: agent.allow(order) };
    }),
    serve(endRouterLogIn, ({ passwordId }) => {
      agent.end(passwordId);
      return { endedSessions: 0, leftSessions: 1, why: "not enough permissions (9)" };
    }),
    serve(tryRadius, async () => {
      const tookMs = await askOwnPort(lab.world, createNodeUdp(), { secret, port: radius.authPort });
      return { kind: tookMs === null ? "no-answer" : "answered", tookMs, asked: radius.counters.accessRequests };
    }),
  ]);
  otherSite = await openContractSite(lab, provider, "Two");
}, 120_000);
afterAll(async () => {
  await radius?.close();
  for (const each of [site, otherSite]) await each?.link.stop();
});

const call = askerOf(lab, () => provider.token);
const make = (level: string, of = site, token = provider.token) =>
  call("POST", `/routers/${of.siteId}/passwords`, { level }, token);
const switchOn = (of: ContractSite, emergencyAddresses: string[] = []) =>
  call("PUT", `/sites/${of.siteId}/router-services`, {
    ...{ pppoe: null, snmp: null, logging: null, fairUplink: null, sharing: null },
    staff: { emergencyAddresses },
  });

/** What Debian's client says of the answer. The agent asks for a Message-Authenticator, which it sends on wish. */
function radclient(user: string, password: string, more = ""): Promise<string> {
  const attributes = `User-Name="${user}",User-Password="${password}",Service-Type=Login-User,Calling-Station-Id="192.168.88.20",NAS-Identifier="lobby",Message-Authenticator=0x00${more}`;
  return new Promise((resolve) => {
    const program = execFile(
      "radclient",
      ["-x", "-r", "1", "-t", "3", `127.0.0.1:${radius.authPort}`, "auth", secret],
      (_, stdout, stderr) => resolve(`${stdout}${stderr}`),
    );
    program.stdin?.end(attributes);
  });
}

test("[TEN-10] the check of RADIUS: the site's agent asks its own port by a real packet; an agent of before is too old for it", async () => {
  const answer = await call("POST", `/routers/${site.siteId}/radius/try`);
  expect(answer.body).toEqual({ why: null, kind: "answered", tookMs: expect.any(Number), asked: 0 });
  const old = await call("POST", `/routers/${otherSite.siteId}/radius/try`);
  expect(old.body).toEqual({ why: "too-old", kind: null, tookMs: null, asked: 0 });
});

test("[TEN-13] a person without a second factor gets no password, and none is made before the site has switched it on", async () => {
  expect((await make("read")).body.code).toBe("router-password-wants-factor");
  const { secret: seed } = (await call("POST", "/user/second-factor/begin", { password: ownerPassword })).body;
  const code = codeAt(seed, lab.world.clock.wall().atMs);
  expect((await call("POST", "/user/second-factor/confirm", { code })).status).toBe(200);
  expect((await make("read")).body.code).toBe("no-staff-log-in");
  expect((await switchOn(site)).status).toBe(200);
  // An agent of before: it has no such method, and what was made opens nothing.
  expect((await switchOn(otherSite)).status).toBe(200);
  const old = await make("read", otherSite);
  expect([old.status, old.body.code, old.body.detail ?? old.text]).toEqual([
    409,
    "router-password-not-made",
    expect.stringContaining("too old"),
  ]);
  const [failed] = (await call("GET", `/routers/${otherSite.siteId}/passwords`)).body.items;
  expect(failed).toMatchObject({ state: "not-taken" });
});

test("[TEN-13] [SYS-03] the password opens the router by Debian's client at once, is shown once, and is in no row of the hub; its end is at once too", async () => {
  const made = await make("write");
  expect(made.status, made.text).toBe(201);
  const { name, password, group, passwordId } = made.body;
  expect(group).toBe("karibu-staff-write");
  const answer = await radclient(name, password);
  expect(answer).toContain("Access-Accept");
  expect(answer).toMatch(/Mikrotik-Group = "karibu-staff-write"|26-14988-3|Attr-26\.14988\.3/);
  expect(await radclient(name, "wrong")).toContain("Access-Reject");
  // Of a guest's hotspot the same words open nothing.
  expect(await radclient(name, password, ',Called-Station-Id="hotspot1",Framed-IP-Address=10.5.50.7')).toContain(
    "Access-Reject",
  );
  const listed = await call("GET", `/routers/${site.siteId}/passwords`);
  expect(listed.body.items[0]).toMatchObject({ name, level: "write", state: "alive" });
  expect(listed.text).not.toContain(password);
  const rows = await lab.database().asPlatform("test", async (tx) => ({
    passwords: await tx.selectFrom("router_passwords").selectAll().execute(),
    audit: await tx.selectFrom("audit").selectAll().execute(),
    calls: await tx.selectFrom("site_calls").selectAll().execute(),
  }));
  const kept = JSON.stringify(rows);
  expect(kept).not.toContain(password);
  expect(kept).not.toContain((heard.at(-1) as { ntHash: string }).ntHash);
  const audited = rows.audit.filter(({ action }) => action === "POST /api/v1/routers/{siteId}/passwords");
  expect(audited.map(({ target }) => target)).toContain(site.siteId);
  const ended = await call("POST", `/routers/${site.siteId}/passwords/${passwordId}/end`);
  expect(ended.body).toEqual({
    isTold: true,
    endedSessions: 0,
    leftSessions: 1,
    why: "not enough permissions (9)",
  });
  expect(await radclient(name, password)).toContain("Access-Reject");
  expect((await call("GET", `/routers/${site.siteId}/passwords`)).body.items[0]).toMatchObject({
    state: "ended",
    endedHow: "told",
  });
  await vi.waitFor(async () => {
    const { items } = (await call("GET", `/routers/${site.siteId}/log-ins`)).body;
    expect(items.map((each: { what: string }) => each.what)).toEqual(expect.arrayContaining(["accepted", "refused"]));
    expect(items[0]).toMatchObject({ name, nas: "lobby", from: "192.168.88.20", person: expect.any(String) });
  }, 20_000);
});

test("[TEN-13] whoever leaves loses the routers at once: switched off, another role or password, a right taken; who keeps the right keeps the password", async () => {
  const role = (
    await call("POST", "/roles", { name: "Night shift", permissions: ["routers.log-in", "routers.log-in-write"] })
  ).body.role;
  let people = 0;
  const person = async () => {
    const email = `night-${++people}@harbour.test`;
    const { userId } = (await call("POST", "/users", { email, name: email, role, password: ownerPassword })).body;
    const token = await lab.logIn(email, ownerPassword);
    const { secret: seed } = (await call("POST", "/user/second-factor/begin", { password: ownerPassword }, token)).body;
    const code = codeAt(seed, lab.world.clock.wall().atMs);
    expect((await call("POST", "/user/second-factor/confirm", { code }, token)).status).toBe(200);
    return { userId, token };
  };
  const opens = async ({ name, password }: { name: string; password: string }) =>
    (await radclient(name, password)).includes("Received Access-Accept");
  const isOut = (made: { name: string; password: string; passwordId: string }) =>
    vi.waitFor(async () => {
      const { items } = (await call("GET", `/routers/${site.siteId}/passwords`)).body;
      const row = items.find((one: { passwordId: string }) => one.passwordId === made.passwordId);
      expect([row.endedHow, await opens(made)]).toEqual(["told", false]);
    }, 20_000);
  const leaver = await person();
  const first = (await make("read", site, leaver.token)).body;
  expect(await opens(first)).toBe(true);
  const change = (body: object) => call("PATCH", `/users/${leaver.userId}`, body);
  expect((await change({ active: false })).status).toBe(200);
  await isOut(first);
  const { items } = (await call("GET", "/audit?limit=20")).body;
  expect(items.find((one: { action: string }) => one.action === "router-password-ended")).toMatchObject({
    target: site.siteId,
    detail: { person: leaver.userId, isTold: true, leftSessions: 1, why: "not enough permissions (9)" },
  });
  const other = await person();
  const [read, write] = [(await make("read", site, other.token)).body, (await make("write", site, other.token)).body];
  const rights = await call("PATCH", `/roles/${role}`, { permissions: ["routers.log-in"] });
  expect(rights.status, rights.text).toBe(200);
  await isOut(write);
  expect(await opens(read)).toBe(true);
  expect((await call("PATCH", `/users/${other.userId}`, { role: "installer" })).status).toBe(200);
  const reset = { password: "another-long-word", yourPassword: ownerPassword };
  expect(await opens(read)).toBe(true);
  expect((await call("PATCH", `/users/${other.userId}`, reset)).status).toBe(200);
  await isOut(read);
});

test("[TEN-13] a mark that comes while the old one is looked at is not lost, and sites that stay silent hold nobody else's end up", async () => {
  const real = lab.database();
  const { passwordId, name } = (await make("read")).body;
  const mark = (leaving: "ask" | "end") =>
    real.asPlatform("test", (tx) =>
      tx.updateTable("router_passwords").set({ leaving }).where("passwordId", "=", passwordId).execute(),
    );
  const leavingNow = async () => {
    const rows = await real.asPlatform("test", (tx) =>
      tx.selectFrom("router_passwords").select("leaving").where("passwordId", "=", passwordId).execute(),
    );
    return rows[0]?.leaving;
  };
  const asked: string[] = [];
  const run = (database = real) =>
    endLeavers({
      world: lab.world,
      database,
      emit: async () => {},
      callSite: async (_site, _rpc, params) => {
        asked.push((params as unknown as { name: string }).name);
        throw new Fault("link/failed", "the site is away", { retry: "later" });
      },
    });
  await mark("ask");
  await run({
    ...real,
    async asPlatform(reason, work) {
      const read = await real.asPlatform(reason, work);
      const rows: readonly { passwordId?: string }[] = Array.isArray(read) ? read : [];
      if (rows.some((row) => row.passwordId === passwordId)) await mark("end");
      return read;
    },
  });
  expect([asked.includes(name), await leavingNow()]).toEqual([false, "end"]);
  await mark("ask");
  await run();
  expect([asked.includes(name), await leavingNow()]).toEqual([false, null]);

  await real.asPlatform("test", (tx) =>
    sql`insert into router_passwords (provider_id, password_id, site_id, name, level, made_by, made_by_name, made_at_ms, expires_at_ms, ended_how, leaving)
      select provider_id, 'silent-' || n, ${otherSite.siteId}, 'silent-' || n, level, made_by, made_by_name, made_at_ms + n, expires_at_ms, 'away', 'end'
      from router_passwords, generate_series(1, 200) n where password_id = ${passwordId}`.execute(tx),
  );
  await mark("end");
  await run();
  expect(asked).toContain(name);
  await real.asPlatform("test", (tx) =>
    tx.deleteFrom("router_passwords").where("passwordId", "like", "silent-%").execute(),
  );
});

test("[TEN-13] a role makes what it may, a program nothing, and the sixth password of a person waits", async () => {
  const scopes = ["routers.log-in", "routers.log-in-full"];
  const token = await call("POST", "/tokens", { name: "script", scopes, password: ownerPassword });
  if (token.status === 201) expect((await make("read", site, token.body.token)).status).toBe(403);
  const results: number[] = [];
  for (let times = 0; times < 6; times++) results.push((await make("read")).status);
  expect(results).toEqual([201, 201, 201, 201, 201, 429]);
});

test("[TEN-13] the emergency account: its password is made here, shown to owners with a fresh factor, audited; off without a wish", async () => {
  const path = `/sites/${site.siteId}/router-services/emergency`;
  expect((await call("GET", path)).body.code).toBe("no-emergency-account");
  expect((await switchOn(site, ["192.168.88.0/24"])).status).toBe(200);
  const shown = (await call("GET", path)).body;
  expect(shown).toMatchObject({ name: "karibu-emergency", from: ["192.168.88.0/24"] });
  expect(shown.password).toMatch(/^[0-9a-f]{32}$/);
  expect((await call("GET", path)).body.password).toBe(shown.password);
  const audit = await call("GET", "/audit?limit=50");
  expect(audit.text).toContain("router-services/emergency");
  expect(audit.text).not.toContain(shown.password);
  await switchOn(site);
  await switchOn(site, ["192.168.88.0/24"]);
  expect((await call("GET", path)).body.password).not.toBe(shown.password);
});

test("[TEN-13] with the site away no password is made, and an end is told plainly as not heard", async () => {
  const [{ passwordId }] = (await call("GET", `/routers/${site.siteId}/passwords?limit=1`)).body.items;
  await call("POST", `/routers/${site.siteId}/passwords/${passwordId}/end`);
  await site.cut();
  const made = await make("full", site);
  expect(made.body.code).toBe("router-password-not-made");
  expect((await call("POST", `/routers/${site.siteId}/passwords/${passwordId}/end`)).body).toMatchObject({
    isTold: false,
    leftSessions: null,
  });
  // It had ended there already: who asks later does not undo that.
  const { items } = (await call("GET", `/routers/${site.siteId}/passwords`)).body;
  const stateOf = (id: string) => items.find((one: { passwordId: string }) => one.passwordId === id).endedHow;
  expect(stateOf(passwordId)).toBe("told");
});
