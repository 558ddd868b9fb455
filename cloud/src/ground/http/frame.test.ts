import { sha256Hex } from "@karibu/protocol/hash";
import type { Request, Response } from "express";
import { expect, test } from "vitest";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { engineSuite } from "../db/test-databases.ts";
import type { Actor } from "./actor.ts";
import { admit, createDoor } from "./admit.ts";
import type { Route } from "./route.ts";

engineSuite("the frame of the API", (engine) => {
  const hub = useHub(engine, { requestLimits: { perToken: 60 } });
  const post = (path: string, token: string, body: unknown, key: string) =>
    hub.call("POST", path, { token, body, headers: { "Idempotency-Key": key } });

  test("the same POST with the same key is done once, also at the same time, and another body is refused", async () => {
    const { token } = await hub.makeProvider("Alpha");
    const body = { name: "Asha", phone: "0712345678" };
    const both = await Promise.all([1, 2].map(() => post("/api/v1/customers", token, body, "one")));
    for (const answer of both) expect([201, 409]).toContain(answer.status);
    const again = await post("/api/v1/customers", token, body, "one");
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body).toEqual(both.find((answer) => answer.status === 201)?.body);
    expect((await hub.call("GET", "/api/v1/customers", { token })).body.items).toHaveLength(1);
    const other = await post("/api/v1/customers", token, { name: "Juma" }, "one");
    expect(other.body).toMatchObject({ status: 422, code: "idempotency-key-reused", field: "Idempotency-Key" });
    const rows = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("idempotent_answers").selectAll().execute());
    expect(Buffer.concat(rows.map((row) => Buffer.from(row.answerSealed ?? []))).includes("712345678")).toBe(false);
    hub.moveClock(24 * 3_600_000 + 1000);
    await hub.hub().maintenance.runDue();
    const left = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("idempotent_answers").select("route").execute());
    expect(left).toEqual([]);
  });

  test("what is kept of a request's body finds no phone by trying numbers, without the master key", async () => {
    const { token, providerId } = await hub.makeProvider("Numbers");
    const { userId } = (await hub.call("GET", "/api/v1/user", { token })).body;
    const bodyOf = (phone: string) => ({ phone, text: "Karibu" });
    expect((await post("/api/v1/messages", token, bodyOf("0712345678"), "one")).status).toBe(202);
    const kept = await hub
      .database()
      .asProvider(providerId, (tx) => tx.selectFrom("idempotent_answers").select("requestHash").execute());
    const numbers = Array.from({ length: 1000 }, (_, n) => `0712345${String(n).padStart(3, "0")}`);
    const guesses = numbers.map((phone) => sha256Hex(JSON.stringify([`user/${userId}`, bodyOf(phone)])));
    expect(kept.map(({ requestHash: hash }) => guesses.indexOf(hash))).toEqual([-1]);
  });

  test("a refusal did nothing and is not kept: the same key is decided again, and succeeds when nothing prevents it", async () => {
    const { token } = await hub.makeProvider("Refused");
    const body = { name: "Asha", phone: "0712345678" };
    const first = await post("/api/v1/customers", token, body, "one");
    for (let times = 0; times < 2; times++) {
      const refused = await post("/api/v1/customers", token, body, "two");
      expect(refused.body).toMatchObject({ status: 409, code: "phone-taken" });
      expect(refused.headers.get("idempotent-replayed")).toBeNull();
    }
    const change = { phone: "0712345679" };
    await hub.call("PATCH", `/api/v1/customers/${first.body.customerId}`, { token, body: change });
    const done = await post("/api/v1/customers", token, body, "two");
    expect(done.status).toBe(201);
    expect((await post("/api/v1/customers", token, body, "two")).body).toEqual(done.body);
  });

  test("a key is its asker's own: nobody else at the provider is given the answer that it got", async () => {
    const { token } = await hub.makeProvider("Askers");
    const colleague = { email: "colleague@askers.test", name: "Colleague", role: "manager", password: ownerPassword };
    expect((await hub.call("POST", "/api/v1/users", { token, body: colleague })).status).toBe(201);
    const other = await hub.logIn(colleague.email, ownerPassword);
    const body = { name: "Asha", phone: "0712345678" };
    const made = await post("/api/v1/customers", token, body, "one");
    expect(made.status).toBe(201);
    const foreign = await post("/api/v1/customers", other, body, "one");
    expect(foreign.body).toMatchObject({ status: 422, code: "idempotency-key-reused" });
    const again = await hub.logIn("askers@provider.test", ownerPassword);
    expect((await post("/api/v1/customers", again, body, "one")).body, "by a later log-in too").toEqual(made.body);
  });

  test("the same key of another provider is another request", async () => {
    const [one, other] = [await hub.makeProvider("Beta"), await hub.makeProvider("Gamma")];
    const made = await Promise.all(
      [one, other].map(({ token }) => post("/api/v1/customers", token, { name: "A" }, "same")),
    );
    expect(made.map((answer) => answer.status)).toEqual([201, 201]);
    expect(made[0]?.body.customerId).not.toBe(made[1]?.body.customerId);
  });

  test("of two who change the same version of a thing, the second is told, and nothing is overwritten", async () => {
    const { token } = await hub.makeProvider("Delta");
    const { planId } = (await hub.call("GET", "/api/v1/plans", { token })).body.items[0];
    const path = `/api/v1/plans/${planId}`;
    const first = await hub.call("GET", path, { token });
    const etag = first.headers.get("etag") as string;
    expect((await hub.call("GET", path, { token, headers: { "If-None-Match": etag } })).status).toBe(304);
    const change = (priceCents: number) =>
      hub.call("PATCH", path, { token, body: { priceCents }, headers: { "If-Match": etag } });
    const answers = await Promise.all([change(111), change(222)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
    const won = answers.find((answer) => answer.status === 200);
    const now = await hub.call("GET", path, { token });
    expect(now.body.priceCents).toBe(won?.body.priceCents);
    expect(now.headers.get("etag")).toBe(won?.headers.get("etag"));
    expect((await hub.call("DELETE", path, { token, headers: { "If-Match": etag } })).body).toMatchObject({
      code: "changed",
      field: "If-Match",
    });
    // A list is no thing that has a version.
    const flush = await hub.call("DELETE", "/api/v1/jobs/dead", { token, headers: { "If-Match": "*" } });
    expect(flush).toMatchObject({ status: 400, body: { field: "If-Match" } });
  });

  test("[SYS-15] too many requests of a token are slowed down, with headers that say how many are left", async () => {
    const { token } = await hub.makeProvider("Epsilon");
    const counter = { email: "counter@epsilon.test", name: "Counter", role: "seller", password: ownerPassword };
    expect((await hub.call("POST", "/api/v1/users", { token, body: counter })).status).toBe(201);
    const ask = () => hub.call("GET", "/api/v1/user", { token });
    const answers = [await ask()];
    // One more is allowed each second: as fast as this machine can, until that is too fast.
    while (answers.length < 5000 && answers.every((answer) => answer.status === 200))
      answers.push(...(await Promise.all(Array.from({ length: 20 }, ask))));
    expect(answers[0]?.headers.get("ratelimit-limit")).toBe("60");
    const refused = answers.find((answer) => answer.status === 429);
    const left = answers.map((answer) => Number(answer.headers.get("ratelimit-remaining")));
    expect(left[0]).toBeGreaterThan(Math.min(...left));
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    const other = await hub.logIn(counter.email, ownerPassword);
    expect((await hub.call("GET", "/api/v1/user", { token: other })).status).toBe(200);
  });

  test("[SYS-15] a token over its limit takes nothing from the others, and a provider over its limit nothing from a token", async () => {
    const { ask, passTo } = openDoor((token) => ({ credential: { kind: "token", id: token } }));
    expect(await ask("one", 20)).toBe(3);
    expect(await ask("two", 20)).toBe(2);
    passTo(12_000); // the provider has one more, and what was refused took nothing of the second token
    expect(await ask("two", 20)).toBe(1);
  });

  test("[SYS-15] who logs in again and again has no more requests than in one log-in, so that the others have theirs", async () => {
    const factor = { isOn: false, isRequired: false, provedAtMs: null };
    const { ask } = openDoor((token) => {
      const [userId = "", id = ""] = token.split("-");
      return { userId, credential: { kind: "login", id, factor } };
    });
    expect(await ask("seller-1", 20)).toBe(3);
    expect(await ask("seller-2", 20)).toBe(0);
    expect(await ask("owner-3", 20)).toBe(2);
  });

  /** Three requests a minute of one, five of a provider. */
  function openDoor(actorOf: (token: string) => Partial<Actor>) {
    let nowMs = 0;
    const { clock } = hub.world;
    const world = { ...hub.world, clock: { ...clock, monotonicMs: () => nowMs, wall: () => clock.wall() } };
    const authenticate = async (token: string) => {
      const actor = { providerId: "p", ...actorOf(token) } as Actor;
      return { actor, readOnly: false as const, subdomain: null };
    };
    const limits = { perToken: 3, perProvider: 5 };
    const door = createDoor(world, authenticate, { limits, publicUrl: "https://hub.test", areArrearsKept: true });
    const route = { permission: "signed-in", method: "GET", path: "/" } as unknown as Route;
    const response = { setHeader() {} } as unknown as Response;
    const ask = async (token: string, times: number) => {
      const request = { headers: { authorization: `Bearer ${token}` }, hostname: "hub.test", get: () => undefined };
      let entered = 0;
      for (let time = 0; time < times; time++) {
        const asked = admit(door, route, request as unknown as Request, response);
        entered += await asked.then(
          () => 1,
          () => 0,
        );
      }
      return entered;
    };
    const passTo = (atMs: number) => {
      nowMs = atMs;
    };
    return { ask, passTo };
  }

  test("[TEN-01] a header may repeat the token's tenant, never change it", async () => {
    const { token, providerId } = await hub.makeProvider("Zeta");
    const ask = (named: string) => hub.call("GET", "/api/v1/user", { token, headers: { "Karibu-Provider": named } });
    expect((await ask(providerId)).status).toBe(200);
    expect((await ask("platform")).body).toMatchObject({ status: 403, field: "Karibu-Provider" });
  });

  test("lists are sorted, searched and paged alike, with every row once", async () => {
    const { token } = await hub.makeProvider("Eta");
    const names = ["Beta_1", "alpha", "Gamma", "beta%2", "Alpha II"];
    for (const name of names) await hub.call("POST", "/api/v1/customers", { token, body: { name } });
    const read = async (query: string) => {
      const found: string[] = [];
      for (let cursor = ""; ; ) {
        const { body } = await hub.call("GET", `/api/v1/customers?limit=2&${query}${cursor}`, { token });
        found.push(...body.items.map((item: { name: string }) => item.name));
        if (body.nextCursor === null) return found;
        cursor = `&cursor=${body.nextCursor}`;
      }
    };
    const collate = (one: string, other: string) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1);
    const sorted = await read("sort=name");
    expect([...sorted].sort()).toEqual([...names].sort());
    if (engine === "postgresql") expect(sorted).toEqual([...names].sort(collate));
    expect(await read("sort=-name")).toEqual([...sorted].reverse());
    expect((await read("q=alpha")).sort()).toEqual(["Alpha II", "alpha"]);
    expect(await read("q=%25")).toEqual(["beta%2"]);
    expect(await read("q=a_1")).toEqual(["Beta_1"]);
    const { body } = await hub.call("GET", "/api/v1/customers?limit=2&sort=name", { token });
    const mixed = await hub.call("GET", `/api/v1/customers?sort=-made&cursor=${body.nextCursor}`, { token });
    expect(mixed.body).toMatchObject({ status: 400, field: "cursor" });
    expect((await hub.call("GET", "/api/v1/customers?sort=phone", { token })).body).toMatchObject({
      status: 400,
      field: "sort",
    });
  });
});
