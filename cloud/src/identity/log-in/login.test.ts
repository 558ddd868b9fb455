import { expect, test } from "vitest";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { hubSuite, ownerPassword } from "../../test-hub.ts";
import { demandStanding } from "../credentials/logins.ts";
import { noteLogIn } from "../users/users.ts";
import { refresh } from "./login.ts";

hubSuite("people", (hub) => {
  test("[TEN-09] an owner logs in, learns who they are, and logs out", async () => {
    const { providerId, ownerEmail } = await hub.makeProvider("Alpha");
    const body = { email: `  ${ownerEmail.toUpperCase()} `, password: ownerPassword };
    const answer = await hub.call("POST", "/api/v1/login", { body });
    expect(answer.status).toBe(200);
    expect(answer.body.user).toMatchObject({ providerId, email: ownerEmail, role: "owner" });
    expect(answer.body.user.permissions).toContain("plans.manage");
    const { token } = answer.body;
    const me = await hub.call("GET", "/api/v1/user", { token });
    expect(me.body).toEqual(answer.body.user);
    expect((await hub.call("POST", "/api/v1/logout", { token })).status).toBe(204);
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(401);
  });

  test("[TEN-08] a password that was changed while it was compared begins no log-in, and makes no token", async () => {
    const { providerId, ownerEmail, token } = await hub.makeProvider("Lango");
    const other = (await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } }))
      .body.token;
    const before = await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.selectFrom("users").selectAll().where("email", "=", ownerEmail).executeTakeFirstOrThrow(),
      );
    // The answer to the old password is known, and nothing is written yet.
    const begin = () =>
      hub
        .database()
        .asProvider(providerId, (tx) =>
          noteLogIn(tx, before, { nowMs: before.createdAtMs, change: {}, isSpent: false }),
        );
    expect(await begin()).toBe(true);
    const change = { token, body: { currentPassword: ownerPassword, newPassword: "another-good-password-9" } };
    const changed = await hub.call("POST", "/api/v1/user/password", change);
    expect(changed.status, changed.text).toBeLessThan(300);
    expect(await begin(), "its log-in would outlive the old password").toBe(false);
    const left = await hub.database().asProvider(providerId, async (tx) => {
      const actor = { userId: before.userId, role: "owner", credential: { id: "ended" } };
      return demandStanding(tx, actor, "password").then(
        () => "stands",
        (error: { code: string }) => error.code,
      );
    });
    expect(left).toBe("wrong-password");
    expect((await hub.call("GET", "/api/v1/user", { token: other })).status).toBe(401);
  });

  test("a wrong password and an unknown address get the same answer", async () => {
    const { ownerEmail } = await hub.makeProvider("Beta");
    const refused = async (email: string) => {
      const answer = await hub.call("POST", "/api/v1/login", { body: { email, password: "not-the-password" } });
      const { requestId: _, ...body } = answer.body;
      return { status: answer.status, body };
    };
    const wrong = await refused(ownerEmail);
    expect(wrong.status).toBe(401);
    expect(await refused("nobody@provider.test")).toEqual(wrong);
  });

  test("[TEN-08] an access token ends after an hour; a refresh gives a new pair and ends the old one", async () => {
    const { ownerEmail } = await hub.makeProvider("Delta");
    const first = (await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } }))
      .body;
    hub.moveClock(3_600_001);
    expect((await hub.call("GET", "/api/v1/user", { token: first.token })).status).toBe(401);
    const refreshed = await hub.call("POST", "/api/v1/refresh", { body: { refreshToken: first.refreshToken } });
    expect(refreshed.status).toBe(200);
    expect(refreshed.body.user.email).toBe(ownerEmail);
    expect((await hub.call("GET", "/api/v1/user", { token: refreshed.body.token })).status).toBe(200);
  });

  test("a refresh whose answer got lost may be repeated at once", async () => {
    const { ownerEmail } = await hub.makeProvider("Epsilon");
    const first = (await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } }))
      .body;
    const refresh = () => hub.call("POST", "/api/v1/refresh", { body: { refreshToken: first.refreshToken } });
    expect((await refresh()).status).toBe(200);
    const answers = await Promise.all([refresh(), refresh()]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect((await hub.call("GET", "/api/v1/user", { token: body.token })).status).toBe(200);
      const next = await hub.call("POST", "/api/v1/refresh", { body: { refreshToken: body.refreshToken } });
      expect(next.status).toBe(200);
    }
  });

  test("[TEN-08] a refresh token that comes again later was copied: the whole log-in ends", async () => {
    const { ownerEmail } = await hub.makeProvider("Zeta");
    const first = (await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } }))
      .body;
    const refresh = () => hub.call("POST", "/api/v1/refresh", { body: { refreshToken: first.refreshToken } });
    const second = (await refresh()).body;
    hub.moveClock(30_001);
    expect((await refresh()).body).toMatchObject({ status: 401, code: "refresh-refused", field: "refreshToken" });
    expect((await hub.call("GET", "/api/v1/user", { token: second.token })).status).toBe(401);
  });

  test("[TEN-08] a copied refresh token does not pass for a lost answer because the other was used while the clock was ahead", async () => {
    const { ownerEmail } = await hub.makeProvider("Ahead");
    const first = (await hub.call("POST", "/api/v1/login", { body: { email: ownerEmail, password: ownerPassword } }))
      .body;
    const refresh = () => hub.call("POST", "/api/v1/refresh", { body: { refreshToken: first.refreshToken } });
    hub.moveClock(3 * 3_600_000);
    const second = (await refresh()).body;
    hub.moveClock(-2 * 3_600_000);
    expect((await refresh()).body).toMatchObject({ status: 401, code: "refresh-refused", field: "refreshToken" });
    expect((await hub.call("GET", "/api/v1/user", { token: second.token })).status).toBe(401);
  });

  test("[TEN-08] nobody fills the hub with log-ins by one refresh token", async () => {
    const tokenOf = async (name: string) => {
      const { ownerEmail: email } = await hub.makeProvider(name);
      return (await hub.call("POST", "/api/v1/login", { body: { email, password: ownerPassword } })).body.refreshToken;
    };
    const [token, another] = [await tokenOf("Mafuriko"), await tokenOf("Jirani")];
    const perPerson = createRateLimit(hub.world.clock, { tries: 2, perSeconds: 86_400 });
    const parts = { world: hub.world, database: hub.database(), passwordDoor: () => null };
    const again = (refreshToken: string) =>
      refresh(parts, perPerson, refreshToken).then(
        () => "made",
        (error: { code: string }) => error.code,
      );
    const asked = [await again(token), await again(token), await again(token), await again(another)];
    expect(asked).toEqual(["made", "made", "too-many-tries", "made"]);
  });

  test("[TEN-08] a refresh token of an older generation ends the log-in too, and the one that was split from it", async () => {
    const { ownerEmail } = await hub.makeProvider("Copied");
    const logIn = { email: ownerEmail, password: ownerPassword };
    const first = (await hub.call("POST", "/api/v1/login", { body: logIn })).body;
    const other = (await hub.call("POST", "/api/v1/login", { body: logIn })).body;
    const refresh = async ({ refreshToken }: { refreshToken: string }) =>
      (await hub.call("POST", "/api/v1/refresh", { body: { refreshToken } })).body;
    const second = await refresh(first);
    const split = await refresh(first); // its answer got lost
    hub.moveClock(31_000);
    const third = await refresh(second);
    hub.moveClock(31_000);
    const fourth = await refresh(third);
    const statusOf = async ({ token }: { token: string }) => (await hub.call("GET", "/api/v1/user", { token })).status;
    expect(await Promise.all([fourth, split, other].map(statusOf))).toEqual([200, 200, 200]);
    expect(await refresh(first)).toMatchObject({ status: 401, code: "refresh-refused" });
    expect(await Promise.all([fourth, split, other].map(statusOf)), "only the family ends").toEqual([401, 401, 200]);
    expect(await refresh(fourth)).toMatchObject({ status: 401 });
  });

  test("[TEN-08] a copied refresh token of the one that was split ends the one that it was split from, too", async () => {
    const { ownerEmail } = await hub.makeProvider("Copied from the split");
    const logIn = { email: ownerEmail, password: ownerPassword };
    const first = (await hub.call("POST", "/api/v1/login", { body: logIn })).body;
    const refresh = async ({ refreshToken }: { refreshToken: string }) =>
      (await hub.call("POST", "/api/v1/refresh", { body: { refreshToken } })).body;
    const second = await refresh(first);
    const split = await refresh(first); // its answer got lost
    const next = await refresh(split);
    const statusOf = async ({ token }: { token: string }) => (await hub.call("GET", "/api/v1/user", { token })).status;
    expect(await Promise.all([second, next].map(statusOf))).toEqual([200, 200]);
    hub.moveClock(31_000);
    expect(await refresh(split)).toMatchObject({ status: 401, code: "refresh-refused" });
    expect(await Promise.all([second, next].map(statusOf))).toEqual([401, 401]);
  });

  test("[TEN-14] staff are added, changed and switched off, and a switched off person is out at once", async () => {
    const { token } = await hub.makeProvider("Eta");
    const body = { email: "support@provider.test", name: "Support", role: "support", password: "a-long-password" };
    const made = await hub.call("POST", "/api/v1/users", { token, body });
    expect(made.status).toBe(201);
    expect(made.text).not.toContain("argon2");
    const twice = await hub.call("POST", "/api/v1/users", { token, body });
    expect(twice.body).toMatchObject({ status: 409, code: "email-taken", field: "email" });
    const supporter = await hub.logIn(body.email, body.password);
    const refused = await hub.call("GET", "/api/v1/users", { token: supporter });
    expect(refused.body).toMatchObject({ status: 403, detail: "Your role does not have the permission users.read." });
    const path = `/api/v1/users/${made.body.userId}`;
    expect((await hub.call("PATCH", path, { token, body: { role: "manager" } })).body.role).toBe("manager");
    expect((await hub.call("GET", "/api/v1/users", { token: supporter })).status).toBe(200);
    expect((await hub.call("PATCH", path, { token, body: { active: false } })).body.active).toBe(false);
    expect((await hub.call("GET", "/api/v1/users", { token: supporter })).status).toBe(401);
  });

  test("the last owner can't switch themselves off", async () => {
    const { token } = await hub.makeProvider("Theta");
    const { userId } = (await hub.call("GET", "/api/v1/user", { token })).body;
    const answer = await hub.call("PATCH", `/api/v1/users/${userId}`, { token, body: { active: false } });
    expect(answer.body).toMatchObject({ status: 409, code: "last-owner" });
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(200);
  });

  test("[TEN-11] every change stands in the audit log, without secrets", async () => {
    const { token } = await hub.makeProvider("Iota");
    const body = { email: "audited@provider.test", name: "A", role: "seller", password: "seller-password-9" };
    const made = await hub.call("POST", "/api/v1/users", { token, body });
    const { items } = (await hub.call("GET", "/api/v1/audit", { token })).body;
    expect(items[0]).toMatchObject({ action: "POST /api/v1/users", target: made.body.userId });
    expect(items[0].requestId).toBe(made.headers.get("x-request-id"));
    expect(JSON.stringify(items)).not.toContain("seller-password-9");
  });

  test("[TEN-11] what is changed, replaced and deleted stands in the audit log as what is made does", async () => {
    const { token } = await hub.makeProvider("Iota two");
    const made = { token, body: { name: "Reader", permissions: ["users.read"] } };
    const { role } = (await hub.call("POST", "/api/v1/roles", made)).body;
    const path = `/api/v1/roles/${role}`;
    await hub.call("PUT", `${path}/second-factor`, { token, body: { needed: true } });
    await hub.call("PATCH", path, { token, body: { permissions: [] } });
    expect((await hub.call("DELETE", path, { token })).status).toBeLessThan(300);
    const { items } = (await hub.call("GET", "/api/v1/audit?q=roles", { token })).body;
    const methods = items.map(({ action }: { action: string }) => action.split(" ")[0]);
    expect(methods).toEqual(["DELETE", "PATCH", "PUT", "POST"]);
    expect(items[0].target).toBe(role);
  });

  test("[TEN-04] a suspended provider's people may read and not change; reactivated, they may again", async () => {
    const { token, providerId } = await hub.makeProvider("Kappa");
    const adminToken = await hub.adminToken();
    await hub.call("POST", `/api/v1/providers/${providerId}/suspend`, { token: adminToken });
    expect((await hub.call("GET", "/api/v1/plans", { token })).status).toBe(200);
    const body = { name: "1 hour", priceCents: 1000, terms: { validitySeconds: 3600 } };
    const refused = await hub.call("POST", "/api/v1/plans", { token, body });
    expect(refused.body).toMatchObject({ status: 403, code: "provider-suspended" });
    await hub.call("POST", `/api/v1/providers/${providerId}/reactivate`, { token: adminToken });
    expect((await hub.call("POST", "/api/v1/plans", { token, body })).status).toBe(201);
  });
});
