/** An invoice that is paid at the paybill, under the account number that stands on it. */
import { engineSuite, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { callbackBody } from "../daraja/callback-body.ts";
import type { DarajaOptions } from "../daraja/daraja-http.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { eventually, quickAsk } from "./payments-hub.ts";
import { startPayments } from "./test-payments-town.ts";

engineSuite("an invoice with an account number", { timeout: 300_000 }, (engine) => {
  const database = useDatabase(engine);
  /** A shop that hears of payments at its paybill. */
  async function openTown() {
    const options: DarajaOptions = { resultMs: 20, confirmsPush: () => "never" };
    const town = await startPayments(database.current(), options, { ask: quickAsk });
    await town.register();
    return town;
  }

  test("[PAY-11] [BEY-06] two payments at its number pay it once they are proved, whoever paid; what is too much is the customer's credit", async () => {
    const { daraja, hub, providerId, channelId, books } = await openTown();
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

  async function openInvoice() {
    const { daraja, hub, providerId, channelId, books } = await openTown();
    const post = <Answer>(path: string, body: object, id?: string) =>
      hub.channelRoute<Answer>("POST", path, { providerId, channelId: id ?? channelId }, body);
    interface Issued {
      readonly id: string;
      readonly state: string;
      readonly prompt: { readonly state: string; readonly reason: string | null } | null;
    }
    const lines = [{ text: "A router", quantity: 1, unitCents: 5000 }];
    const { id } = await post<Issued>("/api/v1/invoices", {
      customerName: "Achieng",
      phone: "0712000900",
      lines,
      currency: "KES",
    });
    return {
      daraja,
      ask: (phone?: string) => post<Issued>("/api/v1/invoices/{id}/prompt", phone === undefined ? {} : { phone }, id),
      pull: () => hub.pull(providerId, channelId),
      invoice: async () => ((await hub.read(providerId, "/api/v1/invoices")) as { items: Issued[] }).items[0] as Issued,
      books,
    };
  }

  test("[PAY-11] [PAY-12] the customer's phone is asked for it: what the callback tells is pending with the customer, and pays the invoice once it is proved, once", async () => {
    const { daraja, ask, pull, invoice, books } = await openInvoice();
    expect(await ask()).toMatchObject({ state: "issued", prompt: { state: "prompted", phone: "2547***900" } });
    expect(daraja.prompts()).toMatchObject([{ msisdn: "254712000900", amount: 50, accountReference: "INV18" }]);
    await expect(ask()).rejects.toMatchObject({ code: "prompt-already-open" });
    daraja.act("254712000900", { kind: "pay", pin: "1234" });
    await eventually(books, ({ receipts }) =>
      expect(receipts).toMatchObject([{ state: "credit", corroborated: false, accountText: "INV18" }]),
    );
    expect(await invoice()).toMatchObject({ state: "issued", prompt: { state: "paid" } });
    await pull();
    await eventually(invoice, (now) => expect(now.state).toBe("paid"));
    expect((await books()).accounts).toEqual({ clearing: 5000, revenue: -5000 });
    expect((await books()).receipts).toHaveLength(1);
    await expect(ask()).rejects.toMatchObject({ code: "paid" });
  });

  test("[PAY-12] who does not pay owes it still; a forged callback with another sum brings no money", async () => {
    const { daraja, ask, invoice, books } = await openInvoice();
    await ask("0722000333");
    const [prompt] = daraja.prompts();
    expect(prompt).toMatchObject({ msisdn: "254722000333" });
    if (prompt === undefined) throw new Error("no prompt");
    const forged = callbackBody(prompt, { code: "0", text: "ok", receipt: "UKK0000666" }, "less");
    const headers = { "content-type": "application/json" };
    await fetch(prompt.callbackUrl, { method: "POST", body: forged, headers });
    await eventually(books, ({ evidence }) =>
      expect(evidence).toMatchObject([{ state: "unmatched", outcome: "another amount than the prompt asked for" }]),
    );
    daraja.act("254722000333", { kind: "cancel" });
    await eventually(invoice, (now) => expect(now).toMatchObject({ state: "issued", prompt: { state: "failed" } }));
    expect((await invoice()).prompt?.reason).toBe("cancelled");
    expect((await books()).receipts).toEqual([]);
  });
});
