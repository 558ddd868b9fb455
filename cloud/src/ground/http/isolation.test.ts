/**
 * The isolation sweep, made from the list of routes itself: a new route is in it without anybody remembering. Another
 * provider's token and ids on every route give 403 or 404, leak nothing and change nothing.
 */

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { emptySession } from "../../catalogue/sessions/test-empty-session.ts";
import { boardFacts, playRouter } from "../../fleet/set-up/test-set-up-router.ts";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { samplesOfModules } from "../../modules/test-all-modules.ts";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { admin, hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import { json } from "../db/json.ts";
import { mayRole, permissions, roles } from "./permissions.ts";
import type { Route } from "./route.ts";

type Json = Record<string, unknown>;

hubSuite("the API with two providers", (hub) => {
  let mine: TestProvider;
  let theirs: TestProvider;
  let ids: Record<string, string>;
  /** An owner of mine whose password the sweeps do not mistype: who hires says their own. */
  let hirer: string;

  beforeAll(async () => {
    mine = await hub.makeProvider("Mine");
    theirs = await hub.makeProvider("Theirs");
    ids = await furnish(theirs);
    await furnish(mine);
    const body = { email: "hirer@mine.test", name: "Hirer", role: "owner", password: ownerPassword };
    await hub.call("POST", "/api/v1/users", { token: mine.token, body });
    hirer = await hub.logIn(body.email, body.password);
  }, 60_000);

  test("[TEN-01] without a token, or with a made-up one, every route but the public ones says 401", async () => {
    for (const [at, route] of guarded().entries()) {
      const path = fill(route, ids);
      const asked = route.alsoFromLoopback
        ? [`${mine.providerId}.${"0".repeat(64)}`]
        : // In `npm test` the two made-up ones take turns.
          inLongRunAll(
            [undefined, "x", `${mine.providerId}.${"0".repeat(64)}`],
            (token, nth) => token === undefined || nth === 1 + (at % 2),
          );
      for (const token of asked) {
        const answer = await hub.call(route.method, path, token === undefined ? {} : { token });
        expect([route.method, route.path, answer.status]).toEqual([route.method, route.path, 401]);
      }
    }
  });

  test("[TEN-01] [TEN-02] another provider's ids in path, query and body: 403 or 404, nothing leaked, nothing changed", async () => {
    // Recurring work is done with what was made for them: its rows are not what somebody else has changed.
    let before: unknown;
    await vi.waitFor(
      async () => {
        await hub.wakeJobs();
        const earlier = before;
        before = await rowsOf(theirs.providerId);
        expect(before).toEqual(earlier);
      },
      { interval: 500 },
    );
    for (const route of guarded()) {
      if (route.path === "/api/v1/logout" || route.path === "/api/v1/events") continue;
      const name = `${route.method} ${route.path}`;
      const body = (route.body === null ? null : sample(schemaOf(route.body), ids)) as object | null;
      const given = {
        // Who has mistyped theirs three times hears of nothing else.
        token: body !== null && "yourPassword" in body ? hirer : mine.token,
        ...(route.needsKey ? { headers: { "Idempotency-Key": `sweep ${name}`.replaceAll(" ", "-") } } : {}),
        ...(body === null ? {} : { body }),
      };
      const answer = await hub.call(route.method, fill(route, ids), given);
      expect([name, answer.status < 500], answer.text).toEqual([name, true]);
      if (route.path.includes("{"))
        expect([name, [403, 404].includes(answer.status)], answer.text).toEqual([name, true]);
      if (isNamedIn(body)) expect([name, answer.status >= 400], answer.text).toEqual([name, true]);
      // The answer may repeat an id it was asked for; it may not know anything that belongs to it.
      expect([name, answer.text.includes("Theirs")], answer.text).toEqual([name, false]);
      expect([name, answer.text.includes(theirs.providerId)], answer.text).toEqual([name, false]);
    }
    expect(await rowsOf(theirs.providerId)).toEqual(before);
  });

  test("a caller may change a resource with the version of its GET, and gets the new version", async () => {
    const own = await hub.makeProvider("Own");
    const ownIds = await furnish(own);
    const other = await hub.call("POST", "/api/v1/sites", { token: own.token, body: { name: "Own other site" } });
    const inBody = { ...ownIds, siteId: other.body.site.siteId };
    const all = hub.hub().routes;
    const readers = new Map(all.filter((one) => one.method === "GET").map((one) => [one.path, one]));
    const order = ({ method, path }: Route) =>
      Number(method === "DELETE") + Number(path === "/api/v1/providers/{providerId}");
    const changed: string[] = [];
    for (const route of guarded().sort((one, other) => order(one) - order(other))) {
      const name = `${route.method} ${route.path}`;
      if (!["PUT", "PATCH", "DELETE"].includes(route.method) || !readers.has(route.path)) continue;
      const token = route.as === "platform" ? await hub.adminToken() : own.token;
      const id = route.path.startsWith("/api/v1/sites/") ? ownIds.siteId : ownIds.id;
      const path = fill(route, { ...ownIds, id: String(id) });
      const read = async () => {
        const { status, headers } = await hub.call("GET", path, { token });
        const etag = status === 200 ? headers.get("etag") : null;
        return etag?.startsWith("W/") ? null : etag; // of a list's text: it is no version
      };
      const change = async (version: string) =>
        hub.call(route.method, path, {
          token,
          headers: { "If-Match": version },
          ...(route.body === null ? {} : { body: sample(schemaOf(route.body), inBody) }),
        });
      const once = async () => {
        const seen = await read();
        if (seen === null) return null;
        const answer = await change(seen);
        const etag = answer.status === 200 ? answer.headers.get("etag") : null;
        return { answer, etag, isNewest: etag === null || etag === (await read()) };
      };
      let tried = await once();
      // What was changed before may still be going on in a job, at this very thing: as everybody, this one reads again.
      for (let again = 0; again < 2 && tried !== null && (tried.answer.status === 412 || !tried.isNewest); again++)
        tried = await once();
      if (tried === null) continue;
      const { answer, isNewest } = tried;
      expect([name, [200, 204, 409].includes(answer.status)], answer.text).toEqual([name, true]);
      expect([name, isNewest]).toEqual([name, true]);
      changed.push(name);
    }
    expect(changed.length).toBeGreaterThan(15);
  });

  test("[TEN-01] lists asked for another provider's things are empty", async () => {
    for (const route of guarded().filter(
      (one) => one.method === "GET" && one.query !== null && !one.path.includes("{"),
    )) {
      const { properties = {} } = schemaOf(route.query as z.ZodType) as { properties?: Json };
      for (const name of Object.keys(properties).filter((property) => property in ids)) {
        const answer = await hub.call("GET", `${route.path}?${name}=${ids[name]}`, { token: mine.token });
        const isCsv = route.produces === "text/csv"; // whose first line has the names of the columns
        const found = isCsv ? answer.text.split("\r\n").slice(1, -1) : answer.body.items;
        if (answer.status === 403 || answer.status === 404) continue;
        expect([route.path, name, found]).toEqual([route.path, name, []]);
      }
    }
  });

  test("[TEN-07] every role on every route: 403 exactly where the table says so", async () => {
    const tokens: { role: (typeof roles)[number]; token: string }[] = [];
    for (const role of roles) {
      if (role === "platform-admin") tokens.push({ role, token: await hub.adminToken() });
      else {
        const body = { email: `${role}@mine.test`, name: role, role, password: "some-long-password" };
        const made = await hub.call("POST", "/api/v1/users", { token: hirer, body });
        expect(made).toMatchObject({ status: 201 });
        tokens.push({ role, token: await hub.logIn(body.email, body.password) });
      }
    }
    const swept = new Set<string>();
    const named = guarded().filter((one) => isNamed(one) && one.path !== "/api/v1/events");
    for (const [at, route] of named.entries()) {
      const permission = permissions.find((one) => one === route.permission);
      if (permission === undefined) throw new Error(`${route.path} names no permission of the table`);
      // In `npm test` every role meets every permission once; a further route of the same permission meets one role.
      const asked = inLongRunAll(tokens, (_, nth) => !swept.has(permission) || nth === at % tokens.length);
      swept.add(permission);
      for (const { role, token } of asked) {
        const answer = await hub.call(route.method, route.path.replaceAll(/\{\w+\}/g, "nothing"), { token });
        const isRefused = answer.status === 403 && answer.body.code === "not-allowed";
        expect([route.method, route.path, role, isRefused]).toEqual([
          route.method,
          route.path,
          role,
          !mayRole(role, permission),
        ]);
      }
    }
  }, 240_000);

  test("[TEN-07] [TEN-08] a token, a role of their own and a guest of the platform may exactly what was said", async () => {
    const role = await hub.call("POST", "/api/v1/roles", {
      token: mine.token,
      body: { name: "Night support", permissions: ["sites.read", "customers.read"] },
    });
    const body = { email: "night@mine.test", name: "Night", role: role.body.role, password: "some-long-password" };
    expect((await hub.call("POST", "/api/v1/users", { token: hirer, body })).status).toBe(201);
    const scopes = ["plans.read", "payments.sell"];
    // Somebody whose password the sweeps before have not mistyped.
    const maker = { ...body, email: "maker@mine.test", role: "owner" };
    expect((await hub.call("POST", "/api/v1/users", { token: hirer, body: maker })).status).toBe(201);
    const made = await hub.call("POST", "/api/v1/tokens", {
      token: await hub.logIn(maker.email, maker.password),
      body: { name: "till", scopes, password: maker.password },
    });
    expect(made.status, made.text).toBe(201);
    // With a fresh code: without one, support access is told of that first.
    const helper = { ...body, email: "helper@platform.test", role: "platform-admin", yourPassword: admin.password };
    expect((await hub.call("POST", "/api/v1/users", { token: await hub.adminToken(), body: helper })).status).toBe(201);
    const helps = await hub.logIn(helper.email, helper.password);
    const factor = (step: string, given: object) =>
      hub.call("POST", `/api/v1/user/second-factor/${step}`, { token: helps, body: given });
    const { secret } = (await factor("begin", { password: helper.password })).body;
    expect((await factor("confirm", { code: codeAt(secret, hub.world.clock.wall().atMs) })).status).toBe(200);
    const guest = await hub.call("POST", `/api/v1/providers/${mine.providerId}/impersonate`, {
      token: helps,
      body: { reason: "help with the sweep", readOnly: false },
    });
    expect(guest.status, guest.text).toBe(201);
    const notTheirs = [
      "users.manage",
      "roles.manage",
      "tokens.manage",
      "provider.export",
      "routers.restore",
      "routers.log-in",
      "routers.log-in-write",
      "routers.log-in-full",
      "customers.personal-data",
      "vouchers.codes",
    ];
    const actors = [
      {
        name: "a role of their own",
        token: await hub.logIn(body.email, body.password),
        may: ["sites.read", "customers.read"],
      },
      { name: "a token that sells", token: made.body.token, may: scopes },
      {
        name: "a guest of the platform",
        token: guest.body.token,
        may: permissions.filter((one) => mayRole("owner", one) && !notTheirs.includes(one)),
      },
    ];
    const swept = new Set<string>();
    const all = guarded().filter((one) => one.path !== "/api/v1/events" && one.path !== "/api/v1/logout");
    for (const [at, route] of all.entries()) {
      // As with the roles: all three for each permission, one of them for a further route of it.
      const asked = inLongRunAll(actors, (_, nth) => !swept.has(route.permission) || nth === at % actors.length);
      swept.add(route.permission);
      for (const { name, token, may } of asked) {
        const isPerson = route.permission === "person";
        if (route.permission === "signed-in" || (isPerson && name === "a role of their own")) continue;
        const answer = await hub.call(route.method, route.path.replaceAll(/\{\w+\}/g, "nothing"), { token });
        const isRefused = answer.status === 403 && answer.body.code === "not-allowed";
        expect([route.method, route.path, name, isRefused], answer.text).toEqual([
          route.method,
          route.path,
          name,
          isPerson || !(may as readonly string[]).includes(route.permission),
        ]);
      }
    }
  }, 240_000);

  test("every list is sorted, searched and paged alike", () => {
    const lists = guarded().filter((route) => {
      const answer = route.response === null ? {} : (schemaOf(route.response) as { properties?: Json });
      return "nextCursor" in (answer.properties ?? {});
    });
    expect(lists.length).toBeGreaterThan(10);
    for (const route of lists) {
      const { properties = {} } = (route.query === null ? {} : schemaOf(route.query)) as { properties?: Json };
      const names = Object.keys(properties);
      expect([route.path, names.includes("limit"), names.includes("cursor")]).toEqual([route.path, true, true]);
    }
  });

  test("with no tenant set, the application's role sees no row of any tenant table", async () => {
    const seen = await hub.database().alone("write", async (run) => {
      const tables = await run(`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
          where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition`);
      await run("set local role karibu_app");
      const found: string[] = [];
      for (const { name } of tables) {
        const rows = await run(`select count(*) as count from "${name}"`);
        if (Number(rows[0]?.count) > 0) found.push(String(name));
      }
      expect(tables.length).toBeGreaterThan(20);
      return found;
    });
    expect(seen).toEqual([]);
  });

  test("[SYS-16] the description names every route, with its permission, in OpenAPI 3.1", async () => {
    const { body } = await hub.call("GET", "/api/v1/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    const ids = new Set<string>();
    for (const route of hub.hub().routes.filter((one) => one.path !== "/api/v1/openapi.json")) {
      const operation = body.paths[route.path][route.method.toLowerCase()];
      expect([route.path, operation.summary]).toEqual([route.path, route.summary]);
      expect([route.path, operation.security.length === 0]).toEqual([route.path, route.permission === "public"]);
      for (const [, name] of route.path.matchAll(/\{(\w+)\}/g)) {
        expect(
          operation.parameters.some((one: Json) => one.name === name && one.in === "path"),
          `${route.path} describes ${name}`,
        ).toBe(true);
      }
      ids.add(operation.operationId);
    }
    expect(ids.size).toBe(hub.hub().routes.length - 1);
  });

  /** Is there an id of the other provider's in it? What they chose themselves, anybody may choose. */
  function isNamedIn(body: unknown): boolean {
    const { mac, channelName, ...theirIds } = ids;
    return body !== null && Object.values(theirIds).some((id) => JSON.stringify(body).includes(JSON.stringify(id)));
  }

  function isNamed(route: Route): boolean {
    return route.permission !== "signed-in" && route.permission !== "person";
  }

  function guarded(): Route[] {
    // Customers' own routes have a sweep of their own: `customer-page/customer-isolation.test.ts`.
    return hub.hub().routes.filter(({ permission }) => permission !== "public" && permission !== "customer");
  }

  /** Something of everything, so that there is something to leak. Answers ids by the names that routes give them. */
  async function furnish({ token, providerId, ownerEmail }: TestProvider): Promise<Record<string, string>> {
    const post = async (path: string, body: Json) => {
      const answer = await hub.call("POST", path, { token, body });
      if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
      return answer.body;
    };
    const keyed = async (path: string, body: Json) => {
      const headers = { "Idempotency-Key": `furnish-${path.split("/").at(-1)}` };
      const answer = await hub.call("POST", path, { token, headers, body });
      if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
      return answer.body;
    };
    const label = ownerEmail.startsWith("theirs") ? "Theirs" : "Mine";
    const { site } = await post("/api/v1/sites", { name: `${label} site` });
    const { line } = await post(`/api/v1/sites/${site.siteId}/set-up`, {});
    const told = await playRouter(hub, line, { ...boardFacts, identity: `${label} router` }).tell();
    expect(told.status, told.text).toBe(200);
    const template = await post("/api/v1/site-templates", { name: `${label} template`, siteId: site.siteId });
    const plan = await post("/api/v1/plans", { name: `${label} plan`, priceCents: 1000, terms: {} });
    const batch = await post("/api/v1/vouchers/batches", { planId: plan.planId, quantity: 5, siteId: site.siteId });
    const picture = await post("/api/v1/pictures", {
      name: `${label} logo`,
      file: pngOf(2, 2, () => [0, 0, 0, 255]).toString("base64"),
    });
    const notice = await post("/api/v1/portal-notices", {
      kind: "announcement",
      texts: { en: `${label} announces` },
      pictureId: null,
      link: null,
      fromMs: 1,
      untilMs: 2,
    });
    const user = await post("/api/v1/users", {
      name: `${label} support`,
      email: `support-${ownerEmail}`,
      role: "support",
      password: "some-long-password",
    });
    const keys = { passkey: "pass key", consumerKey: "consumer key", consumerSecret: "consumer secret" };
    const channel = await post("/api/v1/channels", {
      kind: "mpesa-paybill",
      name: `${label} paybill`,
      shortcode: "600100",
      environment: "sandbox",
      ...keys,
    });
    const tried = await keyed(`/api/v1/channels/${channel.id}/try`, {
      phone: label === "Mine" ? "0711222333" : "0711222334",
    });
    const customer = await post("/api/v1/customers", { name: `${label} customer` });
    const account = await post("/api/v1/accounts", {
      customerId: customer.customerId,
      username: `${label}.home`.toLowerCase().replaceAll(" ", "-"),
      planId: plan.planId,
      siteIds: [site.siteId],
    });
    const subscription = await post("/api/v1/subscriptions", {
      customerId: customer.customerId,
      accountId: account.accountId,
      planId: plan.planId,
    });
    const renewal = await hub.call("POST", `/api/v1/subscriptions/${subscription.subscriptionId}/renew`, {
      token,
      headers: { "Idempotency-Key": "renewed" },
      body: { from: "cash" },
    });
    expect(renewal.status, renewal.text).toBe(200);
    const document = await vi.waitFor(async () => {
      const [issued] = (await hub.call("GET", "/api/v1/documents", { token })).body.items; // a job issues it
      expect(issued).toBeDefined();
      return issued;
    }, 30_000);
    const fee = await keyed(`/api/v1/subscriptions/${subscription.subscriptionId}/items`, {
      kind: "fee",
      name: "Cable",
      amountCents: 5000,
    });
    const payAccount = await post("/api/v1/pay-accounts", { number: `${label} 7`, siteId: site.siteId });
    const gift = { kind: "percent", permille: 100 };
    const promotion = await post("/api/v1/promotions", { name: `${label} promotion`, gift });
    const group = await post("/api/v1/plan-groups", { name: `${label} group` });
    const seller = await post("/api/v1/sellers", {
      name: `${label} seller`,
      pin: "4821",
      sites: [{ siteId: site.siteId }],
    });
    const nobody = { owners: false, userIds: [], phones: [], webhookIds: [] };
    const alarmRule = await post("/api/v1/alarm-rules", {
      name: `${label} rule`,
      active: false,
      kinds: null,
      graveOnly: true,
      siteIds: null,
      afterMs: 0,
      wakes: false,
      tellsEnd: false,
      to: nobody,
      escalateAfterMs: null,
      escalateTo: null,
    });
    const nowMs = hub.world.clock.wall().atMs;
    const maintenance = { siteIds: null, reason: `${label} work`, fromMs: nowMs, untilMs: nowMs + 3_600_000 };
    const window = await post("/api/v1/maintenance-windows", maintenance);
    const role = await post("/api/v1/roles", { name: `${label} role`, permissions: ["plans.read"] });
    const apiToken = await post("/api/v1/tokens", {
      name: `${label} token`,
      scopes: ["plans.read"],
      password: ownerPassword,
    });
    const publicKey = randomBytes(32).toString("base64");
    await hub.call("PUT", `/api/v1/sites/${site.siteId}/tunnel`, { token, body: { publicKey } });
    const { invitation } = await post("/api/v1/invitations", {
      name: `${label} guest`,
      email: `guest-${ownerEmail}`,
      role: "support",
    });
    const { body: visit } = await hub.call("POST", `/api/v1/providers/${providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "to have one of everything" },
    });
    const { body: logins } = await hub.call("GET", "/api/v1/user/logins", { token });
    const sessionKey = `session of ${label}`;
    const row = { providerId, siteId: site.siteId, receivedAtMs: 1 };
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("sessions")
        .values({ ...row, ...emptySession, sessionKey, username: `${label} user` })
        .execute(),
    );
    const jobId = `job-of-${label}`;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("voucher_bulk_jobs")
        .values({
          providerId,
          jobId,
          action: "disable",
          voucherIds: json([`${batch.batchId}.0`]),
          startedBy: user.userId,
          // Of now: what ended long ago is cleared away while the sweep runs.
          createdAtMs: Date.now(),
          finishedAtMs: Date.now(),
        })
        .execute(),
    );
    const giftId = `gift-of-${label}`;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("grant_gifts")
        .values({
          providerId,
          giftId,
          siteId: site.siteId,
          what: json({ seconds: 60 }),
          reason: `${label} outage`,
          grantIds: json(["g"]),
          startedBy: user.userId,
          createdAtMs: Date.now(),
          finishedAtMs: Date.now(),
        })
        .execute(),
    );
    const upgradeId = `upgrade-of-${label}`;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("router_upgrades")
        .values({
          ...{
            providerId,
            upgradeId,
            channel: "stable",
            version: "7.24.4",
            state: "paused",
          },
          healthyMinutes: 60,
          windowFromMinute: null,
          windowUntilMinute: null,
          madeBy: user.userId,
          madeByName: `${label} person`,
          madeAtMs: Date.now(),
          endedAtMs: null,
        })
        .execute(),
    );
    const readmissionId = `device-of-${label}`;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("readmissions")
        .values({
          providerId,
          siteId: site.siteId,
          readmissionId,
          publicKey: `key of ${label}`,
          tokenHash: `token of ${label}`,
          remoteAddress: "192.0.2.7",
          askedAtMs: Date.now(),
          lastAskedAtMs: Date.now(),
        })
        .execute(),
    );
    const orderId = `order-of-${label}`;
    const bulkId = `bulk-of-${label}`;
    const reboot = { action: { kind: "reboot" as const }, passwordSealed: null };
    await hub.database().asProvider(providerId, async (tx) => {
      const times = { orderedAtMs: Date.now(), expiresAtMs: 1, sentAtMs: null, answeredAtMs: 1 };
      await tx
        .insertInto("router_orders")
        .values({
          providerId,
          orderId,
          siteId: site.siteId,
          bulkId,
          kind: "reboot",
          ...reboot,
          orderedBy: user.userId,
          orderedByName: `${label} support`,
          state: "done",
          ...times,
          why: null,
          row: null,
        })
        .execute();
      await tx
        .insertInto("router_bulks")
        .values({
          providerId,
          bulkId,
          ...reboot,
          siteIds: json([site.siteId]),
          first: 1,
          pauseOnFailure: true,
          expiresInSeconds: 60,
          state: "paused",
          madeBy: user.userId,
          madeByName: `${label} support`,
          madeAtMs: Date.now(),
          endedAtMs: null,
        })
        .execute();
    });
    const passwordId = `password-of-${label}`;
    await hub.database().asProvider(providerId, (tx) =>
      tx
        .insertInto("router_passwords")
        .values({
          providerId,
          passwordId,
          siteId: site.siteId,
          name: `staff-${label}`,
          level: "read",
          madeBy: user.userId,
          madeByName: `${label} support`,
          madeAtMs: Date.now(),
          expiresAtMs: Date.now() + 3_600_000,
        })
        .execute(),
    );
    const backUpId = `back-up-of-${label}`;
    await hub.database().asProvider(providerId, async (tx) => {
      const nothing = {
        orderedBy: null,
        heldBy: null,
        why: null,
        keySealed: null,
        passwordSealed: null,
        differences: null,
      };
      await tx
        .insertInto("router_back_ups")
        .values({
          providerId,
          backUpId,
          siteId: site.siteId,
          ...nothing,
          ...{
            cause: "person",
            state: "done",
            orderedByName: `${label} support`,
            orderedAtMs: 1,
            expiresAtMs: 1,
          },
          nextAtMs: 1,
          endedAtMs: 1,
          board: label,
          version: null,
          serial: null,
          mark: null,
        })
        .execute();
    });
    const place = { providerId, siteId: site.siteId, nowMs, label };
    const samples = samplesOfModules.flatMap(({ one }) => one ?? []);
    for (const { rows } of samples)
      for (const row of rows(place)) await hub.database().asProvider(providerId, (tx) => row.execute(tx));
    return {
      ...Object.assign({}, ...samples.map(({ ids }) => ids(place))),
      passwordId,
      backUpId,
      jobId,
      giftId,
      orderId,
      bulkId,
      readmissionId,
      siteId: site.siteId,
      templateId: template.templateId,
      upgradeId,
      planId: plan.planId,
      batchId: batch.batchId,
      voucherId: `${batch.batchId}.0`,
      pictureId: picture.pictureId,
      logoPictureId: picture.pictureId,
      topPictureId: picture.pictureId,
      noticeId: notice.noticeId,
      ruleId: alarmRule.ruleId,
      windowId: window.windowId,
      assignedTo: user.userId,
      userId: user.userId,
      customerId: customer.customerId,
      accountId: account.accountId,
      subscriptionId: subscription.subscriptionId,
      documentId: document.documentId,
      itemId: fee.itemId,
      groupId: group.groupId,
      promotionId: promotion.promotionId,
      role: role.role,
      tokenId: apiToken.tokenId,
      invitationId: invitation.invitationId,
      impersonationId: visit.impersonation.impersonationId,
      loginId: logins.items[0].loginId,
      providerId,
      id: channel.id ?? channel.channelId,
      channelId: channel.id ?? channel.channelId,
      promptId: tried.promptId,
      sessionKey,
      accountNumber: payAccount.number,
      hostId: "host.some",
      backupId: "backup.some",
      receipt: "some-receipt",
      grantId: "some-grant",
      sellerId: seller.sellerId,
      mac: "AA:BB:CC:DD:EE:FF",
      channelName: "stable",
    };
  }

  /** Every row of a provider in every tenant table, but for what log-ins move, and for the counts that the hub itself takes. */
  async function rowsOf(providerId: string): Promise<Record<string, string>> {
    return hub.database().asPlatform("test", async (tx) => {
      const tables = await sql<{ name: string }>`
          select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'provider_id'
          where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`.execute(tx);
      const found: Record<string, string> = {};
      for (const { name } of tables.rows) {
        // Jobs count these by themselves; what they count from is compared.
        if (
          name === "online_counts" ||
          name === "reminders" ||
          (name.startsWith("report_") && name !== "report_schedules")
        )
          continue;
        const { rows } = await sql<{ all: string }>`
            select coalesce(string_agg(t::text, '|' order by t::text), '') as all
            from ${sql.table(name)} t where provider_id = ${providerId}`.execute(tx);
        found[name] = rows[0]?.all ?? "";
      }
      return found;
    });
  }
});

function schemaOf(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Json;
}

function fill(route: Route, ids: Record<string, string>): string {
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = ids[name];
    if (id === undefined)
      throw new Error(`${route.path}: the sweep has no ${name} of the other provider: add one to furnish()`);
    return encodeURIComponent(id);
  });
}

const fields: Json = {
  marketingUntilMinute: 1440,
  colour: "#1d4d3a",
  portalAddress: "http://10.5.50.2",
  ip: "100.64.0.99",
  route: "10.20.0.0/24",
  email: "new@mine.test",
  host: "mail.mine.example",
  fromAddress: "new@mine.test",
  ownerEmail: "new-owner@mine.test",
  password: "some-long-password",
  ownerPassword: "some-long-password",
  yourPassword: ownerPassword,
  shortcode: "600200",
  supportPhone: "0712 345 678",
  phone: "0712345678",
  nominatedPhone: "0712345678",
  currency: "KES",
  portalLanguage: "fr",
  prefix: "AB",
  csv: "name\nA",
  role: "support",
  certificate: generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).publicKey,
  publicKey: `${"A".repeat(43)}=`,
  pin: "4821",
  network: "10.64.0.0/20",
  networkOfFurther: "10.65.0.0/20",
  networkOfGuests: "10.66.0.0/20",
  dnsServer: "192.0.2.1",
  accessPointAddress: "192.168.88.2",
  collector: "192.0.2.1",
  ipv6Prefix: "2001:db8:100::/40",
  addresse: "192.0.2.1",
  exception: "192.0.2.1",
  emergencyAddresse: "192.0.2.1",
  ownAddress: "192.0.2.1",
  agentSide: "192.0.2.2",
  routerosVersion: "7.22.1",
  day: "2025-11-20",
  fromDay: "2025-11-20",
  spentOn: "2025-11-20",
  mainColour: "#1d4d3a",
  accentColour: "#f5b342",
  link: "https://shop.example/",
};

/** A body that fits the schema, with the other provider's ids wherever an id belongs. */
function sample(schema: Json, ids: Record<string, string>, name = ""): unknown {
  if (ids[name] !== undefined && name !== "role") return ids[name];
  if (fields[name] !== undefined && typeof schema.minimum !== "number") return fields[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.format === "base64") return "AAAA";
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const options = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (options?.[0] !== undefined) return sample(options[0], ids, name);
  if (schema.type === "object") {
    const properties = (schema.properties ?? {}) as Record<string, Json>;
    // Two routers of a site never give out the same addresses; an access point's is a private one.
    const others: Record<string, string> = {
      "router pppoe": "pppoeOfFurther",
      "pppoeOfFurther network": "networkOfFurther",
      "router hotspot": "hotspotOfFurther",
      "hotspotOfFurther network": "networkOfGuests",
      "accessPoint address": "accessPointAddress",
    };
    const nameOf = (key: string) => others[`${name} ${key}`] ?? key;
    return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, sample(inner, ids, nameOf(key))]));
  }
  if (schema.type === "array") return [sample((schema.items ?? {}) as Json, ids, name.replace(/s$/, ""))];
  if (schema.type === "boolean") return true;
  // A span of the day has to be some time long.
  if (name === "marketingUntilMinute") return 1200;
  if (name === "untilMs") return 2;
  if (schema.type === "integer" || schema.type === "number") return Math.max(1, Number(schema.minimum ?? 1));
  return "sample".padEnd(Number(schema.minLength ?? 0), "e");
}
