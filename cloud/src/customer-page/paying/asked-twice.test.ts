/** A page that sends its request for a prompt twice, because an answer was slow: both come at once. */
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { createPaymentLink } from "../../money/payment-links/payment-links.ts";
import { useHub } from "../../test-hub.ts";
import { openLineShop } from "../test-line.ts";
import { openPaybill, takesPrompts } from "../test-paybill.ts";
import { ownPage } from "../test-visitor.ts";

describe.skipIf(isAbsent("postgresql"))("a prompt that is asked for twice at once", { timeout: 120_000 }, () => {
  const { pushes, http } = takesPrompts();
  const hub = useHub("postgresql", { http });

  test("[PAY-13] by a link: both answers name the one prompt, and the phone rings once", async () => {
    const shop = await openLineShop(hub, "At once");
    await openPaybill(hub, shop, pushes);
    const line = await shop.newLine("Twice");
    const { providerId } = shop.provider;
    const { url } = await hub.database().asProvider(providerId, (tx) =>
      createPaymentLink({ world: hub.world, publicUrl: "http://hub.test" }, tx, {
        ...{ providerId, customerId: line.customerId, subscriptionId: line.subscriptionId },
        expiresAtMs: hub.world.clock.wall().atMs + 86_400_000,
      }),
    );
    const body = { token: url.split("#")[1], key: "key-12345678", phone: line.phone };
    const ask = () => hub.call("POST", "/api/v1/pay/prompts", { headers: ownPage, body });
    let asked: Promise<{ readonly status: number; readonly body: { readonly promptId?: string } }[]> | null = null;
    await whileHeld(
      hub.database(),
      providerId,
      (tx) => sql`select pg_advisory_xact_lock(hashtextextended(${`customer-prompts/${providerId}`}, 0))`.execute(tx),
      async () => {
        asked = Promise.all([ask(), ask()]);
        await vi.waitFor(async () => expect(await lockWaits(hub.database())).toBe(2), { timeout: 30_000 });
      },
    );
    const answers = (await asked) ?? [];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(answers.map(({ body: { promptId } }) => promptId)).size).toBe(1);
    expect(pushes).toHaveLength(1);
  });
});
