/** What people may try, counted over two hub processes on one database. */
import { expect, test } from "vitest";
import { type Answer, ownerPassword, useHub } from "../../test-hub.ts";
import { engineSuite, realWorld } from "../db/test-databases.ts";

engineSuite("tries at two hub processes", (engine) => {
  const masterKeys = [realWorld().random.bytes(32)];
  const one = useHub(engine, { masterKeys });
  const other = useHub(engine, { masterKeys, database: { current: () => one.database() } });
  /** By turns. */
  const both = async (count: number, ask: (hub: typeof one, at: number) => Promise<Answer>) => {
    const answers: Answer[] = [];
    for (let at = 0; at < count; at++) answers.push(await ask(at % 2 === 0 ? one : other, at));
    return answers.map(({ status, body }) => (status === 429 ? body.code : status));
  };

  test("[TEN-08] who holds a stolen token has three tries of the password in all, and the right one gives them back", async () => {
    const { token } = await one.makeProvider("Zote Mbili");
    const change = (currentPassword: string) => (hub: typeof one) =>
      hub.call("POST", "/api/v1/user/password", { token, body: { currentPassword, newPassword: ownerPassword } });
    expect(await both(2, change("not-it"))).toEqual([403, 403]);
    expect(await both(1, change(ownerPassword))).toEqual([204]);
    expect(await both(5, change("not-it"))).toEqual([403, 403, 403, "too-many-tries", "too-many-tries"]);
    const refused = await change(ownerPassword)(other);
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, expect.closeTo(1200, -1)]);
    for (const hub of [one, other]) hub.moveClock(1_300_000);
    expect((await change(ownerPassword)(one)).status, "one more after twenty minutes").toBe(204);
  });

  test("[VOU-08] who may not see codes has twenty misses in all, also when all are sent at once", async () => {
    const provider = await one.makeProvider("Kodi");
    const { token } = provider;
    await one.call("POST", "/api/v1/sites", { token, body: { name: "Shop" } });
    const terms = { validitySeconds: 3600 };
    const plan = await one.call("POST", "/api/v1/plans", {
      token,
      body: { name: "1 hour", priceCents: 2000, terms },
    });
    const batch = { planId: plan.body.planId, quantity: 3, prefix: "KAHAWA", length: 6 };
    const made = await one.call("POST", "/api/v1/vouchers/batches", { token, body: batch });
    expect(made.status, made.text).toBeLessThan(300);
    const body = { email: "guess@kodi.test", name: "Guesser", role: "support", password: ownerPassword };
    expect((await one.call("POST", "/api/v1/users", { token, body })).status).toBe(201);
    const by = await one.logIn(body.email, ownerPassword);
    const guesses = Array.from({ length: 40 }, (_, at) => `KAHAWA${String(at).padStart(6, "0")}`);
    const answers = await Promise.all(
      guesses.map((code, at) =>
        (at % 2 === 0 ? one : other).call("GET", `/api/v1/vouchers?code=${code}`, { token: by }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });
});
