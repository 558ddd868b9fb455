import { sha256Hex } from "@karibu/protocol/hash";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { admin as adminLogIn, hubSuite, ownerPassword } from "../../test-hub.ts";
import { codeAt } from "../credentials/test-totp.ts";
import { beginSecondFactor, confirmSecondFactor } from "./second-factor.ts";

hubSuite("the second factor of a provider's people", (hub) => {
  const post = (path: string, token: string | undefined, body: unknown = {}) =>
    hub.call("POST", path, token === undefined ? { body } : { token, body });
  const me = async (token: string) => (await hub.call("GET", "/api/v1/user", { token })).body;

  /** Switches it on for who has this token. @returns the code of now, a new one at each call */
  async function setUp(token: string) {
    const { secret } = (await post("/api/v1/user/second-factor/begin", token, { password: ownerPassword })).body;
    const codeNow = () => {
      hub.moveClock(30_000);
      return codeAt(secret, hub.world.clock.wall().atMs);
    };
    const { recoveryCodes } = (await post("/api/v1/user/second-factor/confirm", token, { code: codeNow() })).body;
    return { codeNow, recoveryCodes: recoveryCodes as string[] };
  }

  const begin = async (who: string) =>
    (await post("/api/v1/user/second-factor/begin", who, { password: ownerPassword })).body.secret as string;
  const confirm = (who: string, code: string) => post("/api/v1/user/second-factor/confirm", who, { code });
  const codeOf = (secret: string) => codeAt(secret, hub.world.clock.wall().atMs);

  async function colleague(owner: string, email: string, role: string) {
    const { userId } = (await post("/api/v1/users", owner, { email, name: email, role, password: ownerPassword })).body;
    return { userId, token: await hub.logIn(email, ownerPassword) };
  }

  const demand = (token: string, role: string, needed: boolean) =>
    hub.call("PUT", `/api/v1/roles/${role}/second-factor`, { token, body: { needed } });

  test("[TEN-09] [TEN-07] a role that must have one opens nothing until it is set up, and its person can't switch it off", async () => {
    const { token: owner } = await hub.makeProvider("Hatua");
    const { token } = await colleague(owner, "books@hatua.test", "accountant");
    expect((await hub.call("GET", "/api/v1/plans", { token })).status).toBe(200);
    expect((await demand(owner, "accountant", true)).body).toMatchObject({
      role: "accountant",
      needsSecondFactor: true,
    });
    expect((await hub.call("GET", "/api/v1/plans", { token })).body).toMatchObject({
      status: 403,
      code: "second-factor-set-up-required",
    });
    expect((await me(token)).secondFactor).toBe("set-up");
    expect((await hub.call("GET", "/api/v1/plans", { token: owner })).status, "another role").toBe(200);
    expect((await hub.call("GET", "/api/v1/user/logins", { token })).body.code).toBe("second-factor-set-up-required");
    await setUp(token);
    expect((await me(token)).secondFactor).toBe("none");
    expect((await hub.call("GET", "/api/v1/plans", { token })).status).toBe(200);
    expect((await post("/api/v1/user/second-factor/end", token, { password: ownerPassword })).body).toMatchObject({
      status: 409,
      code: "second-factor-of-role",
    });
    expect((await demand(owner, "accountant", false)).body.needsSecondFactor).toBe(false);
    expect((await post("/api/v1/user/second-factor/end", token, { password: ownerPassword })).status).toBe(204);
  });

  longTest("[TEN-09] after a recovery code, and one that was replayed, the app's next code counts", async () => {
    const { token, ownerEmail: email } = await hub.makeProvider("Rejea");
    const { codeNow, recoveryCodes } = await setUp(token);
    const logIn = (code: string) => post("/api/v1/login", undefined, { email, password: ownerPassword, code });
    const [first = "", second = "", third = ""] = recoveryCodes;
    expect((await logIn(first)).status).toBe(200);
    expect((await logIn(first)).body.code).toBe("wrong-code");
    const code = codeNow();
    const inside = await logIn(code);
    expect(inside.status, inside.text).toBe(200);
    expect((await logIn(code)).body.code, "a code counts once").toBe("wrong-code");
    expect((await logIn(second)).status).toBe(200);
    const prove = (given: string) => post("/api/v1/user/second-factor/prove", inside.body.token, { code: given });
    expect((await prove(codeNow())).status).toBe(204);
    const both = await Promise.all([logIn(third), logIn(third)]);
    expect(both.map(({ status }) => status).sort(), "a recovery code counts once").toEqual([200, 401]);
  });

  longTest(
    "[TEN-09] a platform admin demands it of platform admins, once their own is set up; roles of its own the platform has none",
    async () => {
      const admin = await hub.adminToken();
      expect((await demand(admin, "platform-admin", true)).body).toMatchObject({
        status: 409,
        code: "second-factor-first",
      });
      const own = { name: "Own", permissions: ["users.manage"] };
      expect((await post("/api/v1/roles", admin, own)).body).toMatchObject({ status: 403, code: "not-allowed" });
      const user = { name: "Second", email: "second@platform.test", role: "platform-admin", password: ownerPassword };
      const asked = { ...user, yourPassword: adminLogIn.password };
      expect((await post("/api/v1/users", admin, asked)).status).toBe(201);
      const second = await hub.logIn(user.email, ownerPassword);
      await setUp(second);
      expect((await demand(second, "platform-admin", true)).body).toMatchObject({ needsSecondFactor: true });
      expect((await demand(second, "owner", true)).status, "the role of a provider").toBe(404);
      expect((await hub.call("GET", "/api/v1/providers", { token: admin })).body.code).toBe(
        "second-factor-set-up-required",
      );
      expect((await hub.call("GET", "/api/v1/providers", { token: second })).status).toBe(200);
      expect((await demand(second, "platform-admin", false)).body).toMatchObject({ needsSecondFactor: false });
      expect((await hub.call("GET", "/api/v1/providers", { token: admin })).status).toBe(200);
    },
  );

  test("[TEN-09] a log-in from before the second factor must enter a code once its role demands one", async () => {
    const { token: owner } = await hub.makeProvider("Zamani");
    const { token: first } = await colleague(owner, "help@zamani.test", "support");
    const other = await hub.logIn("help@zamani.test", ownerPassword);
    const { codeNow } = await setUp(first);
    expect((await hub.call("GET", "/api/v1/plans", { token: other })).status, "a log-in without it has ended").toBe(
      401,
    );
    await demand(owner, "support", true);
    expect((await hub.call("GET", "/api/v1/plans", { token: first })).status).toBe(200);
    // As a log-in of an earlier release is: its person had entered a code, and nobody noted when.
    await hub.database().alone("write", (run) => run("update logins set factor_at_ms = null"));
    expect((await hub.call("GET", "/api/v1/plans", { token: first })).body.code).toBe("second-factor-required");
    expect((await me(first)).secondFactor).toBe("code");
    expect((await post("/api/v1/user/second-factor/prove", first, { code: codeNow() })).status).toBe(204);
    expect((await hub.call("GET", "/api/v1/plans", { token: first })).status).toBe(200);
  });

  test("[TEN-09] what a stolen log-in must not reach wants a code of the last ten minutes", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Mlinzi");
    const role = (name: string, by = token) => post("/api/v1/roles", by, { name, permissions: ["plans.read"] });
    expect((await role("Before")).status, "nobody is asked who has none").toBe(201);
    const { codeNow, recoveryCodes } = await setUp(token);
    expect((await role("At once")).status, "the code that switched it on is fresh").toBe(201);
    hub.moveClock(10 * 60_000 + 1);
    expect((await role("Stale")).body).toMatchObject({ status: 403, code: "second-factor-required", field: "code" });
    expect((await hub.call("GET", "/api/v1/plans", { token })).status, "other routes stay open").toBe(200);
    const prove = (code: string) => post("/api/v1/user/second-factor/prove", token, { code });
    expect((await prove("000000")).body).toMatchObject({ status: 403, code: "wrong-code" });
    const code = codeNow();
    expect((await prove(code)).status).toBe(204);
    expect((await prove(code)).body.code, "a code counts once").toBe("wrong-code");
    expect((await role("Proved")).status).toBe(201);
    hub.moveClock(11 * 60_000);
    const [recovery] = recoveryCodes as [string];
    expect((await prove(recovery)).status).toBe(204);
    expect((await prove(recovery)).status, "a recovery code counts once").toBe(403);
    const inside = (
      await post("/api/v1/login", undefined, { email: ownerEmail, password: ownerPassword, code: codeNow() })
    ).body.token;
    expect((await role("By a log-in with a code", inside)).status).toBe(201);
  });

  test("[TEN-09] no refresh makes a code fresh, and none that is repeated: the next one is asked for all the same", async () => {
    const { token, ownerEmail: email } = await hub.makeProvider("Marudio");
    const { codeNow } = await setUp(token);
    const entered = await post("/api/v1/login", undefined, { email, password: ownerPassword, code: codeNow() });
    hub.moveClock(10 * 60_000 + 1);
    const { refreshToken } = entered.body;
    // The second time as where the first answer got lost: a log-in of its own.
    for (const name of ["Usual", "Repeated"]) {
      const again = (await post("/api/v1/refresh", undefined, { refreshToken })).body.token;
      const made = await post("/api/v1/roles", again, { name, permissions: ["plans.read"] });
      expect(made.body, name).toMatchObject({ status: 403, code: "second-factor-required" });
      expect((await hub.call("GET", "/api/v1/plans", { token: again })).status, "the rest is open").toBe(200);
    }
  });

  test("[TEN-09] each route that moves money out, changes keys or who has access wants a fresh code", () => {
    const wanting = hub
      .hub()
      .routes.filter((route) => route.freshFactor)
      .map(({ method, path }) => `${method} ${path}`);
    const money = ["/refunds", "/refunds/{id}/approve", "/refunds/{id}/retry"].map((path) => `POST /api/v1${path}`);
    const channel = "/api/v1/channels/{id}";
    const keys = [
      `POST ${channel}/keys`,
      `POST ${channel}/rotate-secret`,
      `PUT ${channel}/initiator`,
      `DELETE ${channel}/initiator`,
      `POST ${channel}/message-address`,
      `DELETE ${channel}/message-address`,
      "POST /api/v1/message-senders",
      "PATCH /api/v1/message-senders/{id}",
    ];
    const access = [
      "POST /api/v1/tokens",
      "POST /api/v1/tokens/{tokenId}/refresh",
      "POST /api/v1/users",
      "PATCH /api/v1/users/{userId}",
      "POST /api/v1/users/{userId}/unlock",
      "GET /api/v1/settings/export",
      "GET /api/v1/providers/{providerId}/export",
      "GET /api/v1/routers/{siteId}/back-ups/{backUpId}/binary",
      "GET /api/v1/routers/{siteId}/back-ups/{backUpId}/password",
      "POST /api/v1/routers/{siteId}/restores",
      "PUT /api/v1/router-back-up-schedule",
      "PUT /api/v1/routers/{siteId}/back-up-schedule",
    ];
    const rules = [
      "PATCH /api/v1/money-settings",
      "PUT /api/v1/roles/{role}/second-factor",
      "POST /api/v1/user/second-factor/end",
    ];
    expect(wanting).toEqual(expect.arrayContaining([...money, ...keys, ...access, ...rules]));
  });

  test("[TEN-09] one that is on is not begun anew, with the password neither: what stands is asked for still", async () => {
    const { token, ownerEmail: email } = await hub.makeProvider("Imewashwa");
    const elsewhere = await hub.logIn(email, ownerPassword);
    const { codeNow } = await setUp(token);
    const reads = async (by: string) => (await hub.call("GET", "/api/v1/user", { token: by })).status;
    expect([await reads(token), await reads(elsewhere)], "what the password alone opened is shut").toEqual([200, 401]);
    const body = { password: ownerPassword };
    expect((await post("/api/v1/user/second-factor/begin", token, body)).body).toMatchObject({
      status: 409,
      code: "second-factor-on",
    });
    const logIn = (code?: string) => post("/api/v1/login", undefined, { email, password: ownerPassword, code });
    expect((await logIn()).body.code).toBe("second-factor-required");
    expect((await logIn(codeNow())).status).toBe(200);
  });

  longTest("[TEN-09] a new secret that nobody confirmed is none any more after a quarter of an hour", async () => {
    const { token } = await hub.makeProvider("Robo");
    const old = await begin(token);
    hub.moveClock(16 * 60_000);
    expect((await confirm(token, codeOf(old))).body).toMatchObject({ status: 409, code: "second-factor-not-begun" });
    const secret = await begin(token);
    hub.moveClock(14 * 60_000);
    expect((await confirm(token, codeOf(secret))).status).toBe(200);
  });

  test("[TEN-09] a recovery code is not found by trying codes without the master key, and is kept differently for two people", async () => {
    const { token: owner, providerId } = await hub.makeProvider("Akiba");
    const keptOf = (userId: string) =>
      hub.database().asProvider(providerId, async (tx) => {
        const row = await tx
          .selectFrom("users")
          .select("recoveryHashes")
          .where("userId", "=", userId)
          .executeTakeFirstOrThrow();
        return row.recoveryHashes;
      });
    const { recoveryCodes } = await setUp(owner);
    const guesses = recoveryCodes.map((code) => sha256Hex(`recovery\n${code.replace("-", "")}`));
    const kept = await keptOf((await me(owner)).userId);
    expect(kept).toHaveLength(8);
    expect(guesses.filter((guess) => kept.includes(guess))).toEqual([]);
    // Two people with the same secret and the same codes: chance made them so.
    const world = {
      ...hub.world,
      random: { ...hub.world.random, bytes: (count: number) => new Uint8Array(count).fill(7) },
    };
    const alike = [];
    for (const name of ["one", "two"]) {
      const { userId } = await colleague(owner, `${name}@akiba.test`, "support");
      await hub.database().asProvider(providerId, async (tx) => {
        const { secret } = await beginSecondFactor(world, hub.envelope, tx, { userId, email: name });
        await confirmSecondFactor(world, hub.envelope, tx, userId, codeOf(secret));
      });
      alike.push(...new Set(await keptOf(userId)));
    }
    expect(alike[0]).not.toBe(alike[1]);
  });

  longTest("[TEN-09] guesses of the first code of a new secret are slowed like those at the door", async () => {
    const { token } = await hub.makeProvider("Mlango");
    const secret = await begin(token);
    const wrong = codeOf(secret) === "000000" ? "111111" : "000000";
    const answers = [];
    for (let guess = 0; guess < 30; guess++) answers.push((await confirm(token, wrong)).body.code);
    expect(answers[0]).toBe("wrong-code");
    expect(answers.at(-1)).toBe("too-many-tries");
    expect((await confirm(token, codeOf(secret))).status, "the right one waits too").toBe(429);
    hub.moveClock(10 * 60_000);
    expect((await confirm(token, codeOf(secret))).status).toBe(200);
  });

  test("[TEN-09] guesses of codes by a log-in that somebody stole are slowed like those at the door", async () => {
    const { token } = await hub.makeProvider("Kizuizi");
    await setUp(token);
    const answers: number[] = [];
    for (let turn = 0; turn < 30; turn++)
      answers.push((await post("/api/v1/user/second-factor/prove", token, { code: `${100_000 + turn}` })).status);
    expect(answers.filter((status) => status === 403).length).toBeLessThanOrEqual(10);
    expect(answers.at(-1)).toBe(429);
  });

  test("[TEN-09] one's own second factor is not reset with a fresh code alone: the password is asked for", async () => {
    const { token } = await hub.makeProvider("Mwenyewe");
    const { codeNow } = await setUp(token);
    const { userId } = await me(token);
    hub.moveClock(60_000);
    expect((await post("/api/v1/user/second-factor/prove", token, { code: codeNow() })).status).toBe(204);
    const reset = (body: object) => post(`/api/v1/users/${userId}/reset-second-factor`, token, body);
    expect((await reset({})).body).toMatchObject({ status: 403, code: "password-required" });
    expect((await reset({ yourPassword: "another-long-password" })).body.code).toBe("wrong-password");
    expect((await reset({ yourPassword: ownerPassword })).status).toBe(200);
  });

  test("[TEN-09] [TEN-11] a reset stands in the audit log, and a provider's demand is not another's", async () => {
    const { token: owner } = await hub.makeProvider("Rekodi");
    const { token: stranger } = await hub.makeProvider("Jirani");
    const { token, userId } = await colleague(owner, "help@rekodi.test", "support");
    await setUp(token);
    await demand(owner, "support", true);
    expect((await post(`/api/v1/users/${userId}/reset-second-factor`, owner, {})).status).toBe(403);
    const proof = { yourPassword: ownerPassword };
    expect((await post(`/api/v1/users/${userId}/reset-second-factor`, owner, proof)).status).toBe(200);
    const { items } = (await hub.call("GET", "/api/v1/audit?sort=-at", { token: owner })).body;
    expect(JSON.stringify(items)).toContain(userId);
    const theirs = (await hub.call("GET", "/api/v1/roles", { token: stranger })).body.items;
    expect(theirs.some((role: { needsSecondFactor: boolean }) => role.needsSecondFactor)).toBe(false);
    expect((await demand(stranger, "platform-admin", true)).status).toBe(404);
    expect((await demand(stranger, "no-such-role", true)).status).toBe(404);
  });
});
