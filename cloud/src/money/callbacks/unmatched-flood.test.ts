/** A provider, or who has learned one address of theirs, must not fill the hub's disk with callbacks that name nothing. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

const channel = { kind: "pesapal", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };

hubSuite("a flood of callbacks that name nothing", (hub) => {
  test("[PAY-02] is answered, and kept up to a bound an hour; beyond it there is a count, and what names a payment is kept still", async () => {
    const { token, providerId } = await hub.makeProvider("Mafuriko");
    const made = await hub.call("POST", "/api/v1/channels", { token, body: channel });
    const { pathname } = new URL(made.body.noticeUrl);
    const tell = async (order: string, filling: string) => {
      const body = { OrderTrackingId: order, OrderMerchantReference: "none", OrderNotificationType: "IPNCHANGE" };
      return (await hub.call("POST", pathname, { body: { ...body, filling } })).status;
    };
    const statuses: number[] = [];
    for (let turn = 0; turn < 40; turn++) statuses.push(await tell(`order-${turn}`, "x".repeat(60_000)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const kept = async () =>
      hub.database().asProvider(providerId, async (tx) => {
        const { rows } = await sql<{ count: number; bytes: number }>`
            select (select count(*) from evidence)::int as count, coalesce(sum(octet_length(body_sealed)), 0)::int as bytes from evidence_bodies`.execute(
          tx,
        );
        return rows[0] as { count: number; bytes: number };
      });
    const { count, bytes } = await kept();
    expect(bytes).toBeGreaterThan(500_000);
    expect(bytes).toBeLessThan(1_200_000);
    const { items } = (await hub.call("GET", "/api/v1/unmatched-callbacks", { token })).body;
    const counted = items.find(({ reason }: { reason: string }) => reason.startsWith("too many in an hour"));
    expect(counted.reason).toBe(`too many in an hour, only counted: ${40 - (count - 1)}`);
    hub.moveClock(3_600_001);
    expect(await tell("order-later", "small")).toBe(200);
    expect((await kept()).count, "the next hour has room again").toBe(count + 1);
  });
});
