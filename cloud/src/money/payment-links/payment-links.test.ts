import { beforeAll, describe, expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { createPaymentLink, findPaymentLink, paymentLinkSample, revokePaymentLinks } from "./payment-links.ts";

describe("[PAY-13] payment links", () => {
  const hub = useHub(anyEngine);
  const publicUrl = "https://hub.example";
  let providerId = "";
  beforeAll(async () => {
    ({ providerId } = await hub.makeProvider("Links"));
  });
  const parts = () => ({ world: hub.world, database: hub.database(), publicUrl });
  const dayMs = 86_400_000;
  const create = (subscriptionId: string, validMs = dayMs) =>
    hub.database().asProvider(providerId, (tx) =>
      createPaymentLink(parts(), tx, {
        providerId,
        customerId: "c1",
        subscriptionId,
        amountCents: 150_000,
        expiresAtMs: hub.world.clock.wall().atMs + validMs,
      }),
    );
  const tokenIn = (url: string) => url.split("#")[1] as string;

  test("a link holds 128 bits behind the # that no log sees, and the database holds its hash alone", async () => {
    const { url, linkId } = await create("s1");
    expect(url).toMatch(/^https:\/\/hub\.example\/pay#[\w-]{22}$/);
    expect(paymentLinkSample(publicUrl)).toHaveLength(url.length);
    const found = await findPaymentLink(parts(), tokenIn(url));
    expect(found).toMatchObject({
      state: "open",
      link: { linkId, subscriptionId: "s1", amountCents: 150_000 },
    });
    expect(JSON.stringify(found)).not.toContain(tokenIn(url));
    expect((await create("s1")).url).not.toBe(url);
  });

  test("a link that nobody made, that is over or that was revoked is known as such", async () => {
    for (const token of ["", "x".repeat(22), "'; drop table", "x".repeat(100_000)])
      expect(await findPaymentLink(parts(), token)).toEqual({ state: "unknown", link: null });
    const over = await create("s2", -1);
    expect(await findPaymentLink(parts(), tokenIn(over.url))).toMatchObject({ state: "expired" });
    const [one, two, other] = [await create("s2"), await create("s2"), await create("s3")];
    const revoke = (which: Parameters<typeof revokePaymentLinks>[3]) =>
      hub.database().asProvider(providerId, (tx) => revokePaymentLinks(parts(), tx, providerId, which));
    expect(await revoke({ linkId: one.linkId })).toBe(1);
    expect(await revoke({ subscriptionId: "s2" })).toBe(1);
    const states = [one, two, other].map(async ({ url }) => (await findPaymentLink(parts(), tokenIn(url))).state);
    expect(await Promise.all(states)).toEqual(["revoked", "revoked", "open"]);
  });
});
