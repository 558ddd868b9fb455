import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { type Answer, hubSuite, ownerPassword } from "../../test-hub.ts";
import { guessedName } from "./guess-guard.ts";
import { codeAt } from "./test-totp.ts";

test("[TEN-09] guesses at an account whose address another provider's person has count for themselves, and those at that person's too", () => {
  const person = { providerId: "first", email: "a@shared.test", addressElsewhere: false };
  const others = ["second", "third"].map((providerId) => ({ ...person, providerId, addressElsewhere: true }));
  expect(new Set([person, ...others].map(guessedName)).size).toBe(3);
  expect(guessedName(person), "as it is typed").toBe("a@shared.test");
});

hubSuite("guessing the passwords of a provider's people", (hub) => {
  let made = 0;
  /** A separate address for each part of a test. */
  const newAddress = () => `198.18.${Math.floor(++made / 200)}.${(made % 200) + 1}`;
  const logIn = (email: string, password: string, from: string, cookie = "") =>
    hub.call("POST", "/api/v1/login", {
      body: { email, password },
      headers: { "X-Forwarded-For": from, ...(cookie === "" ? {} : { Cookie: cookie }) },
    });
  const cookieOf = (answer: Answer) => (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  async function owner(name: string) {
    const { ownerEmail: email, token } = await hub.makeProvider(name);
    const home = newAddress();
    const first = await logIn(email, ownerPassword, home);
    expect(first.status).toBe(200);
    return { email, token, home, cookie: cookieOf(first), setCookie: first.headers.get("set-cookie") ?? "" };
  }
  /** Guesses until the account itself makes strangers wait: from many addresses, so that none of them waits by itself. */
  async function besiege(email: string, tries = 12): Promise<Answer> {
    let last: Answer | null = null;
    for (let count = 0; count < tries; count++) last = await logIn(email, `guess ${count}`, newAddress());
    return last as Answer;
  }

  test("the cookie of a device can't be read by scripts nor sent by other sites, and is one per person", async () => {
    const one = await owner("Alpha");
    expect(one.setCookie).toMatch(
      /^karibu_device_[0-9a-f]{12}=[0-9a-f]{64}; Path=\/api\/v1; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    const other = await owner("Beta");
    expect(other.cookie.split("=")[0]).not.toBe(one.cookie.split("=")[0]);
    const again = await logIn(one.email, ownerPassword, newAddress(), one.cookie);
    expect([again.status, again.headers.get("set-cookie")], "known: it keeps what it has").toEqual([200, null]);
  });

  test.each(
    inLongRunAll(
      [
        ["from the device they logged in with before, at another address", "device", 200],
        ["from the address they logged in from before, without the cookie", "address", 200],
        ["from a strange place", "strange", 429],
        ["from a strange place with a made-up cookie", "made-up", 429],
      ] as const,
      ([, place]) => place === "device" || place === "made-up",
    ),
  )("while their account is guessed at from everywhere, the owner comes %s: %s -> %i", async (_, place, status) => {
    const { email, home, cookie } = await owner(`Siege-${place}`);
    const stopped = await besiege(email);
    expect(stopped).toMatchObject({ status: 429, body: { code: "too-many-tries" } });
    expect(Number(stopped.headers.get("retry-after"))).toBeGreaterThan(0);
    const made = `${cookie.split("=")[0]}=${"0".repeat(64)}`;
    const shown = place === "device" ? cookie : place === "made-up" ? made : "";
    const answer = await logIn(email, ownerPassword, place === "address" ? home : newAddress(), shown);
    expect(answer.status, answer.text).toBe(status);
  });

  test.each(
    inLongRunAll(
      [
        ["one address at one account", 5],
        ["a known address at its account", 5],
        ["a device with a stolen cookie", 5],
        ["one account from many addresses", 10],
      ] as const,
      (_, at) => at === 0 || at === 3,
    ),
  )("%s is slowed after %i tries; the wait grows and ends", async (name, free) => {
    const { email, home, cookie } = await owner(`Slow-${name.replaceAll(" ", "-")}`);
    const strange = newAddress();
    const guess = () => {
      if (name === "one account from many addresses") return logIn(email, "not the password", newAddress());
      if (name === "a known address at its account") return logIn(email, "not the password", home);
      return logIn(email, "not the password", strange, name === "one address at one account" ? "" : cookie);
    };
    const waits: number[] = [];
    for (let count = 0; count < free; count++) expect((await guess()).status).toBe(401);
    for (let round = 0; round < 3; round++) {
      const stopped = await guess();
      expect(stopped.status).toBe(429);
      waits.push(Number(stopped.headers.get("retry-after")));
      hub.moveClock((waits.at(-1) as number) * 1000);
      expect((await guess()).status).toBe(401);
    }
    expect(waits).toEqual([...waits].sort((one, next) => one - next));
    expect(waits[2]).toBeGreaterThan(waits[0] as number);
  });

  test("an address that guesses at many accounts is slowed, also where it logs in to one of its own between, and nobody else", async () => {
    const thief = newAddress();
    const own = (await owner("Of the thief")).email;
    const answers: Answer[] = [];
    for (let count = 0; count < 32; count++) {
      if (count === 20) expect((await logIn(own, ownerPassword, thief)).status).toBe(200);
      answers.push(await logIn(`person-${count}@nowhere.test`, "guess", thief));
    }
    expect(answers.slice(0, 30).every(({ status }) => status === 401)).toBe(true);
    expect(answers.at(-1)?.status).toBe(429);
    const { email } = await owner("Gamma");
    expect((await logIn(email, ownerPassword, newAddress())).status).toBe(200);
  });

  test("[TEN-08] who logs in again and again with the right password waits, before anything is hashed; nobody else does", async () => {
    const { email, home, cookie } = await owner("Again");
    const answers: Answer[] = [];
    const ask = () => logIn(email, ownerPassword, home, cookie);
    // One more is allowed each six seconds.
    while (answers.length < 400 && answers.every(({ status }) => status === 200))
      answers.push(...(await Promise.all([ask(), ask(), ask()])));
    expect(answers.length).toBeGreaterThan(60);
    const refused = answers.find(({ status }) => status !== 200);
    expect(refused).toMatchObject({ status: 429, body: { code: "too-many-tries" } });
    await owner("Others");
  });

  test("a hundred guesses at once are counted like one after the other", async () => {
    const { email } = await owner("Delta");
    const from = newAddress();
    const answers = await Promise.all(Array.from({ length: 25 }, () => logIn(email, "guess", from)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  test("what an honest person mistypes is forgiven once they are in, and an account nobody has waits alike", async () => {
    const { email } = await owner("Epsilon");
    for (let round = 0; round < 4; round++) {
      const from = newAddress();
      for (let count = 0; count < 4; count++) expect((await logIn(email, "mistyped", from)).status).toBe(401);
      expect((await logIn(email, ownerPassword, from)).status).toBe(200);
    }
    expect((await besiege("nobody@nowhere.test")).status).toBe(429);
  });

  test("[TEN-08] wrong passwords for an account and for none get the same answers, try by try", async () => {
    const { email } = await owner("Epsilon Two");
    const answersTo = async (address: string) => {
      const answers: unknown[] = [];
      for (let count = 0; count < 14; count++) {
        const { status, body } = await logIn(address, "wrong-password", newAddress());
        answers.push([status, body.code, body.field]);
      }
      return answers;
    };
    const known = await answersTo(email);
    expect(known.at(-1)).toEqual([429, expect.any(String), undefined]);
    expect(await answersTo("nobody-two@nowhere.test")).toEqual(known);
  });

  test("the owner hears of it by mail, once a day; people see it and may end the wait", async () => {
    const { email, token } = await owner("Zeta");
    const supporter = {
      email: "support@zeta.test",
      name: "Support",
      role: "support",
      password: "some-long-password",
    };
    const { userId } = (await hub.call("POST", "/api/v1/users", { token, body: supporter })).body;
    const lettersTo = (to: string) =>
      hub.letters().filter((letter) => letter.to === to && letter.subject === `Wrong passwords for ${supporter.email}`);
    await besiege(supporter.email);
    await expect.poll(() => lettersTo(email).length, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => lettersTo(supporter.email).length, { timeout: 20_000 }).toBe(1);
    hub.moveClock(3_600_000);
    await besiege(supporter.email, 3);
    const shown = (await hub.call("GET", `/api/v1/users/${userId}`, { token: await hub.logIn(email, ownerPassword) }))
      .body;
    expect(shown.lockedUntilMs).toBeGreaterThan(hub.world.clock.wall().atMs);
    const audit = await hub.call("GET", "/api/v1/audit?q=log-in-guessed", {
      token: await hub.logIn(email, ownerPassword),
    });
    expect(audit.body.items).toHaveLength(1);
    expect((await logIn(supporter.email, supporter.password, newAddress())).status).toBe(429);
    const unlocked = await hub.call("POST", `/api/v1/users/${userId}/unlock`, {
      token: await hub.logIn(email, ownerPassword),
    });
    expect(unlocked.body.lockedUntilMs).toBeNull();
    expect((await logIn(supporter.email, supporter.password, newAddress())).status).toBe(200);
    expect(lettersTo(email)).toHaveLength(1);
  });

  longTest("who proves their mailbox from a strange place during a siege gets in from there", async () => {
    const { email } = await owner("Eta");
    await besiege(email);
    const from = newAddress();
    await hub.call("POST", "/api/v1/password-reset", { body: { email } });
    const token = await hub.mailedToken(email);
    const body = { token, password: "a-brand-new-password" };
    const headers = { "X-Forwarded-For": from };
    expect((await hub.call("POST", "/api/v1/password-reset/confirm", { body, headers })).status).toBe(204);
    await besiege(email);
    expect((await logIn(email, body.password, from)).status).toBe(200);
  });

  longTest(
    "[TEN-09] who knows a password and not the second factor, and tries from many places, keeps its owner out from none",
    async () => {
      const { email, token, home } = await owner("Theta");
      const post = (path: string, body: object) => hub.call("POST", path, { token, body });
      const begun = await post("/api/v1/user/second-factor/begin", { password: ownerPassword });
      const code = codeAt(begun.body.secret, hub.world.clock.wall().atMs);
      expect((await post("/api/v1/user/second-factor/confirm", { code })).status).toBe(200);
      for (let place = 0; place < 5; place++) {
        const from = newAddress();
        for (let tries = 0; tries < 26; tries++) await logIn(email, ownerPassword, from);
      }
      const answer = await logIn(email, ownerPassword, home);
      expect(answer.body).toMatchObject({ status: 401, code: "second-factor-required" });
    },
  );

  test("[TEN-08] while their account is guessed at, whose address has changed enters a code in the browser they are known in", async () => {
    const { email, token, cookie } = await owner("Iota");
    const begun = await hub.call("POST", "/api/v1/user/second-factor/begin", {
      token,
      body: { password: ownerPassword },
    });
    const enter = (headers: Record<string, string>) =>
      hub.call("POST", "/api/v1/user/second-factor/confirm", {
        token,
        headers: { "X-Forwarded-For": newAddress(), ...headers },
        body: { code: codeAt(begun.body.secret, hub.world.clock.wall().atMs) },
      });
    await besiege(email);
    expect((await enter({})).status).toBe(429);
    expect((await enter({ Cookie: cookie })).status).toBe(200);
  });

  test("what was counted while the hub's clock was ahead shuts nobody out for as long as that was", async () => {
    const { email, token, home, cookie } = await owner("Kappa");
    const change = (currentPassword: string) =>
      hub.call("POST", "/api/v1/user/password", { token, body: { currentPassword, newPassword: ownerPassword } });
    const aheadMs = 30 * 60_000;
    hub.moveClock(aheadMs);
    for (let tries = 0; tries < 6; tries++) await logIn(email, "mistyped it", home, cookie);
    expect((await logIn(email, ownerPassword, home, cookie)).status).toBe(429);
    for (let tries = 0; tries < 4; tries++) await change("mistyped it");
    expect((await change(ownerPassword)).status).toBe(429);
    hub.moveClock(-aheadMs);
    expect((await logIn(email, ownerPassword, home, cookie)).status).toBe(200);
    expect((await change(ownerPassword)).status).toBe(204);
    // And guesses count again from there.
    for (let tries = 0; tries < 5; tries++) await logIn(email, "guess", home, cookie);
    expect((await logIn(email, "guess", home, cookie)).status).toBe(429);
    for (let tries = 0; tries < 3; tries++) expect((await change("guess")).status).toBe(403);
    expect((await change("guess")).status).toBe(429);
  });

  test("what was counted is forgotten with time", async () => {
    hub.moveClock(2 * 86_400_000);
    await hub.hub().maintenance.runDue();
    const left = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("login_failures").select("subject").execute());
    expect(left).toEqual([]);
  });
});
