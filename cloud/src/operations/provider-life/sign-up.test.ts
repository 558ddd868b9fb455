import { expect, test } from "vitest";
import { hubSuite, ownerPassword, type TestHub } from "../../test-hub.ts";

const password = "a-long-password";

function callsOf(hub: TestHub) {
  const post = (path: string, body: object) => hub.call("POST", `/api/v1${path}`, { body });
  return {
    post,
    signUp: (email: string) => post("/sign-up", { providerName: "Nyota Net", email, password }),
    lettersTo: (email: string) => hub.letters().filter((letter) => letter.to === email),
  };
}

hubSuite("an address that is not confirmed yet", (hub) => {
  const { post, signUp, lettersTo } = callsOf(hub);

  test("[TEN-09] the log-in says so to who knows the password, and to nobody else", async () => {
    await signUp("new@nyota.test");
    const right = await post("/login", { email: "new@nyota.test", password });
    expect(right.body).toMatchObject({ status: 401, code: "address-not-confirmed", field: "email" });
    const wrong = await post("/login", { email: "new@nyota.test", password: "another-password" });
    expect(wrong.body).toMatchObject({ status: 401, code: "wrong-login", field: "password" });
    const { body: unknown } = await post("/login", { email: "nobody@nyota.test", password });
    expect({ ...wrong.body, requestId: null }).toEqual({ ...unknown, requestId: null });
    const token = await hub.mailedToken("new@nyota.test");
    expect((await post("/sign-up/confirm", { token })).status).toBe(201);
    expect((await post("/login", { email: "new@nyota.test", password })).status).toBe(200);
    expect((await post("/login", { email: "new@nyota.test", password: "another-password" })).body.code).toBe(
      "wrong-login",
    );
  });

  test("[TEN-09] the letter is sent again; nobody can end a link by asking for another, and one that was followed ends the rest", async () => {
    const email = "again@nyota.test";
    await signUp(email);
    const first = await hub.mailedToken(email);
    expect(await post("/sign-up/send-again", { email })).toMatchObject({ status: 202, body: { accepted: true } });
    await expect.poll(() => lettersTo(email).length, { timeout: 20_000 }).toBe(2);
    const second = await hub.mailedToken(email);
    // A stranger signs up with the same address: the person's own link still makes the person's own provider.
    await post("/sign-up", { providerName: "Stranger Net", email, password: "a-stranger-s-password" });
    await expect.poll(() => lettersTo(email).length, { timeout: 20_000 }).toBe(3);
    const strangers = await hub.mailedToken(email);
    // Two sign-ups are open: the address is proved by the link, and the password says whose of them is meant.
    expect((await post("/sign-up/confirm", { token: first })).body).toMatchObject({
      status: 422,
      code: "password-needed",
      field: "password",
    });
    const guess = await post("/sign-up/confirm", { token: first, password: "another-password" });
    expect(guess.body).toMatchObject({ status: 422, code: "password-needed" });
    expect((await post("/sign-up/confirm", { token: strangers, password })).status).toBe(201);
    for (const token of [first, second, strangers])
      expect((await post("/sign-up/confirm", { token, password })).body.code).toBe("link-refused");
    const { body } = await post("/login", { email, password });
    const { body: settings } = await hub.call("GET", "/api/v1/settings", { token: body.token });
    expect(settings.name).toBe("Nyota Net");
  });

  test("the answer is the same for every address, no address without a sign-up gets a letter, and the fourth time must wait", async () => {
    const { ownerEmail } = await hub.makeProvider("Known");
    const known = await post("/sign-up/send-again", { email: ownerEmail });
    const unknown = await post("/sign-up/send-again", { email: "nobody@known.test" });
    for (const answer of [known, unknown]) expect([answer.status, answer.body]).toEqual([202, { accepted: true }]);
    for (let at = 0; at < 2; at++) await post("/sign-up/send-again", { email: ownerEmail });
    expect(await post("/sign-up/send-again", { email: ownerEmail })).toMatchObject({ status: 429 });
    const waiting = await hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("mail_outbox").select("toAddress").execute());
    for (const to of [ownerEmail, "nobody@known.test"])
      expect(waiting.some((mail) => mail.toAddress === to)).toBe(false);
  });
});

hubSuite("an address that is not confirmed yet for an address that is taken", (hub) => {
  const { post, signUp, lettersTo } = callsOf(hub);

  test("[TEN-09] a sign-up for an address that has an account looks like any other, and opens nothing", async () => {
    const { ownerEmail, token } = await hub.makeProvider("Taken");
    const made = await signUp(ownerEmail);
    expect([made.status, made.body]).toEqual([202, { accepted: true }]);
    const chosen = await post("/login", { email: ownerEmail, password });
    await signUp("free@nyota.test");
    const free = await post("/login", { email: "free@nyota.test", password });
    expect(chosen.status).toBe(401);
    expect({ ...chosen.body, requestId: null }).toEqual({ ...free.body, requestId: null });
    await post("/sign-up/send-again", { email: ownerEmail });
    await expect.poll(() => lettersTo(ownerEmail).length, { timeout: 20_000 }).toBe(2);
    for (const letter of lettersTo(ownerEmail)) expect(letter.text).not.toContain("#/sign-up/");
    expect((await post("/login", { email: ownerEmail, password: ownerPassword })).status).toBe(200);
    expect((await hub.call("GET", "/api/v1/user", { token })).status).toBe(200);
  });

  test("the letter comes again after its link has run out", async () => {
    const email = "late@nyota.test";
    await signUp(email);
    await hub.mailedToken(email);
    hub.moveClock(25 * 3_600_000);
    expect((await post("/login", { email, password })).body.code).toBe("address-not-confirmed");
    await post("/sign-up/send-again", { email });
    await expect.poll(() => lettersTo(email).length, { timeout: 20_000 }).toBe(2);
    expect((await post("/sign-up/confirm", { token: await hub.mailedToken(email) })).status).toBe(201);
  });
});
