import { describe, expect, test } from "vitest";
import { engines, isAbsent } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const password = "a-long-password";

describe.each(engines)("an address that is not confirmed yet on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("of a sign-up", () => {
    const hub = useHub(engine);
    const post = (path: string, body: object) => hub.call("POST", `/api/v1${path}`, { body });
    const signUp = (email: string) => post("/sign-up", { providerName: "Nyota Net", email, password });
    const lettersTo = (email: string) => hub.letters().filter((letter) => letter.to === email);

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

    test("[TEN-09] the letter is sent again, its link works, and the first one ends", async () => {
      const email = "again@nyota.test";
      await signUp(email);
      const first = await hub.mailedToken(email);
      expect(await post("/sign-up/send-again", { email })).toMatchObject({ status: 202, body: { accepted: true } });
      await expect.poll(() => lettersTo(email).length, { timeout: 20_000 }).toBe(2);
      const second = await hub.mailedToken(email);
      expect((await post("/sign-up/confirm", { token: first })).body.code).toBe("link-refused");
      expect((await post("/sign-up/confirm", { token: second })).status).toBe(201);
      expect((await post("/login", { email, password })).status).toBe(200);
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

    test("the answer is the same for every address, no address without a sign-up gets a letter, and the fourth time must wait", async () => {
      const { ownerEmail } = await hub.makeProvider("Known");
      const known = await post("/sign-up/send-again", { email: ownerEmail });
      const unknown = await post("/sign-up/send-again", { email: "nobody@known.test" });
      for (const answer of [known, unknown]) expect([answer.status, answer.body]).toEqual([202, { accepted: true }]);
      for (let at = 0; at < 2; at++) await post("/sign-up/send-again", { email: ownerEmail });
      expect(await post("/sign-up/send-again", { email: ownerEmail })).toMatchObject({ status: 429 });
      const waiting = await hub
        .database()
        .asPlatform("test", (tx) => tx.selectFrom("mail_outbox").select("to_address").execute());
      for (const to of [ownerEmail, "nobody@known.test"])
        expect(waiting.some((mail) => mail.to_address === to)).toBe(false);
    });
  });
});
