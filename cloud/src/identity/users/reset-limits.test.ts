/** Strangers who ask for new passwords close the way for nobody else, and learn nothing. */
import { expect, test, vi } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

hubSuite("a forgotten password that strangers ask for, too", (hub) => {
  const ask = async (email: string, from: string, cookie?: string) => {
    const headers = { "x-forwarded-for": from, ...(cookie === undefined ? {} : { cookie }) };
    return (await hub.call("POST", "/api/v1/password-reset", { body: { email }, headers })).status;
  };
  const askOften = async (times: number, email: string, from: (index: number) => string, cookie?: string) => {
    const statuses: number[] = [];
    for (let index = 0; index < times; index++) statuses.push(await ask(email, from(index), cookie));
    return statuses;
  };
  /** The owner logs in and keeps the cookie, as a browser does for this path. */
  const ownCookie = async (email: string, from: string) => {
    const headers = { "x-forwarded-for": from };
    const answer = await hub.call("POST", "/api/v1/login", { body: { email, password: ownerPassword }, headers });
    expect(answer.status).toBe(200);
    const cookies = answer.headers.getSetCookie().filter((each) => each.startsWith("karibu_device_"));
    expect(cookies).toHaveLength(1);
    const [pair, ...attributes] = String(cookies[0]).split("; ");
    const path = attributes.find((each) => each.startsWith("Path="))?.slice("Path=".length) ?? "";
    expect("/api/v1/password-reset".startsWith(`${path}/`)).toBe(true);
    return String(pair);
  };

  test("[TEN-09] one stranger: the owner asks from elsewhere at once; a flood from many networks leaves the owner's own browser", async () => {
    const { ownerEmail: email } = await hub.makeProvider("Besieged");
    const cookie = await ownCookie(email, "198.51.100.7");
    expect(await askOften(4, email, () => "203.0.113.9")).toEqual([202, 202, 202, 429]);
    expect(await ask(email, "198.51.100.8")).toBe(202);
    const flood = await askOften(60, email, (index) => `192.0.2.${index}`);
    // Bounded for the sake of the mailbox.
    expect(flood.filter((status) => status === 202)).toHaveLength(8);
    expect(await ask(email, "198.51.100.8")).toBe(429);
    expect(await ask(email, "198.51.100.7", cookie)).toBe(202);
    // Also from a network that a stranger has used up.
    expect(await ask(email, "203.0.113.9", cookie)).toBe(202);
    expect(await askOften(4, email, () => "198.51.100.7", cookie)).toEqual([202, 202, 202, 429]);
  });

  test("[TEN-09] strangers who ask for all the letters of a day leave those that the owner asks for in their own browser", async () => {
    const { ownerEmail: email } = await hub.makeProvider("Flooded");
    const cookie = await ownCookie(email, "198.51.100.30");
    const letters = () => hub.letters().filter(({ to }) => to === email).length;
    await ask(email, "192.0.2.101");
    await vi.waitFor(() => expect(letters()).toBe(1), { timeout: 20_000 });
    await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("letter_days").set({ letters: 20 }).where("cause", "=", "password-reset").execute(),
      );
    expect(await ask(email, "192.0.2.102")).toBe(202);
    expect(await ask(email, "198.51.100.30", cookie)).toBe(202);
    await vi.waitFor(() => expect(letters()).toBe(2), { timeout: 20_000 });
  });

  test("[TEN-09] a cookie that is made up, or another person's, counts as none; and who has an account is not told", async () => {
    const { ownerEmail: email } = await hub.makeProvider("Curious");
    const { ownerEmail: other } = await hub.makeProvider("Neighbour");
    const name = (await ownCookie(email, "198.51.100.20")).split("=")[0];
    const [, foreign] = (await ownCookie(other, "198.51.100.21")).split("=");
    const nobody = "nobody-at-all@nowhere.test";
    const madeUp = "0".repeat(64);
    expect(await askOften(4, email, () => "203.0.113.11", `${name}=${madeUp}`)).toEqual([202, 202, 202, 429]);
    expect(await askOften(4, email, () => "203.0.113.12", `${name}=${foreign}`)).toEqual([202, 202, 202, 429]);
    expect(await askOften(4, nobody, () => "203.0.113.99")).toEqual([202, 202, 202, 429]);
  });

  test("[TEN-09] a stranger's letter ends no link of the owner's; the new password ends all of them", async () => {
    const { ownerEmail: email } = await hub.makeProvider("Patient");
    const confirm = async (token: string) =>
      (
        await hub.call("POST", "/api/v1/password-reset/confirm", {
          body: { token, password: "a-brand-new-password" },
        })
      ).status;
    expect(await ask(email, "198.51.100.30")).toBe(202);
    const own = await hub.mailedToken(email);
    expect(await ask(email, "203.0.113.30")).toBe(202);
    await vi.waitFor(async () => expect(await hub.mailedToken(email)).not.toBe(own), { timeout: 20_000 });
    const theirs = await hub.mailedToken(email);
    expect(await confirm(own)).toBe(204);
    expect(await confirm(theirs)).toBe(400);
  });
});
