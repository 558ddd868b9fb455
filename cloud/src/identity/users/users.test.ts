import { sha256Hex } from "@karibu/protocol/hash";
import { isLongRun, longTest } from "@karibu/protocol/test-long-run";
import { expect, test, vi } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { admin as adminAccount, ownerPassword, useHub } from "../../test-hub.ts";
import { codeAt } from "../credentials/test-totp.ts";
import { giveFreeAddresses } from "./users.ts";

engineSuite("people in full", (engine) => {
  const hub = useHub(engine);
  const post = (path: string, token: string | undefined, body: unknown = {}) =>
    hub.call("POST", path, token === undefined ? { body } : { token, body });

  test("[TEN-09] signing up: the provider exists once the address was proved, and the link works once", async () => {
    const email = "new@sign-up.test";
    const body = { providerName: "Jua Net", email, password: "a-fine-password", currency: "UGX" };
    expect((await post("/api/v1/sign-up", undefined, body)).status).toBe(202);
    expect((await post("/api/v1/login", undefined, { email, password: body.password })).status).toBe(401);
    const token = await hub.mailedToken(email);
    expect((await post("/api/v1/sign-up/confirm", undefined, { token })).body).toMatchObject({ email });
    expect((await post("/api/v1/sign-up/confirm", undefined, { token })).body).toMatchObject({
      code: "link-refused",
      field: "token",
    });
    const owner = await hub.logIn(email, body.password);
    expect((await hub.call("GET", "/api/v1/settings", { token: owner })).body).toMatchObject({
      name: "Jua Net",
      currency: "UGX",
    });
    expect((await hub.call("GET", "/api/v1/plans", { token: owner })).body.items).toHaveLength(6);
    // A second sign-up with that address gets the same answer, and its owner a letter without a link to log in.
    expect((await post("/api/v1/sign-up", undefined, body)).status).toBe(202);
    await expect.poll(() => hub.letters().findLast((letter) => letter.to === email)?.subject).toMatch(/already/);
  });

  test("[TEN-14] an invited person chooses their own password, and has the role they were given", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Nyota");
    const body = { email: "guest@invited.test", name: "Guest", role: "accountant" };
    const made = await post("/api/v1/invitations", token, body);
    expect(made.status).toBe(201);
    const mailed = await hub.mailedToken(body.email);
    expect(made.body.link).toContain(mailed);
    expect((await post("/api/v1/invitations/accept", undefined, { token: mailed, password: "short" })).body.field).toBe(
      "password",
    );
    expect(
      (await post("/api/v1/invitations/accept", undefined, { token: mailed, password: "my-own-password" })).status,
    ).toBe(201);
    const guest = await hub.logIn(body.email, "my-own-password");
    expect((await hub.call("GET", "/api/v1/user", { token: guest })).body).toMatchObject({
      role: "accountant",
      name: "Guest",
    });
    const { items } = (await hub.call("GET", "/api/v1/invitations", { token })).body;
    expect(items).toMatchObject([{ email: body.email, state: "accepted" }]);
    expect((await post("/api/v1/invitations", token, { ...body, email: ownerEmail })).body.code).toBe("email-taken");
  });

  longTest(
    "[SYS-25] an invitation carries no words of who sends it: no link, no line, no number, and few letters to one address",
    async () => {
      const { token } = await hub.makeProvider("Chambo");
      const me = (await hub.call("GET", "/api/v1/user", { token })).body;
      const words = "Claim your prize at www.evil.com/pay\r\nBcc: all@evil.com call 0712345678";
      const settings = { token, body: { name: words } };
      expect((await hub.call("PATCH", "/api/v1/settings", settings)).status).toBe(200);
      const mine = { token, body: { name: "http://evil.com" } };
      expect((await hub.call("PATCH", `/api/v1/users/${me.userId}`, mine)).status).toBe(200);
      const body = { email: "victim@elsewhere.test", name: "Guest", role: "support" };
      expect((await post("/api/v1/invitations", token, body)).status).toBe(201);
      await hub.mailedToken(body.email);
      const letter = hub.letters().findLast(({ to }) => to === body.email);
      const all = `${letter?.subject}\n${letter?.text}`;
      expect(all).not.toMatch(/evil\.com|www\.|0712|@|\nBcc/);
      expect(all.match(/https?:/g)).toHaveLength(1);
      expect(letter?.text.split("\n\n")).toHaveLength(3);

      // Five a day to one address: who writes them leaves the other providers theirs.
      for (let count = 0; count < 4; count++) expect((await post("/api/v1/invitations", token, body)).status).toBe(201);
      expect((await post("/api/v1/invitations", token, body)).body.code).toBe("address-quota-reached");
      const other = await hub.makeProvider("Chambo Two");
      for (let count = 0; count < 5; count++)
        expect((await post("/api/v1/invitations", other.token, body)).status).toBe(201);
      expect((await post("/api/v1/invitations", other.token, body)).body).toMatchObject({
        status: 429,
        code: "address-quota-reached",
        field: "email",
      });
      expect((await post("/api/v1/invitations", other.token, { ...body, email: "else@else.test" })).status).toBe(201);
      // Twenty from all of them together: a victim's mailbox is not filled by many.
      const accomplices = [await hub.makeProvider("Chambo Three"), await hub.makeProvider("Chambo Four")];
      const statuses = [];
      for (const { token: theirs } of [...accomplices, await hub.makeProvider("Chambo Five")])
        for (let count = 0; count < 5; count++) statuses.push((await post("/api/v1/invitations", theirs, body)).status);
      expect(statuses).toEqual([...Array(10).fill(201), ...Array(5).fill(429)]);
      const before = hub.letters().filter(({ to }) => to === other.ownerEmail).length;
      await post("/api/v1/password-reset", undefined, { email: other.ownerEmail });
      await vi.waitFor(
        () => expect(hub.letters().filter(({ to }) => to === other.ownerEmail)).toHaveLength(before + 1),
        20_000,
      );
    },
  );

  test("[TEN-09] of several who follow one link in the same moment one chooses the password", async () => {
    const { ownerEmail: email } = await hub.makeProvider("Haraka");
    expect((await post("/api/v1/password-reset", undefined, { email })).status).toBe(202);
    const token = await hub.mailedToken(email);
    const passwords = ["one-new-password", "another-new-password", "a-third-new-password"];
    const ends = await Promise.all(
      passwords.map((password) => post("/api/v1/password-reset/confirm", undefined, { token, password })),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual([204, 400, 400]);
    const chosen = passwords[ends.findIndex(({ status }) => status === 204)] as string;
    await hub.logIn(email, chosen);
  });

  test("[TEN-09] a forgotten password: the link gives a new one, ends all log-ins, and works once", async () => {
    const { token, ownerEmail: email } = await hub.makeProvider("Mlima");
    expect((await post("/api/v1/password-reset", undefined, { email: "nobody@nowhere.test" })).status).toBe(202);
    expect((await post("/api/v1/password-reset", undefined, { email })).status).toBe(202);
    const link = await hub.mailedToken(email);
    const body = { token: link, password: "a-brand-new-password" };
    expect((await post("/api/v1/password-reset/confirm", undefined, body)).status).toBe(204);
    expect((await post("/api/v1/password-reset/confirm", undefined, body)).status).toBe(400);
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(401);
    await hub.logIn(email, body.password);
    hub.moveClock(3 * 3_600_000);
    await post("/api/v1/password-reset", undefined, { email });
    const late = await hub.mailedToken(email);
    hub.moveClock(3 * 3_600_000);
    expect((await post("/api/v1/password-reset/confirm", undefined, { ...body, token: late })).body.code).toBe(
      "link-refused",
    );
  });

  test("[TEN-09] the second factor: a code is good once, and a recovery code once", async () => {
    const { token, ownerEmail: email } = await hub.makeProvider("Ziwa");
    expect((await post("/api/v1/user/second-factor/begin", token, { password: "wrong-password" })).body.code).toBe(
      "wrong-password",
    );
    const { secret, uri } = (await post("/api/v1/user/second-factor/begin", token, { password: ownerPassword })).body;
    expect(uri).toContain(secret);
    const codeNow = () => codeAt(secret, hub.world.clock.wall().atMs);
    const confirmed = await post("/api/v1/user/second-factor/confirm", token, { code: codeNow() });
    const [recovery] = confirmed.body.recoveryCodes;
    const credentials = { email, password: ownerPassword };
    const logIn = (code?: string) =>
      post("/api/v1/login", undefined, { ...credentials, ...(code === undefined ? {} : { code }) });
    expect((await logIn()).body).toMatchObject({ status: 401, code: "second-factor-required", field: "code" });
    expect((await logIn(codeNow())).body.code, "the code that switched it on is spent").toBe("wrong-code");
    hub.moveClock(60_000);
    const code = codeNow();
    const both = await Promise.all([logIn(code), logIn(code)]);
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 401]);
    expect((await logIn(recovery)).status).toBe(200);
    expect((await logIn(recovery)).status).toBe(401);
    hub.moveClock(60_000);
    const inside = (await logIn(codeNow())).body.token;
    const end = await post("/api/v1/user/second-factor/end", inside, { password: ownerPassword });
    expect(end.status).toBe(204);
    expect((await logIn()).status).toBe(200);
  });

  test("[TEN-08] my own password: the old one is asked, other log-ins and my API tokens end, this log-in and others' tokens stay", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Pwani");
    const clerk = { email: "clerk@pwani.test", name: "Clerk", role: "owner", password: "the-clerks-password" };
    await post("/api/v1/users", token, clerk);
    const tokenOf = async (by: string, password: string) =>
      (await post("/api/v1/tokens", by, { name: "till", scopes: ["sites.read"], password })).body.token;
    const mine = await tokenOf(token, ownerPassword);
    const theirs = await tokenOf(await hub.logIn(clerk.email, clerk.password), clerk.password);
    const reads = async (by: string) => (await hub.call("GET", "/api/v1/sites", { token: by })).status;
    expect([await reads(mine), await reads(theirs)]).toEqual([200, 200]);
    const other = await hub.logIn(ownerEmail, ownerPassword);
    const change = (currentPassword: string) =>
      post("/api/v1/user/password", token, { currentPassword, newPassword: "another-good-one" });
    expect((await change("not-it-at-all")).body).toMatchObject({ status: 403, field: "currentPassword" });
    expect((await hub.call("GET", "/api/v1/user/logins", { token })).body.items).toHaveLength(2);
    expect((await change(ownerPassword)).status).toBe(204);
    expect((await hub.call("GET", "/api/v1/user", { token: other })).status).toBe(401);
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(200);
    expect([await reads(mine), await reads(theirs)]).toEqual([401, 200]);
  });

  test("[TEN-07] nothing that a provider can ask tells which addresses other providers have; the owner of the address gets a letter", async () => {
    const { token, providerId } = await hub.makeProvider("Chunguza");
    const other = await hub.makeProvider("Target");
    const password = "some-long-password";
    const add = (email: string) => post("/api/v1/users", token, { email, name: "X", role: "support", password });
    const [free, known] = ["free@nowhere.test", other.ownerEmail];
    /** What differs between any two people is left out. */
    const alike = (text: string, ...own: string[]) =>
      own.reduce((all, one) => all.replaceAll(one, "-"), text).replaceAll(/\d{13}/g, "-");
    const answers = [await add(free), await add(known)];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const [one, two] = answers.map(({ text, body }) => alike(text, body.userId, body.email));
    expect(one).toBe(two);
    const { items } = (await hub.call("GET", "/api/v1/users?limit=100", { token })).body;
    const listed = (email: string) => {
      const row = items.find((each: { email: string }) => each.email === email);
      return alike(JSON.stringify(row), row.userId, email);
    };
    expect(listed(known)).toBe(listed(free));
    const audit = (await hub.call("GET", "/api/v1/audit?limit=100", { token })).body.items;
    const ofPerson = ({ body }: (typeof answers)[number]) =>
      audit
        .filter((entry: { target: string }) => entry.target === body.userId)
        .map(({ action }: { action: string }) => action);
    expect(ofPerson(answers[1] as (typeof answers)[number])).toEqual(ofPerson(answers[0] as (typeof answers)[number]));
    const lines = (await hub.call("GET", "/api/v1/settings/export", { token })).text.split("\n");
    const exported = (email: string) => {
      const line = lines.find((each) => each.includes('"users"') && each.includes(email)) ?? email;
      return alike(line, JSON.parse(line).row.user_id, email);
    };
    expect(exported(known)).toBe(exported(free));
    expect(exported(known)).not.toContain("elsewhere");

    // An invitation too, and its link, which the inviting person has.
    const taken = { email: "clerk@target.test", name: "Clerk", role: "support" };
    await post("/api/v1/users", other.token, { ...taken, password });
    const accepted = [];
    for (const email of ["free-too@nowhere.test", taken.email]) {
      const { link } = (await post("/api/v1/invitations", token, { ...taken, email })).body;
      const body = { token: link.split("/").at(-1), password };
      accepted.push((await post("/api/v1/invitations/accept", undefined, body)).status);
    }
    expect(accepted).toEqual([201, 201]);

    // The account of the address stays the one that opens; its owner hears who added it, and nobody else reads that.
    const me = (await hub.call("GET", "/api/v1/user", { token: await hub.logIn(known, ownerPassword) })).body;
    expect(me.providerId).toBe(other.providerId);
    const letter = await vi.waitFor(() => {
      const found = hub.letters().find(({ to, subject }) => to === known && subject === "Chunguza added your address");
      expect(found).toBeDefined();
      return found;
    }, 20_000);
    expect(letter?.text).toContain("stays as it is");
    const mails = (await hub.call("GET", "/api/v1/mails?limit=100", { token })).text;
    expect(mails).not.toContain("added your address");
    expect(mails).not.toContain(known);
    await post("/api/v1/password-reset", undefined, { email: known });
    const reset = { token: await hub.mailedToken(known), password: "my-very-own-password" };
    expect((await post("/api/v1/password-reset/confirm", undefined, reset)).status).toBe(204);
    const again = (await hub.call("GET", "/api/v1/user", { token: await hub.logIn(known, reset.password) })).body;
    expect(again.providerId).toBe(other.providerId);

    // Its own people a provider knows; and additions stop for the day, for free addresses and for others alike.
    expect((await add(free)).body).toMatchObject({ status: 409, code: "email-taken" });
    expect((await add(known)).body).toMatchObject({ status: 409, code: "email-taken" });
    expect(providerId).not.toBe(other.providerId);
    if (!isLongRun) return; // thirty passwords are hashed
    const statuses = [];
    for (let count = 0; count < 29; count++) statuses.push((await add(`free-${count}@nowhere.test`)).status);
    expect([...new Set(statuses.slice(0, 28))]).toEqual([201]);
    expect(statuses[28]).toBe(429);
    expect((await add("clerk-two@target.test")).body.code).toBe("too-many-tries");
  }, 60_000);

  longTest("[TEN-09] who adds somebody else's address can't unlock the other account's guesses", async () => {
    const { token } = await hub.makeProvider("Mwizi");
    const target = await hub.makeProvider("Lengo");
    const person = { email: target.ownerEmail, name: "X", role: "support", password: "some-long-password" };
    const { userId } = (await post("/api/v1/users", token, person)).body;
    const guess = async () =>
      (await post("/api/v1/login", undefined, { email: target.ownerEmail, password: "a-wrong-password" })).status;
    const counted = () =>
      hub.database().asPlatform("test", async (tx) => {
        const row = await tx
          .selectFrom("login_failures")
          .select("failures")
          .where("accountHash", "=", sha256Hex(target.ownerEmail))
          .orderBy("failures", "desc")
          .executeTakeFirst();
        return row?.failures ?? 0;
      });
    for (let at = 0; at < 3; at++) expect(await guess()).toBe(401);
    const before = await counted();
    expect(before).toBeGreaterThanOrEqual(3);
    expect((await post(`/api/v1/users/${userId}/unlock`, token, null)).status).toBe(200);
    expect(await counted()).toBe(before);
  });

  longTest(
    "[TEN-09] who adds a stranger's address first keeps its owner neither from a sign-up nor from the provider they work for",
    async () => {
      const thief = await hub.makeProvider("Mtekaji");
      const worksFor = async (email: string, password: string) =>
        (await hub.call("GET", "/api/v1/user", { token: await hub.logIn(email, password) })).body.providerId;
      const add = (token: string, email: string, password: string) =>
        post("/api/v1/users", token, { email, name: "X", role: "support", password });
      const email = "founder@people.test";
      expect((await add(thief.token, email, "the-thiefs-password")).status).toBe(201);
      const order = { email, password: "the-founders-password", providerName: "Mwanzo" };
      expect((await post("/api/v1/sign-up", undefined, order)).status).toBe(202);
      const confirm = { token: await hub.mailedToken(email), password: order.password };
      const made = await post("/api/v1/sign-up/confirm", undefined, confirm);
      expect(made.status).toBe(201);
      expect(await worksFor(email, order.password)).toBe(made.body.providerId);
      const theirs = { email, password: "the-thiefs-password" };
      expect((await post("/api/v1/login", undefined, theirs)).status).toBe(401);

      // Two providers added an address that nobody has proved: its owner says by a letter whom they work for, and neither provider can.
      const employer = await hub.makeProvider("Mwajiri");
      const clerk = "clerk@people.test";
      await add(thief.token, clerk, "the-thiefs-password");
      await add(employer.token, clerk, "the-first-password");
      await post("/api/v1/password-reset", undefined, { email: clerk });
      const letters = await vi.waitFor(() => {
        const found = hub.letters().filter(({ to }) => to === clerk);
        expect(found).toHaveLength(2);
        return found;
      }, 20_000);
      const [ofThief, ofEmployer] = ["Mtekaji", "Mwajiri"].map((name) =>
        letters.find(({ text }) => text.includes(name)),
      );
      expect(ofThief).toBeDefined();
      const token = ofEmployer?.text.match(/#\/password\/(\S+)/)?.[1];
      const own = { token, password: "the-clerks-password" };
      expect((await post("/api/v1/password-reset/confirm", undefined, own)).status).toBe(204);
      expect(await worksFor(clerk, own.password)).toBe(employer.providerId);
      for (const one of [thief, employer])
        expect((await hub.call("GET", "/api/v1/mails?limit=100", { token: one.token })).text).not.toContain(clerk);
    },
    60_000,
  );

  test("[TEN-09] who adds a stranger's address to five providers keeps no letter from its owner, who works for a sixth", async () => {
    const email = "sixth@people.test";
    for (const name of ["One", "Two", "Three", "Four", "Five", "Mwajiri wa sita"]) {
      const person = { email, name: "X", role: "support", password: "the-first-password" };
      const { token } = await hub.makeProvider(name);
      expect((await post("/api/v1/users", token, person)).status).toBe(201);
    }
    const theirs = () => hub.letters().filter(({ to }) => to === email);
    for (const letters of [5, 10]) {
      await post("/api/v1/password-reset", undefined, { email });
      await vi.waitFor(() => expect(theirs()).toHaveLength(letters), 20_000);
    }
    expect(theirs().filter(({ text }) => text.includes("Mwajiri wa sita"))).toHaveLength(1);
  });

  test("[TEN-09] a former employer, switched off or gone, keeps nobody out of the next one", async () => {
    const [former, next, third] = [
      await hub.makeProvider("Zamani"),
      await hub.makeProvider("Sasa"),
      await hub.makeProvider("Tatu"),
    ];
    const email = "mover@people.test";
    const password = "some-long-password";
    const add = async (token: string, own: string) =>
      (await post("/api/v1/users", token, { email, name: "Mover", role: "support", password: own })).body.userId;
    const old = await add(former.token, password);
    await add(next.token, "another-long-password");
    const worksFor = async () => {
      const token = await hub.logIn(email, "another-long-password");
      return (await hub.call("GET", "/api/v1/user", { token })).body.providerId;
    };
    await hub.call("PATCH", `/api/v1/users/${old}`, { token: former.token, body: { active: false } });
    expect(await worksFor()).toBe(next.providerId);
    await hub.database().asPlatform("test", async (tx) => {
      await tx.deleteFrom("users").where("userId", "=", old).execute();
      await giveFreeAddresses(tx);
    });
    await add(third.token, "a-third-long-password");
    expect(await worksFor()).toBe(next.providerId);
  });

  test("[TEN-09] a password reset does the same for every address: one job, and no look at who has it", async () => {
    const { ownerEmail } = await hub.makeProvider("Sawa");
    const done: string[] = [];
    const real = hub.database().asPlatform;
    vi.spyOn(hub.database(), "asPlatform").mockImplementation(((
      reason: string,
      work: (tx: never) => Promise<unknown>,
    ) =>
      real.call(hub.database(), reason, (tx) => {
        if (reason !== "password-reset-asked") return work(tx as never);
        const counting = {
          transformQuery: ({ node }: { node: { kind: string } }) => {
            done.push(node.kind);
            return node;
          },
          transformResult: async ({ result }: { result: unknown }) => result,
        };
        return work(tx.withPlugin(counting as never) as never);
      })) as never);
    try {
      const doneFor = async (email: string) => {
        done.length = 0;
        expect((await post("/api/v1/password-reset", undefined, { email })).status).toBe(202);
        return [...done];
      };
      const known = await doneFor(ownerEmail);
      expect(known.length).toBeGreaterThan(0);
      expect(known).not.toContain("SelectQueryNode");
      expect(await doneFor("nobody-at-all@nowhere.test")).toEqual(known);
    } finally {
      vi.restoreAllMocks();
    }
    await hub.mailedToken(ownerEmail);
  });

  test("[TEN-07] a role of one's own is in force at once, can't exceed its maker, and stays while somebody has it", async () => {
    const { token } = await hub.makeProvider("Msitu");
    const { role } = (await post("/api/v1/roles", token, { name: "Counter", permissions: ["sites.read"] })).body;
    const body = { email: "counter@msitu.test", name: "Counter", role, password: "some-long-password" };
    const { userId } = (await post("/api/v1/users", token, body)).body;
    const supporter = await hub.logIn(body.email, body.password);
    expect((await hub.call("GET", "/api/v1/plans", { token: supporter })).status).toBe(403);
    const path = `/api/v1/roles/${role}`;
    await hub.call("PATCH", path, { token, body: { permissions: ["sites.read", "plans.read", "users.manage"] } });
    expect((await hub.call("GET", "/api/v1/plans", { token: supporter })).status).toBe(200);
    const climb = await hub.call("PATCH", `/api/v1/users/${userId}`, { token: supporter, body: { role: "owner" } });
    expect(climb.body).toMatchObject({ status: 403, code: "exceeds-own", field: "role" });
    const { userId: owner } = (await hub.call("GET", "/api/v1/user", { token })).body;
    const disarm = await post(`/api/v1/users/${owner}/reset-second-factor`, supporter, {
      yourPassword: body.password,
    });
    expect(disarm.body).toMatchObject({ status: 403, code: "exceeds-own", field: "userId" });
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(200);
    expect((await hub.call("DELETE", path, { token })).body.code).toBe("role-in-use");
    expect((await post("/api/v1/roles", token, { name: "owner", permissions: [] })).body.code).toBe("name-taken");
    expect((await post("/api/v1/roles", token, { name: "X", permissions: ["providers.manage"] })).status).toBe(400);
  });

  test.skipIf(engine === "embedded")(
    "[TEN-14] of two owners who switch each other off at once, one stays",
    async () => {
      const { token, ownerEmail, providerId } = await hub.makeProvider("Kuro");
      const body = { email: `other-${ownerEmail}`, name: "Other", role: "owner", password: ownerPassword };
      const { userId: other } = (await post("/api/v1/users", token, body)).body;
      const { userId: mine } = (await hub.call("GET", "/api/v1/user", { token })).body;
      const theirs = await hub.logIn(body.email, ownerPassword);
      const off = (by: string, userId: string) =>
        hub.call("PATCH", `/api/v1/users/${userId}`, { token: by, body: { active: false } });
      // Both are on their way before either is done.
      const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const holding = hub.database().asProvider(providerId, async (tx) => {
        await tx.selectFrom("users").select("userId").forUpdate().execute();
        locked.resolve();
        await release.promise;
      });
      await locked.promise;
      const both = Promise.all([off(token, other), off(theirs, mine)]);
      await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBe(2);
      release.resolve();
      await holding;
      const answers = await both;
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "last-owner", field: "role" });
    },
  );

  test.skipIf(engine === "embedded")(
    "[TEN-07] who may change a seller changes no owner: neither password, name nor factor of who becomes one at this moment",
    async () => {
      const { token, providerId } = await hub.makeProvider("Kupanda");
      const role = async (name: string, permissions: string[]) =>
        (await post("/api/v1/roles", token, { name, permissions })).body.role as string;
      const add = async (name: string, of: string) => {
        const person = { email: `${name}@kupanda.test`, name, role: of, password: ownerPassword };
        return (await post("/api/v1/users", token, person)).body.userId as string;
      };
      await add("clerk", await role("Clerk", ["users.read", "users.manage"]));
      const seller = await add("seller", await role("Shop", ["users.read"]));
      const clerk = await hub.logIn("clerk@kupanda.test", ownerPassword);
      const proof = { yourPassword: ownerPassword };
      const changes: (() => Promise<unknown>)[] = [
        () =>
          hub.call("PATCH", `/api/v1/users/${seller}`, { token: clerk, body: { password: "mine-from-now", ...proof } }),
        () => hub.call("PATCH", `/api/v1/users/${seller}`, { token: clerk, body: { name: "Clerk's", ...proof } }),
        () => post(`/api/v1/users/${seller}/reset-second-factor`, clerk, proof),
      ];
      let answers: Promise<unknown[]> = Promise.resolve([]);
      await whileHeld(
        hub.database(),
        providerId,
        (tx) => tx.updateTable("users").set({ role: "owner" }).where("userId", "=", seller).execute(),
        async () => {
          answers = Promise.all(changes.map((change) => change()));
          await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBe(3);
        },
      );
      const refused = { body: { status: 403, code: "exceeds-own", field: "userId" } };
      expect(await answers).toMatchObject([refused, refused, refused]);
    },
  );

  test("[TEN-07] nobody weakens a role that may do more than they: neither its permissions nor its second factor", async () => {
    const { token } = await hub.makeProvider("Cheo");
    const role = async (name: string, permissions: string[]) =>
      (await post("/api/v1/roles", token, { name, permissions })).body.role as string;
    const strong = await role("Treasurer", ["payments.manage", "ledger.manage"]);
    const weak = await role("Reader", ["users.read"]);
    const clerks = await role("Clerk of roles", ["roles.manage", "users.read"]);
    const person = { email: "clerk@cheo.test", name: "Clerk", role: clerks, password: ownerPassword };
    expect((await post("/api/v1/users", token, person)).status).toBe(201);
    const clerk = await hub.logIn(person.email, ownerPassword);
    const change = (by: string, of: string) =>
      hub.call("PATCH", `/api/v1/roles/${of}`, { token: by, body: { permissions: [] } });
    const factor = (by: string, of: string, needed: boolean) =>
      hub.call("PUT", `/api/v1/roles/${of}/second-factor`, { token: by, body: { needed } });
    expect((await factor(token, strong, true)).status).toBe(200);
    const exceeds = { status: 403, code: "exceeds-own", field: "role" };
    expect((await change(clerk, strong)).body).toMatchObject(exceeds);
    expect((await factor(clerk, strong, false)).body).toMatchObject(exceeds);
    expect((await factor(clerk, "owner", false)).body).toMatchObject(exceeds);
    expect((await factor(clerk, "no-such-role", false)).status).toBe(404);
    expect((await factor(clerk, weak, true)).status).toBe(200);
    expect((await change(clerk, weak)).status).toBe(200);
    expect((await factor(token, strong, false)).status).toBe(200);
    expect((await change(token, strong)).status).toBe(200);
  });

  test("[TEN-08] an API token: scopes, last use, refresh by itself, expiry, revocation, and its maker's end is its own", async () => {
    const { token } = await hub.makeProvider("Bonde");
    const body = { email: "maker@bonde.test", name: "Maker", role: "owner", password: "some-long-password" };
    const { userId } = (await post("/api/v1/users", token, body)).body;
    const maker = await hub.logIn(body.email, body.password);
    const made = (
      await post("/api/v1/tokens", maker, {
        name: "app",
        scopes: ["sites.read"],
        expiresInDays: 1,
        password: body.password,
      })
    ).body;
    expect((await hub.call("GET", "/api/v1/sites", { token: made.token })).status).toBe(200);
    expect((await hub.call("GET", "/api/v1/plans", { token: made.token })).status).toBe(403);
    const list = await hub.call("GET", "/api/v1/tokens?state=active&q=app&sort=name", { token });
    expect(list.body.items).toMatchObject([{ tokenId: made.tokenId, userName: "Maker" }]);
    expect(list.body.items[0].lastUsedAtMs).toBeGreaterThan(0);
    expect(list.text).not.toContain(made.token);
    const fresh = (await post(`/api/v1/tokens/${made.tokenId}/refresh`, made.token, { expiresInDays: 1 })).body;
    expect((await hub.call("GET", "/api/v1/sites", { token: made.token })).status).toBe(401);
    expect((await hub.call("GET", "/api/v1/sites", { token: fresh.token })).status).toBe(200);
    await hub.call("PATCH", `/api/v1/users/${userId}`, { token, body: { active: false } });
    expect((await hub.call("GET", "/api/v1/sites", { token: fresh.token })).status).toBe(401);
    await hub.call("PATCH", `/api/v1/users/${userId}`, { token, body: { active: true } });
    expect((await post(`/api/v1/tokens/${made.tokenId}/revoke`, token)).body.state).toBe("revoked");
    expect((await hub.call("GET", "/api/v1/sites", { token: fresh.token })).status).toBe(401);
    const audit = await hub.call("GET", "/api/v1/audit?q=tokens", { token });
    expect(audit.body.items.some((entry: { via: string }) => entry.via === `token ${made.tokenId}`)).toBe(true);
  });

  test("[TEN-08] a program that renews its token and gets no answer asks again with the old secret, which opens nothing else and ends with the first use of the new one", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Kiungo");
    const wanted = { name: "app", scopes: ["sites.read"], expiresInDays: 1, password: ownerPassword };
    const made = (await post("/api/v1/tokens", token, wanted)).body;
    const renew = (by: string, body = {}) => post(`/api/v1/tokens/${made.tokenId}/refresh`, by, body);
    const statusOf = async (by: string, path = "/api/v1/sites") => (await hub.call("GET", path, { token: by })).status;
    expect(await statusOf(made.token)).toBe(200);
    const lost = await renew(made.token);
    hub.moveClock(10 * 60_000); // the line was down
    expect([await statusOf(made.token), await statusOf(made.token, "/api/v1/user")]).toEqual([401, 401]);
    const alsoLost = await renew(made.token);
    const heard = await renew(made.token);
    expect([lost.status, alsoLost.status, heard.status]).toEqual([200, 200, 200]);
    expect([await statusOf(lost.body.token), await statusOf(alsoLost.body.token)]).toEqual([401, 401]);
    expect(await statusOf(heard.body.token)).toBe(200);
    expect((await renew(made.token)).status, "the new one is used").toBe(401);

    const next = await renew(heard.body.token);
    hub.moveClock(3_600_001);
    expect((await renew(heard.body.token)).status, "too late").toBe(401);
    expect((await renew(next.body.token)).status).toBe(200);
    await renew(await hub.logIn(ownerEmail, ownerPassword), { password: ownerPassword });
    expect((await renew(next.body.token)).status, "a person has ended it").toBe(401);
  });

  test("[TEN-08] an API token opens nothing from its end on", async () => {
    const { token } = await hub.makeProvider("Mwisho");
    const wanted = { name: "app", scopes: ["sites.read"], expiresInDays: 1, password: ownerPassword };
    const made = (await post("/api/v1/tokens", token, wanted)).body;
    const read = async () => (await hub.call("GET", "/api/v1/sites", { token: made.token })).status;
    hub.moveClock(86_400_000 - 60_000);
    expect(await read()).toBe(200);
    hub.moveClock(60_000);
    expect(await read()).toBe(401);
  });

  test("[TEN-08] a program may do no more than its maker may now, whatever its token says", async () => {
    const { token } = await hub.makeProvider("Haki");
    const permissions = ["sites.read", "tokens.manage"];
    const { role } = (await post("/api/v1/roles", token, { name: "Tinkerer", permissions })).body;
    const person = { email: "maker@haki.test", name: "Maker", role, password: "some-long-password" };
    expect((await post("/api/v1/users", token, person)).status).toBe(201);
    const maker = await hub.logIn(person.email, person.password);
    const wanted = { name: "app", scopes: ["sites.read"], password: person.password };
    const made = (await post("/api/v1/tokens", maker, wanted)).body;
    const read = async () => (await hub.call("GET", "/api/v1/sites", { token: made.token })).status;
    expect(await read()).toBe(200);
    const less = { token, body: { permissions: ["tokens.manage"] } };
    expect((await hub.call("PATCH", `/api/v1/roles/${role}`, less)).status).toBe(200);
    expect(await read()).toBe(403);
  });

  test("[TEN-08] making a token asks for the password, and a new password by mail or by an owner ends the person's tokens", async () => {
    const { token, ownerEmail } = await hub.makeProvider("Siri");
    const wanted = { name: "till", scopes: ["sites.read", "tokens.manage"] };
    expect((await post("/api/v1/tokens", token, wanted)).body).toMatchObject({ status: 400, field: "password" });
    const guessed = await post("/api/v1/tokens", token, { ...wanted, password: "not-the-password" });
    expect(guessed.body).toMatchObject({ status: 403, code: "wrong-password", field: "password" });
    const password = ownerPassword;
    const made = (await post("/api/v1/tokens", token, { ...wanted, password })).body;
    const reads = async (by: string) => (await hub.call("GET", "/api/v1/sites", { token: by })).status;
    expect(await reads(made.token)).toBe(200);
    expect((await post("/api/v1/tokens", made.token, { ...wanted, password })).status, "a program makes none").toBe(
      403,
    );

    await post("/api/v1/password-reset", undefined, { email: ownerEmail });
    const link = await hub.mailedToken(ownerEmail);
    const reset = { token: link, password: "another-long-password" };
    expect((await post("/api/v1/password-reset/confirm", undefined, reset)).status).toBe(204);
    expect(await reads(made.token)).toBe(401);

    const owner = await hub.logIn(ownerEmail, reset.password);
    const clerk = { email: "clerk@siri.test", name: "Clerk", role: "owner", password: "the-clerks-password" };
    const yourPassword = reset.password;
    const { userId } = (await post("/api/v1/users", owner, { ...clerk, yourPassword })).body;
    const theirs = await hub.logIn(clerk.email, clerk.password);
    const till = (await post("/api/v1/tokens", theirs, { ...wanted, password: clerk.password })).body;
    expect(await reads(till.token)).toBe(200);
    const change = { token: owner, body: { password: "set-by-the-owner", yourPassword } };
    expect((await hub.call("PATCH", `/api/v1/users/${userId}`, change)).status).toBe(200);
    expect(await reads(till.token)).toBe(401);
  });

  test("[TEN-08] who has no right and who has no link costs no hashing, and tries count by the network of an address", async () => {
    const { token } = await hub.makeProvider("Bure");
    const password = "some-long-password";
    const clerk = { email: "clerk@bure.test", name: "Clerk", role: "support", password };
    expect((await post("/api/v1/users", token, clerk)).status).toBe(201);
    let hashed = 0;
    const { random } = hub.world;
    const take = random.bytes;
    const bytes = vi.spyOn(random, "bytes").mockImplementation((count) => {
      if (new Error().stack?.includes("hashPassword")) hashed++;
      return take(count);
    });
    try {
      expect((await post("/api/v1/users", token, clerk)).status).toBe(409);
      const confirm = (n: number, path: string) =>
        hub.call("POST", path, {
          body: { token: "platform.mail.".padEnd(78, "0"), password },
          headers: { "X-Forwarded-For": `2001:db8:7:7::${n}` },
        });
      expect((await confirm(1, "/api/v1/password-reset/confirm")).status).toBe(400);
      expect((await confirm(1, "/api/v1/invitations/accept")).status).toBe(400);
      expect(hashed, "nobody's password was hashed").toBe(0);
      let status = 0;
      for (let n = 2; n < 40 && status !== 429; n++)
        status = (await confirm(n, "/api/v1/password-reset/confirm")).status;
      expect(status).toBe(429);
      const elsewhere = { "X-Forwarded-For": "2001:db8:7:8::1" };
      const other = { body: { token: "none", password }, headers: elsewhere };
      expect((await hub.call("POST", "/api/v1/password-reset/confirm", other)).status).toBe(400);
    } finally {
      bytes.mockRestore();
    }
  });

  test("[TEN-07] the audit log has no words about customers, and never half a character", async () => {
    const { token, providerId } = await hub.makeProvider("Maneno");
    const note = "😀".repeat(900);
    const made = await post("/api/v1/customers", token, { name: "Asha", note });
    expect(made.status, made.text).toBe(201);
    expect(made.body.note).toBe(note);
    const reason = `a${"😀".repeat(140)}`;
    const visit = await post(`/api/v1/providers/${providerId}/impersonate`, await hub.adminToken(), { reason });
    expect(visit.status, visit.text).toBe(201);
    const { items } = (await hub.call("GET", "/api/v1/audit?action=POST /api/v1/customers", { token })).body;
    expect(items).toMatchObject([{ detail: { body: { name: "Asha", note: "[900 characters]" } } }]);
  });

  test("[TEN-08] a new secret of a token goes to itself, to its maker, or to who may all that it may; to nobody while the provider is suspended", async () => {
    const { token, providerId } = await hub.makeProvider("Funguo");
    const make = async (by: string, scopes: string[]) =>
      (await post("/api/v1/tokens", by, { name: scopes.join(), scopes, password: ownerPassword })).body;
    const strong = await make(token, ["sites.read", "provider.manage"]);
    const weak = await make(token, ["sites.read"]);
    const robot = await make(token, ["tokens.manage"]);
    const may = { name: "Keys", permissions: ["tokens.manage", "sites.read"] };
    const { role } = (await post("/api/v1/roles", token, may)).body;
    const person = { email: "keys@funguo.test", name: "Keys", role, password: "some-long-password" };
    await post("/api/v1/users", token, person);
    const keeper = await hub.logIn(person.email, person.password);
    const refresh = (by: string, tokenId: string, password?: string) =>
      post(`/api/v1/tokens/${tokenId}/refresh`, by, password === undefined ? {} : { password });
    for (const by of [keeper, robot.token])
      expect((await refresh(by, strong.tokenId)).body).toMatchObject({
        status: 403,
        code: "exceeds-own",
        field: "tokenId",
      });
    expect((await hub.call("GET", "/api/v1/sites", { token: strong.token })).status, "its secret stands").toBe(200);
    expect((await refresh(keeper, weak.tokenId, person.password)).body.token).toMatch(/\.api\./);
    expect((await refresh(keeper, "nothing")).status).toBe(404);
    // A stolen log-in brings no token back to life, and a program renews itself alone.
    expect((await refresh(token, strong.tokenId)).body).toMatchObject({ status: 403, code: "wrong-password" });
    const { token: renewed } = (await refresh(robot.token, robot.tokenId)).body;
    expect((await refresh(token, strong.tokenId, ownerPassword)).status).toBe(200);
    await post(`/api/v1/providers/${providerId}/suspend`, await hub.adminToken(), { graceDays: 1 });
    for (const [by, tokenId] of [
      [token, strong.tokenId],
      [renewed, robot.tokenId],
    ])
      expect((await refresh(by, tokenId)).body).toMatchObject({ status: 403, code: "provider-suspended" });
  });

  test("[TEN-08] a seller's token can sell and nothing else", async () => {
    const { token } = await hub.makeProvider("Duka");
    const body = { email: "seller@duka.test", name: "Seller", role: "seller", password: "some-long-password" };
    await post("/api/v1/users", token, body);
    const seller = await hub.logIn(body.email, body.password);
    const allowed = new Set<string>();
    const tried = new Set<string>();
    for (const route of hub.hub().routes) {
      // Doors of customers know no staff: `ground/http/isolation.test.ts` and `needs-key.test.ts` try them.
      if (["public", "signed-in", "person", "customer"].includes(route.permission) || route.path === "/api/v1/events")
        continue;
      // In `npm test` one route of each permission: `ground/http/isolation.test.ts` tries every role.
      if (!isLongRun && tried.has(route.permission)) continue;
      tried.add(route.permission);
      const answer = await hub.call(route.method, route.path.replaceAll(/\{\w+\}/g, "nothing"), { token: seller });
      if (answer.status !== 403) allowed.add(route.permission);
    }
    expect([...allowed].sort()).toEqual(["payments.sell", "plans.read"]);
    // What a sale needs is there: where, and what; of the sites their names alone.
    const { site } = (await post("/api/v1/sites", token, { name: "Duka la kona", note: "Key at the chemist" })).body;
    expect((await hub.call("GET", "/api/v1/selling-places", { token: seller })).body.items).toEqual([
      { siteId: site.siteId, name: "Duka la kona" },
    ]);
    expect((await hub.call("GET", "/api/v1/sites", { token: seller })).status).toBe(403);
    const plan = (await hub.call("GET", "/api/v1/plans", { token: seller })).body.items[0];
    const order = { siteId: site.siteId, planId: plan.planId, phone: "0712345678", pay: "cash" };
    const sell = (key: string) =>
      hub.call("POST", "/api/v1/payments/purchase", {
        token: seller,
        body: order,
        headers: { "Idempotency-Key": key },
      });
    // Of the floats they see their own; somebody else's only who keeps the books does.
    const { userId } = (await hub.call("GET", "/api/v1/user", { token: seller })).body;
    const topUp = { token, body: { amountCents: 10_000_000 }, headers: { "Idempotency-Key": "float" } };
    expect((await hub.call("POST", `/api/v1/floats/${userId}/top-up`, topUp)).status).toBe(201);
    const ownFloat = async (of: string) => (await hub.call("GET", "/api/v1/floats/own", { token: of })).body;
    expect(await ownFloat(seller)).toEqual({
      float: { currency: "KES", balanceCents: 10_000_000, creditLimitCents: 0 },
    });
    expect(await ownFloat(token)).toEqual({ float: null });
    const sold = await sell("one");
    expect([sold.status, sold.body.state], sold.text).toEqual([201, "paid"]);
    expect((await hub.call("GET", "/api/v1/floats", { token: seller })).status).toBe(403);
  });

  test("[TEN-03] a platform admin who acts as a provider: with a reason, for a while, seen by the provider, who can end it", async () => {
    const { token, providerId } = await hub.makeProvider("Kisima");
    const admin = await hub.adminToken();
    const start = (body: object) =>
      post(`/api/v1/providers/${providerId}/impersonate`, admin, { reason: "they asked for help", ...body });
    const look = (await start({ minutes: 5 })).body;
    expect((await hub.call("GET", "/api/v1/user", { token: look.token })).body).toMatchObject({
      providerId,
      via: "impersonation",
    });
    expect((await post("/api/v1/plans", look.token, { name: "X", priceCents: 1, terms: {} })).body.code).toBe(
      "look-only",
    );
    const act = (await start({ readOnly: false })).body;
    expect((await post("/api/v1/plans", act.token, { name: "X", priceCents: 1, terms: {} })).status).toBe(201);
    expect(
      (await post("/api/v1/user/password", act.token, { currentPassword: "x", newPassword: "a-long-password" })).status,
    ).toBe(403);
    const { items } = (await hub.call("GET", "/api/v1/impersonations", { token })).body;
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ reason: "they asked for help", adminEmail: "admin@karibu.test" });
    const audit = (await hub.call("GET", "/api/v1/audit", { token })).body.items;
    expect(audit[0]).toMatchObject({
      action: "POST /api/v1/plans",
      via: `impersonation ${act.impersonation.impersonationId}`,
    });
    await post(`/api/v1/impersonations/${act.impersonation.impersonationId}/end`, token);
    expect((await hub.call("GET", "/api/v1/user", { token: act.token })).status).toBe(401);
    hub.moveClock(6 * 60_000);
    expect((await hub.call("GET", "/api/v1/user", { token: look.token })).status).toBe(401);
  });

  test("[TEN-03] [TEN-09] support access reaches keys and access only with a fresh code of its person, and sets no address that hears on after it", async () => {
    const { providerId } = await hub.makeProvider("Mlango");
    const admin = await hub.adminToken();
    const account = { email: "third@platform.test", name: "Third", role: "platform-admin" };
    const yourPassword = adminAccount.password;
    await post("/api/v1/users", admin, { ...account, password: ownerPassword, yourPassword });
    const theirs = await hub.logIn(account.email, ownerPassword);
    const visit = async () =>
      post(`/api/v1/providers/${providerId}/impersonate`, theirs, {
        reason: "they asked",
        readOnly: false,
        minutes: 60,
      });
    const addresses = [
      ["POST", "/api/v1/message-senders", { kind: "africastalking", name: "AT", username: "me", apiKey: "my-own-key" }],
      ["PATCH", "/api/v1/message-senders/any", { active: true }],
      // What leads to a site's keys, and with them to its unused codes.
      ["POST", "/api/v1/sites/any/enrolment-token", undefined],
      ["POST", "/api/v1/sites/any/readmissions/any/confirm", undefined],
      ["PUT", "/api/v1/sites/any/hosting", { hosted: true }],
      ["PUT", "/api/v1/sites/any/tunnel", {}],
      ["GET", "/api/v1/sites/any/script", undefined],
      ["POST", "/api/v1/channels/any/message-address", undefined],
      ["DELETE", "/api/v1/channels/any/message-address", undefined],
      [
        "PUT",
        "/api/v1/settings/mail-server",
        { host: "mail.evil.test", port: 587, login: "me", fromAddress: "me@evil.test", password: "mine" },
      ],
    ] as const;
    const early = (await visit()).body.token;
    for (const [method, path, body] of addresses)
      expect((await hub.call(method, path, { token: early, body })).body.code, path).toBe("not-for-support");
    const rule = (await hub.call("GET", "/api/v1/alarm-rules", { token: early })).body.items[0];
    const muted = { token: early, body: { active: false } };
    expect((await hub.call("PATCH", `/api/v1/alarm-rules/${rule.ruleId}`, muted)).body.code).toBe("not-for-support");

    const changed = async (by: string) =>
      (await hub.call("PATCH", "/api/v1/money-settings", { token: by, body: {} })).body.code;
    expect(await changed(early)).toBe("support-factor-missing");
    expect((await hub.call("GET", "/api/v1/money-settings", { token: early })).status, "the rest is open").toBe(200);
    const begun = await post("/api/v1/user/second-factor/begin", theirs, { password: ownerPassword });
    const codeNow = () => {
      hub.moveClock(30_000);
      return { code: codeAt(begun.body.secret, hub.world.clock.wall().atMs) };
    };
    expect((await post("/api/v1/user/second-factor/confirm", theirs, codeNow())).status).toBeLessThan(300);
    const { token } = (await visit()).body;
    expect(await changed(token)).toBe(undefined);
    hub.moveClock(11 * 60_000);
    expect(await changed(token)).toBe("support-factor-old");
    expect((await hub.call("GET", "/api/v1/money-settings", { token })).status, "the rest goes on").toBe(200);
    expect((await visit()).body.code).toBe("second-factor-required");
    await post("/api/v1/user/second-factor/prove", theirs, codeNow());
    expect(await changed((await visit()).body.token)).toBe(undefined);
  });

  test("[TEN-03] an admin who is switched off is out of every provider at once", async () => {
    const { providerId } = await hub.makeProvider("Bahari");
    const admin = await hub.adminToken();
    const colleague = { email: "second@platform.test", name: "Second", role: "platform-admin" };
    const made = await post("/api/v1/users", admin, {
      ...colleague,
      password: ownerPassword,
      yourPassword: adminAccount.password,
    });
    expect(made.status).toBe(201);
    const theirs = await hub.logIn(colleague.email, ownerPassword);
    const visit = await post(`/api/v1/providers/${providerId}/impersonate`, theirs, {
      reason: "they asked for help",
    });
    const look = async () => (await hub.call("GET", "/api/v1/plans", { token: visit.body.token })).status;
    expect(await look()).toBe(200);
    const off = { token: admin, body: { active: false } };
    expect((await hub.call("PATCH", `/api/v1/users/${made.body.userId}`, off)).status).toBe(200);
    expect(await look()).toBe(401);
  });
});
