/** An expense that is larger than what its till held is taken, and said. */
import { beforeAll, expect, test } from "vitest";
import { hubSuite, type TestProvider } from "../../test-hub.ts";

hubSuite("an expense above the till", (hub) => {
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

  test("[PAY-14] what was missing is kept with it, and a person is asked until they have looked, or it is void", async () => {
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
});
