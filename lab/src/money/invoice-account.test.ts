/** An invoice that is paid at the paybill, under the account number that stands on it. */
import { randomBytes } from "node:crypto";
import { isAbsent, oneEngine, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { afterEach, describe, expect, test } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, openChannel, openShop, quickAsk, readBooks, startDaraja, startHub } from "./payments-hub.ts";

const masterKey = new Uint8Array(randomBytes(32));

describe.each(oneEngine)("%s", (engine) => {
  describe.skipIf(isAbsent(engine))("an invoice with an account number", { timeout: 300_000 }, () => {
    const database = useDatabase(engine);
    const opened: { stop(): Promise<void> }[] = [];
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.stop();
    });

    test("[PAY-11] [BEY-06] two payments at its number pay it once they are proved, whoever paid; what is too much is the customer's credit", async () => {
      const daraja = await startDaraja({ resultMs: 20, confirmsPush: () => "never" });
      const hub = await startHub(database.current(), daraja, { masterKey, ask: quickAsk });
      opened.push(hub, daraja);
      const { providerId } = await openShop(database.current());
      const channelId = await openChannel(hub, database.current(), providerId);
      await hub.register(providerId, channelId);
      const issued = await hub.channelRoute<{ id: string; accountNumber: string | null; state: string }>(
        "POST",
        "/api/v1/invoices",
        { providerId, channelId },
        {
          customerName: "Achieng",
          phone: "0712000900",
          lines: [{ text: "A router", quantity: 1, unitCents: 5000 }],
          currency: "KES",
        },
      );
      expect(issued).toMatchObject({ state: "issued", accountNumber: "INV18" });
      const pay = (amount: number, account: string) =>
        daraja.organisation.payBill({
          shortcode: sampleApp.shortcode,
          msisdn: "254722000777",
          amount,
          account,
          confirmation: "once",
        });
      const books = () => readBooks(database.current(), providerId);
      const state = async () =>
        ((await hub.read(providerId, "/api/v1/invoices")) as { items: { state: string }[] }).items[0]?.state;
      await pay(30, "inv 18");
      await eventually(books, ({ receipts }) => expect(receipts).toMatchObject([{ state: "credit" }]));
      await pay(25, "INV18");
      await eventually(books, ({ receipts }) => expect(receipts).toHaveLength(2));
      // Callbacks alone are no income.
      expect(await state()).toBe("issued");
      await hub.pull(providerId, channelId);
      await eventually(state, (now) => expect(now).toBe("paid"));
      expect((await books()).accounts).toEqual({ clearing: 5500, credit: -500, revenue: -5000 });
    });
  });
});
