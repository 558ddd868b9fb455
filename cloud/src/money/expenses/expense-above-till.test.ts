/** An expense that is larger than what its till held is taken, and said; and what the expenses of a month are. */
import { beforeAll, expect, test } from "vitest";
import { hubSuite, type TestProvider } from "../../test-hub.ts";
import { expensesSince } from "./month-expenses.ts";

hubSuite("an expense", (hub) => {
  let provider: TestProvider;
  let keys = 0;
  beforeAll(async () => {
    provider = await hub.makeProvider("Till");
  });
  const post = (path: string, body?: object, token = provider.token) =>
    hub.call("POST", `/api/v1${path}`, { token, body, headers: { "idempotency-key": `key-${++keys}` } });
  const read = async (path: string) => (await hub.call("GET", `/api/v1${path}`, { token: provider.token })).body;
  const spend = (amountCents: number) =>
    post("/expenses", { category: "Fuel", amountCents, currency: "KES", spentOn: "2026-01-02" });
  const asked = async () => (await read("/expenses?aboveTill=true")).items;
  const waiting = async () =>
    (await read("/home")).waiting.find(({ kind }: { kind: string }) => kind === "expenses-above-till");

  test("[PAY-14] above the till: what was missing is kept with it, and a person is asked until they have looked, or it is void", async () => {
    const { userId } = (await read("/users")).items[0];
    expect((await post(`/floats/${userId}/top-up`, { amountCents: 3000 })).status).toBeLessThan(300);
    expect((await spend(1000)).body).toMatchObject({ shortCents: 0 });
    expect(await asked()).toEqual([]);
    const large = (await spend(5000)).body;
    expect(large).toMatchObject({ shortCents: 3000, amountCents: 5000 });
    const next = (await spend(700)).body;
    expect(next).toMatchObject({ shortCents: 700 });
    expect((await asked()).map(({ id }: { id: string }) => id)).toEqual([next.id, large.id]);
    expect(await waiting()).toMatchObject({ count: 2 });
    expect((await post(`/expenses/${large.id}/resolve`, { note: "vouchers were sold for it" })).status).toBe(200);
    expect((await asked()).map(({ id }: { id: string }) => id)).toEqual([next.id]);
    await post(`/expenses/${next.id}/void`);
    expect(await asked()).toEqual([]);
    expect(await waiting()).toBeUndefined();
    expect((await read("/expenses")).items.map(({ shortCents }: { shortCents: number }) => shortCents)).toEqual([
      700, 3000, 0,
    ]);
    const other = await hub.makeProvider("Other");
    const foreign = await post(`/expenses/${large.id}/resolve`, { note: "not mine" }, other.token);
    expect(foreign.status).toBe(404);
    expect((await post(`/expenses/${next.id}/resolve`, { note: "" })).status).toBe(400);
  });

  test("[PAY-14] what was spent in a month begins with its first day, without what is void or of another currency", async () => {
    const { token, providerId } = await hub.makeProvider("Month");
    const spent = async (spentOn: string, amountCents: number) => {
      const made = await post("/expenses", { category: "Fuel", amountCents, currency: "KES", spentOn }, token);
      expect(made.status, made.text).toBeLessThan(300);
      return made.body.id as string;
    };
    await spent("2026-01-31", 100);
    await spent("2026-02-01", 20_000);
    await spent("2026-02-14", 3000);
    const before = await spent("2026-02-02", 700); // by a provider who had other money then
    await hub
      .database()
      .asProvider(providerId, (tx) =>
        tx.updateTable("expenses").set({ currency: "USD" }).where("expenseId", "=", before).execute(),
      );
    await post(`/expenses/${await spent("2026-02-03", 400_000)}/void`, undefined, token);
    const since = (currency: string) =>
      hub.database().asProvider(providerId, (tx) => expensesSince(tx, { providerId, currency }, "2026-02-01"));
    expect(await since("KES")).toEqual({ cents: 23_000, count: 2 });
    expect(await since("USD")).toEqual({ cents: 700, count: 1 });
  });
});
