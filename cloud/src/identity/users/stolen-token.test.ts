/** What a thief can do with an access token alone, and what still opens after the door was shut. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { expect, test } from "vitest";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits } from "../../ground/db/test-locks.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { admin, ownerPassword, useHub } from "../../test-hub.ts";
import { refresh } from "../log-in/login.ts";
import { permissionsOfRole } from "../roles/role-routes.ts";

engineSuite("a stolen token of a person without a second factor", (engine) => {
  const hub = useHub(engine);
  const post = (path: string, token: string | undefined, body: unknown = {}) =>
    hub.call("POST", path, token === undefined ? { body } : { token, body });
  const patch = (path: string, token: string, body: unknown) => hub.call("PATCH", path, { token, body });

  test("[TEN-08] a stolen token sets nobody's password, makes no person and invites nobody without the password of its person", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Wizi");
    const { userId: me } = (await hub.call("GET", "/api/v1/user", { token })).body;
    const password = "chosen-by-the-thief";
    const own = await patch(`/api/v1/users/${me}`, token, { password, yourPassword: ownerPassword });
    expect(own.body, "one's own is changed with the old one").toMatchObject({ status: 403, field: "password" });
    const clerk = { email: "clerk@wizi.test", name: "Clerk", role: "owner", password: "the-clerks-password" };
    const guest = { email: "guest@wizi.test", name: "Guest", role: "owner" };
    const { userId } = (await post("/api/v1/users", token, clerk)).body;
    const asked = [
      (yours: object) => patch(`/api/v1/users/${userId}`, token, { password, ...yours }),
      (yours: object) => post("/api/v1/users", token, { ...clerk, email: "accomplice@wizi.test", ...yours }),
      (yours: object) => post("/api/v1/invitations", token, { ...guest, ...yours }),
    ];
    for (const ask of asked) {
      const without = await ask({ yourPassword: undefined });
      expect(without.body).toMatchObject({ status: 403, code: "password-required", field: "yourPassword" });
      const wrong = await ask({ yourPassword: "not-the-password" });
      expect(wrong.body).toMatchObject({ status: 403, code: "wrong-password", field: "yourPassword" });
      expect((await ask({ yourPassword: ownerPassword })).status).toBeLessThan(300);
    }
    const scopes = ["users.manage", "users.read"];
    const program = (await post("/api/v1/tokens", token, { name: "till", scopes, password: ownerPassword })).body;
    const byProgram = await post("/api/v1/invitations", program.token, { ...guest, email: "other@wizi.test" });
    expect(byProgram.status, "a program has no password, and gives nobody a way in").toBe(403);
    await hub.logIn(ownerEmail, ownerPassword);
  });

  test("[TEN-08] a stolen token lets nobody back in and raises nobody's rights without the password of its person, and a program does neither", async () => {
    const { token } = await hub.makeProvider("Rudi");
    const person = { email: "seller@rudi.test", name: "Seller", role: "seller", password: ownerPassword };
    const { userId } = (await post("/api/v1/users", token, person)).body;
    const { role } = (await post("/api/v1/roles", token, { name: "Night", permissions: ["sites.read"] })).body;
    await patch(`/api/v1/users/${userId}`, token, { active: false });
    const put = (by: string, body: object) =>
      hub.call("PUT", "/api/v1/roles/seller/second-factor", { token: by, body });
    expect((await put(token, { needed: true, yourPassword: undefined })).status, "demanding more is free").toBe(200);
    const asked: ((by: string, yours: object) => ReturnType<typeof patch>)[] = [
      (by, yours) => patch(`/api/v1/users/${userId}`, by, { active: true, ...yours }),
      (by, yours) => patch(`/api/v1/users/${userId}`, by, { role: "owner", ...yours }),
      (by, yours) => patch(`/api/v1/roles/${role}`, by, { permissions: ["sites.read", "users.manage"], ...yours }),
      (by, yours) => put(by, { needed: false, ...yours }),
    ];
    const wanted = {
      name: "till",
      scopes: (await hub.call("GET", "/api/v1/user", { token })).body.permissions,
      password: ownerPassword,
    };
    const program = (await post("/api/v1/tokens", token, wanted)).body;
    for (const ask of asked) {
      const byProgram = await ask(program.token, { yourPassword: ownerPassword });
      expect(byProgram.body).toMatchObject({ status: 403, code: "not-allowed" });
      expect(byProgram.body.detail).toMatch(/person/i);
      const without = await ask(token, { yourPassword: undefined });
      expect(without.body).toMatchObject({ status: 403, code: "password-required", field: "yourPassword" });
      expect((await ask(token, { yourPassword: ownerPassword })).status).toBe(200);
    }
    const bare = { yourPassword: undefined };
    const takesAway = [
      await patch(`/api/v1/roles/${role}`, token, { permissions: ["sites.read"], ...bare }),
      await patch(`/api/v1/users/${userId}`, token, { role: "seller", active: true, ...bare }),
      await patch(`/api/v1/users/${userId}`, token, { active: false, ...bare }),
    ];
    expect(takesAway.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test("[TEN-08] a link to a new password ends when the password is changed another way", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Kiungo");
    const newPassword = "another-fine-password";
    await post("/api/v1/password-reset", undefined, { email: ownerEmail });
    const byThief = { token: await hub.mailedToken(ownerEmail), password: "chosen-by-the-thief" };
    expect((await post("/api/v1/user/password", token, { currentPassword: ownerPassword, newPassword })).status).toBe(
      204,
    );
    const answer = await post("/api/v1/password-reset/confirm", undefined, byThief);
    expect(answer.body).toMatchObject({ status: 400, code: "link-refused" });
    await hub.logIn(ownerEmail, newPassword);
  });

  test.skipIf(engine === "embedded")(
    "[TEN-08] a password that was changed after it was compared gives nobody a way in",
    async () => {
      const { token, providerId, ownerEmail } = await hub.makeProvider("Mbio");
      const person = { name: "Clerk", role: "seller", password: ownerPassword };
      const { userId } = (await post("/api/v1/users", token, { ...person, email: "clerk@mbio.test" })).body;
      const { role } = (await post("/api/v1/roles", token, { name: "Night", permissions: ["sites.read"] })).body;
      const yourPassword = ownerPassword;
      const job = { name: "Job", scopes: ["sites.read"], password: ownerPassword };
      const { tokenId } = (await post("/api/v1/tokens", token, job)).body;
      const asked: ((by: string) => ReturnType<typeof patch>)[] = [
        (by) => post("/api/v1/users", by, { ...person, email: "accomplice@mbio.test" }),
        (by) => post("/api/v1/invitations", by, { name: "G", role: "owner", email: "guest@mbio.test" }),
        (by) => patch(`/api/v1/users/${userId}`, by, { password: "chosen-by-the-thief" }),
        (by) => post(`/api/v1/users/${userId}/reset-second-factor`, by, { yourPassword }),
        (by) => patch(`/api/v1/roles/${role}`, by, { permissions: ["sites.read", "users.manage"] }),
        (by) => hub.call("PUT", `/api/v1/roles/${role}/second-factor`, { token: by, body: { needed: false } }),
        (by) =>
          post("/api/v1/user/password", by, { currentPassword: ownerPassword, newPassword: "chosen-by-the-thief" }),
        (by) => post("/api/v1/mails/unsent/open", by, { yourPassword }),
        (by) => post(`/api/v1/tokens/${tokenId}/refresh`, by, { expiresInDays: 30, password: ownerPassword }),
        (by) => post("/api/v1/user/second-factor/end", by, { password: ownerPassword }),
      ];
      for (const ask of asked) {
        const stolen = await hub.logIn(ownerEmail, ownerPassword);
        const [locked, changed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const changing = hub.database().asProvider(providerId, async (tx) => {
          await tx.selectFrom("users").select("userId").forUpdate().execute();
          locked.resolve();
          await changed.promise;
          await tx.deleteFrom("logins").execute(); // as a new password does
        });
        await locked.promise;
        const answer = ask(stolen);
        await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBe(1);
        changed.resolve();
        await changing;
        expect((await answer).body).toMatchObject({ status: 403, code: "wrong-password" });
      }
      await hub.logIn(ownerEmail, ownerPassword);
    },
  );

  test.skipIf(engine === "embedded")(
    "[TEN-07] who loses their role in the moment in which they add somebody adds nobody, a role that is given in that in which it would go stays, and a role that is renamed in that in which it loses permissions loses them",
    async () => {
      const { token, providerId } = await hub.makeProvider("Shusha");
      const meanwhile = async (change: (tx: Tx) => Promise<unknown>, ask: () => ReturnType<typeof post>) => {
        const [locked, waited] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const changing = hub.database().asProvider(providerId, async (tx) => {
          await change(tx);
          locked.resolve();
          await waited.promise;
        });
        await locked.promise;
        const answer = ask();
        await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBe(1);
        waited.resolve();
        await changing;
        return (await answer).body;
      };
      const second = { email: "second@shusha.test", name: "Second", role: "owner", password: ownerPassword };
      const { userId } = (await post("/api/v1/users", token, second)).body;
      const theirs = await hub.logIn(second.email, ownerPassword);
      const toSeller = (tx: Tx) =>
        tx.updateTable("users").set({ role: "seller" }).where("userId", "=", userId).execute();
      const third = { ...second, email: "third@shusha.test" };
      const added = await meanwhile(toSeller, () => post("/api/v1/users", theirs, third));
      expect(added).toMatchObject({ status: 403, code: "not-allowed" });

      const evening = { name: "Dusk", permissions: ["sites.read"] };
      const given = (await post("/api/v1/roles", token, evening)).body.role;
      const give = async (tx: Tx) => {
        await permissionsOfRole(tx, given, providerId);
        await tx.updateTable("users").set({ role: given }).where("userId", "=", userId).execute();
      };
      const deleted = await meanwhile(give, () => hub.call("DELETE", `/api/v1/roles/${given}`, { token }));
      expect(deleted, "nobody has a role that is not there").toMatchObject({ status: 409, code: "role-in-use" });

      const night = { name: "Night", permissions: ["sites.read", "payments.manage"] };
      const { role } = (await post("/api/v1/roles", token, night)).body;
      const shrink = (tx: Tx) =>
        tx
          .updateTable("roles")
          .set({ permissions: json(["sites.read"]) })
          .where("roleId", "=", role)
          .execute();
      const renamed = await meanwhile(shrink, () => patch(`/api/v1/roles/${role}`, token, { name: "Evening" }));
      expect(renamed).toMatchObject({ name: "Evening", permissions: ["sites.read"] });
    },
  );

  test.skipIf(engine === "embedded")(
    "[TEN-08] a log-in that a copied refresh token begins in the moment of a new password ends with the others",
    async () => {
      const { ownerEmail } = await hub.makeProvider("Nakala");
      const logIn = { email: ownerEmail, password: ownerPassword };
      const { refreshToken } = (await post("/api/v1/login", undefined, logIn)).body;
      expect((await post("/api/v1/refresh", undefined, { refreshToken })).status).toBe(200);
      await post("/api/v1/password-reset", undefined, { email: ownerEmail });
      const link = { token: await hub.mailedToken(ownerEmail), password: "another-fine-password" };
      const [begun, waited] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const asProvider: Database["asProvider"] = async (providerId, work) =>
        hub.database().asProvider(providerId, async (tx) => {
          const done = await work(tx);
          begun.resolve();
          await waited.promise;
          return done;
        });
      const slow = { asProvider } as Partial<Database> as Database;
      // As after an answer that got lost: both log-ins stay.
      const perPerson = createRateLimit(hub.world.clock, { tries: 1, perSeconds: 60 });
      const beginning = refresh(
        { world: hub.world, database: slow, passwordDoor: () => null },
        perPerson,
        refreshToken,
      );
      await begun.promise;
      const confirming = post("/api/v1/password-reset/confirm", undefined, link);
      await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBe(1);
      waited.resolve();
      const { token } = (await beginning).tokens;
      expect((await confirming).status).toBe(204);
      expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(401);
    },
  );

  test("[TEN-08] the end of a request that was held back does nothing once its person is switched off or has another role", async () => {
    const { token, providerId } = await hub.makeProvider("Subira");
    const heldBack = async (email: string, path: string, body: object, change: object) => {
      const person = { email, name: "Second", role: "owner", password: ownerPassword };
      const { userId } = (await post("/api/v1/users", token, person)).body;
      const text = JSON.stringify(body);
      const headers = {
        Authorization: `Bearer ${await hub.logIn(email, ownerPassword)}`,
        "Content-Type": "application/json",
        "Content-Length": text.length,
      };
      const asking = request(hub.url() + path, { method: "POST", headers });
      const answered = once(asking, "response") as Promise<[IncomingMessage]>;
      asking.write(text.slice(0, -1));
      // They were let in.
      const used = () =>
        hub.database().asProvider(providerId, async (tx) => {
          const rows = tx.selectFrom("logins").select("usedAtMs").where("userId", "=", userId);
          return (await rows.executeTakeFirst())?.usedAtMs ?? null;
        });
      await expect.poll(used, { timeout: 20_000 }).not.toBeNull();
      expect((await patch(`/api/v1/users/${userId}`, token, change)).status).toBe(200);
      asking.end(text.slice(-1));
      const [answer] = await answered;
      answer.resume();
      return answer.statusCode;
    };
    const site = { name: "Kiosk" };
    const guest = { email: "guest@subira.test", name: "Guest", role: "owner", yourPassword: ownerPassword };
    expect(await heldBack("off@subira.test", "/api/v1/sites", site, { active: false })).toBe(401);
    expect(await heldBack("less@subira.test", "/api/v1/invitations", guest, { role: "seller" })).toBe(403);
  });

  test("[TEN-03] support access ends with the log-in it was begun in, and with a new password or the end of all log-ins of its admin", async () => {
    const { providerId } = await hub.makeProvider("Mgeni");
    const email = "helper@platform.test";
    const person = { email, name: "Helper", role: "platform-admin", password: ownerPassword };
    const asAdmin = await hub.adminToken();
    const made = await post("/api/v1/users", asAdmin, { ...person, yourPassword: admin.password });
    expect(made.status).toBe(201);
    const visit = async (by: string) => {
      const asked = await post(`/api/v1/providers/${providerId}/impersonate`, by, { reason: "they asked for help" });
      expect(asked.status).toBe(201);
      const looks = async () => (await hub.call("GET", "/api/v1/plans", { token: asked.body.token })).status;
      expect(await looks()).toBe(200);
      return looks;
    };
    // The log-in in which the password is changed stays; what a thief began in it does not.
    const changing = await hub.logIn(email, ownerPassword);
    const byThief = await visit(changing);
    const newPassword = "another-fine-password";
    const change = { currentPassword: ownerPassword, newPassword };
    expect((await post("/api/v1/user/password", changing, change)).status).toBe(204);
    expect(await byThief()).toBe(401);
    const again = await visit(changing);
    expect((await post("/api/v1/logout", changing)).status).toBe(204);
    expect(await again()).toBe(401);
    const before = await visit(await hub.logIn(email, newPassword));
    await post("/api/v1/password-reset", undefined, { email });
    const reset = { token: await hub.mailedToken(email), password: ownerPassword };
    expect((await post("/api/v1/password-reset/confirm", undefined, reset)).status).toBe(204);
    expect(await before()).toBe(401);
  });

  test("[TEN-08] who is switched off has no API token when they are switched on again", async () => {
    const { token } = await hub.makeProvider("Zima");
    const person = { email: "maker@zima.test", name: "Maker", role: "owner", password: ownerPassword };
    const { userId } = (await post("/api/v1/users", token, person)).body;
    const wanted = { name: "till", scopes: ["sites.read"], password: ownerPassword };
    const till = (await post("/api/v1/tokens", await hub.logIn(person.email, ownerPassword), wanted)).body;
    const reads = async () => (await hub.call("GET", "/api/v1/sites", { token: till.token })).status;
    expect(await reads()).toBe(200);
    await patch(`/api/v1/users/${userId}`, token, { active: false });
    await patch(`/api/v1/users/${userId}`, token, { active: true });
    expect(await reads()).toBe(401);
  });

  test("[TEN-14] an invitation ends with the rights, the account and the password of whoever made it", async () => {
    const { token } = await hub.makeProvider("Mwaliko");
    let people = 0;
    const outcomeAfter = async (change: (by: { userId: string; email: string; token: string }) => Promise<unknown>) => {
      const person = { email: `b${++people}@mwaliko.test`, name: "B", role: "owner", password: ownerPassword };
      const { userId } = (await post("/api/v1/users", token, person)).body;
      const theirs = await hub.logIn(person.email, ownerPassword);
      const guest = { email: `private${people}@mwaliko.test`, name: "Guest", role: "owner" };
      const { link } = (await post("/api/v1/invitations", theirs, guest)).body;
      await change({ userId, email: person.email, token: theirs });
      const accepted = { token: link.split("/").at(-1), password: "chosen-by-the-guest" };
      const { status, body } = await post("/api/v1/invitations/accept", undefined, accepted);
      return status === 201 ? "accepted" : body.code;
    };
    expect(await outcomeAfter(async () => {})).toBe("accepted");
    const changed = (by: { userId: string }, body: unknown) => patch(`/api/v1/users/${by.userId}`, token, body);
    expect(await outcomeAfter((by) => changed(by, { name: "Another name" }))).toBe("accepted");
    expect(await outcomeAfter((by) => changed(by, { role: "manager" }))).toBe("link-refused");
    expect(await outcomeAfter((by) => changed(by, { password: "set-by-the-other-owner" }))).toBe("link-refused");
    const switchedOff = await outcomeAfter((by) => changed(by, { active: false }));
    expect(switchedOff).toBe("link-refused");
    const switchedOnAgain = await outcomeAfter(async (by) => {
      await changed(by, { active: false });
      await changed(by, { active: true });
    });
    expect(switchedOnAgain).toBe("link-refused");
    const ownChange = { currentPassword: ownerPassword, newPassword: "another-fine-password" };
    expect(await outcomeAfter((by) => post("/api/v1/user/password", by.token, ownChange))).toBe("link-refused");
    const reset = await outcomeAfter(async ({ email }) => {
      await post("/api/v1/password-reset", undefined, { email });
      const confirmed = { token: await hub.mailedToken(email), password: "another-fine-password" };
      expect((await post("/api/v1/password-reset/confirm", undefined, confirmed)).status).toBe(204);
    });
    expect(reset).toBe("link-refused");
  });

  test("[TEN-07] nobody clears the wrong passwords of a person who may do more than they", async () => {
    const { token } = await hub.makeProvider("Fungua");
    const { userId: owner } = (await hub.call("GET", "/api/v1/user", { token })).body;
    const { role } = (
      await post("/api/v1/roles", token, { name: "Staff", permissions: ["users.manage", "users.read"] })
    ).body;
    const person = { email: "staff@fungua.test", name: "Staff", role, password: ownerPassword };
    await post("/api/v1/users", token, person);
    const staff = await hub.logIn(person.email, ownerPassword);
    const unlock = await post(`/api/v1/users/${owner}/unlock`, staff);
    expect(unlock.body).toMatchObject({ status: 403, code: "exceeds-own", field: "userId" });
    expect((await post(`/api/v1/users/${owner}/unlock`, token)).status).toBe(200);
  });
});
