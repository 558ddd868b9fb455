/** "I already paid", said to staff: bounded like what customers say themselves, and answered truly. */

import { generateKeyPairSync } from "node:crypto";
import { longTest } from "@karibu/protocol/test-long-run";
import { expect, test } from "vitest";
import { hubSuite, ownerPassword } from "../../test-hub.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;
const paybill = {
  kind: "mpesa-paybill",
  shortcode: "600123",
  environment: "sandbox",
  passkey: "the-passkey",
  consumerKey: "the-key",
  consumerSecret: "the-secret",
};
const initiator = { initiatorName: "karibu", initiatorPassword: "secret-1", certificate };

hubSuite("a claim that staff enters", (hub) => {
  let keys = 0;

  async function openShop(name: string) {
    const { token: first, providerId, ownerEmail } = await hub.makeProvider(name);
    let token = first;
    const logInAgain = async () => {
      token = await hub.logIn(ownerEmail, ownerPassword);
    };
    const post = (path: string, body: object) =>
      hub.call("POST", path, { token, body, headers: { "Idempotency-Key": `key-${++keys}` } });
    const claim = (receipt: string, phone = "0712345678") => post("/api/v1/payments/claims", { receipt, phone });
    const review = async () => (await hub.call("GET", "/api/v1/review", { token })).body.items;
    return { providerId, post, claim, review, logInAgain };
  }
  const receiptOf = (number: number) => `QQQ123456${String.fromCharCode(65 + number)}`;

  test("nobody can be asked: it is noted, and nobody is told that the channel was asked", async () => {
    const { post, claim, review } = await openShop("Nobody");
    expect(await claim(receiptOf(0))).toMatchObject({ status: 201, body: { outcome: "noted", paymentId: null } });
    expect((await claim(receiptOf(0))).body.outcome, "said again").toBe("noted");
    expect(await review()).toMatchObject([{ kind: "claim", what: `${receiptOf(0)}: no channel can be asked` }]);
    const { id } = (await post("/api/v1/channels", paybill)).body;
    expect((await claim(receiptOf(1))).body.outcome, "a channel that can't look up receipts").toBe("noted");
    await post(`/api/v1/channels/${id}/keys`, initiator);
    expect((await claim(receiptOf(2))).body.outcome).toBe("asked");
    const byAmount = await post("/api/v1/payments/claims", { phone: "0712345678", amountCents: 5000 });
    expect(byAmount.body.outcome, "no list to read, no purchase to ask about").toBe("noted");
  });

  longTest(
    "five an hour for a phone, whoever types them; the same one again counts once; customers' own are apart",
    async () => {
      const { providerId, post, claim, logInAgain } = await openShop("Bounded");
      for (let number = 0; number < 5; number++) expect((await claim(receiptOf(number))).status).toBe(201);
      expect((await claim(receiptOf(4))).status).toBe(201);
      const sixth = await claim(receiptOf(5));
      expect(sixth).toMatchObject({ status: 429, body: { code: "too-many" } });
      expect((await claim(receiptOf(5), "0712345679")).status).toBe(201);
      const { siteId } = (await post("/api/v1/sites", { name: "Kiosk" })).body.site;
      const said = hub.hub().money.rpcHandlers.find(({ method }) => method === "claim-payment");
      const own = { phone: "0712345678", receipt: receiptOf(6) };
      expect(await said?.answer({ providerId, siteId }, own, new AbortController().signal)).toMatchObject({
        kind: "asked",
      });
      hub.moveClock(3_600_001);
      await logInAgain();
      expect((await claim(receiptOf(5))).status).toBe(201);
    },
  );
});
