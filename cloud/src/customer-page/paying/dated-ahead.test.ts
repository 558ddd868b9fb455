/** The hub's clock was years ahead for a while, and is set: what was asked of phones in that time holds nobody's payment back. */
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { insertPrompt } from "../../money/matching/invoice-prompts.ts";
import { useHub } from "../../test-hub.ts";
import { openLineShop } from "../test-line.ts";
import { openPaybill, takesPrompts } from "../test-paybill.ts";

const { pushes, http } = takesPrompts();
const hub = useHub(anyEngine, { http });
const yearsMs = 3 * 365 * 86_400_000;

test("[CUS-11] a customer's phone is asked, however many prompts a clock dated ahead, open ones too", async () => {
  const shop = await openLineShop(hub, "Ahead");
  await openPaybill(hub, shop, pushes);
  const [line, other] = [await shop.newLine("Asha"), await shop.newLine("Juma")];
  const { providerId } = shop.provider;
  const ask = (key: string) =>
    line.visitor.call("POST", "/prompts", {
      body: { subscriptionId: line.subscriptionId },
      headers: { "Idempotency-Key": key },
    });
  const first = await ask("as-it-is");
  expect(first.status, first.text).toBe(201);
  await hub.database().asProvider(providerId, async (tx) => {
    const { promptId, ...asked } = await tx.selectFrom("invoice_prompts").selectAll().executeTakeFirstOrThrow();
    const ahead = { ...asked, createdAtMs: asked.createdAtMs + yearsMs, changedAtMs: asked.changedAtMs + yearsMs };
    await tx.deleteFrom("invoice_prompts").where("promptId", "=", promptId).execute();
    const write = (name: string, more: object) =>
      insertPrompt(tx, { ...ahead, promptId: name, idempotencyKey: name, secretHash: name, ...more } as typeof asked & {
        promptId: string;
      });
    await write("open", { state: "unknown" });
    for (let at = 0; at < 5; at++) await write(`mine-${at}`, { state: "failed" });
    const ofOther = { state: "failed", askedBy: `customer/${other.customerId}` };
    for (let at = 0; at < 120; at++) await write(`other-${at}`, ofOther);
  });
  const again = await ask("after-it");
  expect(again.status, again.text).toBe(201);
});
