import { sql } from "kysely";
import { expect, test } from "vitest";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { useHub } from "../../test-hub.ts";

engineSuite("a provider's rules about money and two who change them", (engine) => {
  const hub = useHub(engine);

  test("[PAY-15] two who change different rules at once both have what they changed", async () => {
    if (engine === "embedded") return; // one transaction at a time
    const { token, providerId } = await hub.makeProvider("Rules");
    const patch = (body: object) => hub.call("PATCH", "/api/v1/money-settings", { token, body });
    expect((await patch({ renewalPromptsMax: 2 })).status).toBe(200);
    let both: Promise<{ status: number }[]> = Promise.resolve([]);
    const lock = (tx: Parameters<Parameters<typeof whileHeld>[2]>[0]) =>
      sql`select from money_settings where provider_id = ${providerId} for update`.execute(tx);
    await whileHeld(hub.database(), providerId, lock, async () => {
      both = Promise.all([patch({ twoPersonRefunds: true }), patch({ commissionPermille: 50 })]);
      await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBeGreaterThan(1);
    });
    expect((await both).map(({ status }) => status)).toEqual([200, 200]);
    expect((await hub.call("GET", "/api/v1/money-settings", { token })).body).toMatchObject({
      twoPersonRefunds: true,
      commissionPermille: 50,
      renewalPromptsMax: 2,
    });
    expect((await patch({})).status).toBe(200);
  });
});
