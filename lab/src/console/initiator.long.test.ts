import { generateKeyPairSync } from "node:crypto";
import { silentWorld } from "@karibu/cloud/real-world";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { describe, expect, test } from "vitest";
import { callInProcess, deliverInProcess } from "../daraja/in-process.ts";
import { sampleApp } from "../daraja/sample-app.ts";
import { createSimulatedDaraja } from "../daraja/simulated-daraja.ts";
import { chooseLanguage, chromiumPath, goTo, picture, useConsole } from "./test-console.ts";

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;

describe.skipIf(chromiumPath === null)("the initiator on a channel's page, in a browser", () => {
  const daraja = createSimulatedDaraja(silentWorld(), {
    apps: [sampleApp],
    resultMs: 20,
    querySpacingMs: 0,
    deliver: deliverInProcess(() => console.hub.hub().money),
  });
  const console = useConsole({ http: callInProcess(() => daraja) });

  test("[PAY-08] the page says that M-Pesa refuses it and that sales go on; it is replaced, and removed, and the other keys stay", async () => {
    const { token, ownerEmail } = await console.hub.makeProvider("Taifa");
    const call = sureAskerOf(console.hub, () => token);
    const { business: _, ...selling } = sampleApp;
    const asking = { initiatorName: "first", initiatorPassword: "secret-1", certificate };
    const channel = { kind: "mpesa-paybill", name: "Front daraja", environment: "sandbox", ...selling, ...asking };
    const { id } = await call("POST", "/channels", channel);
    daraja.organisation.initiators.refuse("first", "2001");

    const { page, errors } = await console.open({ email: ownerEmail }, { hash: `#/channels/${id}` });
    const card = page.locator("initiator-card");
    await card.getByText("Not tried yet").waitFor();
    await page.getByText("Live", { exact: true }).waitFor();
    await call("POST", "/payments/claims", { receipt: "QQQ1234567", phone: "0712345678" });
    // Nobody reloads: the page hears of it.
    await card.getByText("M-Pesa refuses it").waitFor();
    await page.getByText("Questions about receipts, reversals and payouts have stopped. Sales continue.").waitFor();
    await card.getByText("its name or its password is wrong", { exact: false }).waitFor();
    await card.getByText("2001 The initiator information is invalid.", { exact: false }).waitFor();
    expect(await card.locator("dt:text-is('Waiting for an answer') + dd").textContent()).toBe("1");
    await picture(page, "initiator-refused");
    await goTo(page, "#/channels");
    const row = page.getByRole("row").filter({ hasText: "Front daraja" });
    await row.getByText("Initiator refused", { exact: true }).waitFor();
    await row.getByText("Active, not tried yet", { exact: true }).waitFor();
    await chooseLanguage(page, "sw");
    await goTo(page, `#/channels/${id}`);
    await card.getByText("Kuuza kunaendelea.", { exact: false }).first().waitFor();
    await picture(page, "initiator-refused-sw");
    await chooseLanguage(page, "en");

    await card.getByRole("button", { name: "Replace the initiator" }).first().click();
    const form = card.locator("action-form");
    await form.getByLabel("Initiator name").fill("second");
    await form.getByLabel("Initiator password").fill("se@ret");
    await form.getByRole("button", { name: "Replace the initiator" }).click();
    await form.getByRole("alert").getByText("choose another one", { exact: false }).waitFor();
    await form.getByLabel("Initiator password").fill("secret-2");
    await form.getByRole("button", { name: "Replace the initiator" }).click();
    await page.getByText("The new initiator is entered.", { exact: false }).waitFor();
    await card.getByText("Works", { exact: true }).waitFor();
    expect(daraja.organisation.initiators.signed().map(({ initiator }) => initiator)).toEqual(["first", "second"]);

    daraja.organisation.initiators.refuse("second", "8006");
    await call("POST", "/payments/claims", { receipt: "QQQ1234568", phone: "0712345678" });
    await card.getByText("M-Pesa has locked the initiator's password.", { exact: false }).waitFor();
    daraja.organisation.initiators.refuse("second", null);
    await card.getByRole("button", { name: "Try it again" }).click();
    await card.getByText("Works", { exact: true }).waitFor();

    // The form of the keys that sell has none of the initiator's.
    await page.getByLabel("Consumer key").waitFor();
    expect(await page.getByLabel("Initiator name").count()).toBe(0);
    await card.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByText("Remove the initiator second?", { exact: false }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("The initiator is removed. Sales continue.").waitFor();
    await card.getByText("No initiator", { exact: true }).waitFor();
    expect(await card.getByRole("button", { name: "Remove" }).count()).toBe(0);
    await card.getByRole("button", { name: "Add an initiator" }).waitFor();
    expect(await call("GET", `/channels/${id}`)).toMatchObject({ sells: true, keysProblem: null, hasInitiator: false });
    // What the browser notes of the refused password, and nothing else.
    expect(errors).toEqual([expect.stringMatching(/400 .*\/initiator$/)]);
  }, 240_000);
});
