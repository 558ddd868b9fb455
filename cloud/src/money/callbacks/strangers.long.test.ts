/** Who posts to made-up addresses stands in nobody's way who has paid. */
import { describe, expect, test } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const channel = { kind: "pesapal", environment: "sandbox", consumerKey: "key", consumerSecret: "secret" };
const ordinaryConnections = 10;

describe.skipIf(isAbsent("postgresql"))("callbacks to addresses that nobody has", () => {
  const hub = useHub("postgresql");

  test("[PAY-02] take ordinary connections, and those of a known address none of these", async () => {
    const { token } = await hub.makeProvider("Known");
    const { noticeUrl } = (await hub.call("POST", "/api/v1/channels", { token, body: channel })).body;
    const tell = async (path: string, order: string) => {
      const body = { OrderTrackingId: order, OrderMerchantReference: "none", OrderNotificationType: "IPNCHANGE" };
      return (await hub.call("POST", path, { body })).status;
    };
    const { pathname: own } = new URL(noticeUrl);
    const held = Promise.withResolvers<void>();
    const holding = Array.from({ length: ordinaryConnections }, () =>
      hub.database().asPlatform("long-report", () => held.promise),
    );
    let answered = 0;
    const strangers = Array.from({ length: 1010 }, (_, index) =>
      tell(`/hooks/k/${"f".repeat(28)}${String(index).padStart(4, "0")}/n`, "x").then((status) => {
        answered++;
        return status;
      }),
    );
    // Two have their turn and wait for a connection, a thousand wait for them; for more there is no room.
    await expect.poll(() => answered).toBe(8);
    expect(await tell(own, "who has paid is heard")).toBe(200);
    expect(answered).toBe(8);
    held.resolve();
    await Promise.all(holding);
    const statuses = await Promise.all(strangers);
    // No more is kept in an hour; two at once count the same.
    const kept = statuses.filter((status) => status === 200).length;
    expect([500, 501]).toContain(kept);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1010 - kept);
  });
});
