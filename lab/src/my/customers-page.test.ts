/** What a customer does on their own page, with their phone in the other hand. */

import { createPaymentLink } from "@karibu/cloud/money/payment-links/payment-links";
import { readSubscription } from "@karibu/cloud/money/subscriptions/subscription-rows";
import { pngOf } from "@karibu/cloud/tenancy/pictures/test-png";
import { longTest } from "@karibu/protocol/test-long-run";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { chromiumPath, picture } from "../console/test-console.ts";
import { useMyPage } from "./test-my-page.ts";

const narrow = 360;
const patience = { timeout: 30_000 };

describe.skipIf(chromiumPath === null)("the customers' page, in a browser", { timeout: 180_000 }, () => {
  const my = useMyPage();
  const path = () => `/my/${my.provider().providerId}/`;
  /** Waits: fonts and images may come late. */
  const fits = (page: Page, width = narrow) =>
    page.waitForFunction((most) => document.documentElement.scrollWidth <= most, width, patience);

  async function logIn(page: Page, phone: string): Promise<void> {
    await page.getByLabel("Phone number").fill(phone);
    await page.getByRole("button", { name: "Send the code" }).click();
    await page.getByLabel("Code from the SMS").fill(await my.codeFor(phone));
    await page.getByRole("button", { name: "Log in", exact: true }).click();
  }

  longTest(
    "[TEN-12] [CUS-11] the page wears the provider's colours and logo; no other picture of theirs is to be had",
    async () => {
      const address = `${my.url()}/api/v1${path().replace(/\/$/, "")}`;
      const paint = async (red: number) => {
        const file = Buffer.from(pngOf(90, 30, () => [red, 9, 120, 255])).toString("base64");
        return (await my.post("/pictures", { name: `Picture ${red}`, file })).pictureId as string;
      };
      const [logoPictureId, other] = [await paint(200), await paint(90)];
      const brand = await my.hub.call("GET", "/api/v1/brand", { token: my.provider().token });
      const wear = (more: object) => my.post("/brand", { ...brand.body, ...more }, "PUT");
      await wear({ mainColour: "#6a1b4d", accentColour: "#ffb3d9", logoPictureId });
      for (const [dark, button] of [
        [false, "rgb(106, 27, 77)"],
        [true, "rgb(255, 179, 217)"],
      ] as const) {
        const { page, errors } = await my.open(path(), { dark });
        const send = page.getByRole("button", { name: "Send the code" });
        await send.waitFor(patience);
        await expect.poll(() => send.evaluate((one) => getComputedStyle(one).backgroundColor)).toBe(button);
        await page.waitForFunction(() => (document.querySelector<HTMLImageElement>("img.logo")?.naturalWidth ?? 0) > 0);
        await fits(page);
        await picture(page, `my-brand-${dark ? "dark" : "light"}`);
        // Nobody is logged in.
        expect(errors.filter((error) => !error.includes("401"))).toEqual([]);
      }
      const statusOf = async (pictureId: string) => (await fetch(`${address}/logo/${pictureId}`)).status;
      expect([await statusOf(logoPictureId), await statusOf(other)]).toEqual([200, 404]);
      await wear({ mainColour: null, accentColour: null, logoPictureId: null });
      expect(await statusOf(logoPictureId)).toBe(404);
    },
  );

  test("[CUS-11] [CUS-06] log in by a code from the SMS, pay by M-Pesa on the phone, see the service come back; then log out for good", async () => {
    const phone = "0712345601";
    await my.newLine("Asha Wanjiku", phone);
    const { page, errors } = await my.open(path());
    await page.getByRole("heading", { name: "Log in" }).waitFor(patience);
    await fits(page);
    expect(await page.getByRole("link", { name: "0700111222" }).getAttribute("href")).toBe("tel:0700111222");
    await picture(page, "my-log-in");
    await logIn(page, phone);
    await page.getByRole("heading", { name: "Hello, Asha Wanjiku" }).waitFor(patience);
    const service = page.locator(".service");
    await expect.poll(() => service.locator(".badge").textContent()).toBe("Off: not paid");
    await fits(page);
    await picture(page, "my-over");
    await service.getByRole("button", { name: "Pay now" }).click();
    await fits(page);
    await picture(page, "my-pay");
    await service.getByRole("button", { name: "Ask the phone" }).click();
    await page.getByText("Enter your PIN on the phone now.").waitFor(patience);
    await picture(page, "my-prompted");
    my.daraja().act("254712345601", { kind: "pay", pin: "1234" });
    await page.getByText(/^Paid\. Your service is on until/).waitFor(patience);
    await page.getByText(/^Receipt [A-Z0-9]{10}$/).waitFor(patience);
    await picture(page, "my-paid");
    await service.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => service.locator(".badge").textContent()).toBe("Active");
    await page.getByRole("link", { name: "Money" }).click();
    await page.getByText("Renewed").waitFor(patience);
    await page.getByText(/M-Pesa · [A-Z0-9]{10}/).waitFor(patience);
    await fits(page);
    await picture(page, "my-money");
    await page.getByRole("link", { name: "Help" }).click();
    await page.getByLabel("In a few words").fill("Slow in the evening");
    await page.getByLabel("Your message").fill("Since Monday.\n<b>Please look.</b>");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("<b>Please look.</b>").waitFor(patience);
    const lamp = Buffer.from(pngOf(300, 200, (x) => [200, x % 256, 40, 255]));
    await page.getByLabel("Add a picture").setInputFiles({ name: "lamp.png", mimeType: "image/png", buffer: lamp });
    const shown = page.getByRole("img", { name: "Picture 1" });
    await shown.waitFor(patience);
    await page.waitForFunction(() => [...document.images].every((each) => each.naturalWidth > 0));
    await fits(page);
    await picture(page, "my-ticket");
    await page.getByRole("button", { name: "Back" }).click();
    await page.getByText("· Slow in the evening").waitFor(patience);
    await picture(page, "my-help");
    await page.getByRole("link", { name: "Me", exact: true }).click();
    await page.getByText("This device").waitFor(patience);
    // A switch stands as the hub has it: from its answer on, and not from the press.
    await page.getByLabel("Offers").click();
    await expect.poll(() => page.getByLabel("Offers").isChecked(), patience).toBe(true);
    await expect.poll(() => page.getByLabel("Offers").isEnabled()).toBe(true);
    await picture(page, "my-me");
    const kept = await page.context().cookies();
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor(patience);
    expect(await page.content()).not.toContain("Asha");
    // A device that others use: neither its way back nor the cookie that it had opens anything.
    await page.context().addCookies(kept);
    await page.reload();
    await page.getByRole("heading", { name: "Log in" }).waitFor(patience);
    await page.goBack().catch(() => null);
    expect(await page.content()).not.toContain("Asha");
    expect(errors.filter((error) => !/401|403/.test(error))).toEqual([]);
  });

  longTest(
    "[CUS-11] [UIX-10] a phone in French reads every page in French, and chooses another language for good",
    async () => {
      const phone = "0712345607";
      await my.newLine("Aline Mukamana", phone);
      const { page, errors } = await my.open(path(), { language: "fr" });
      await page.getByLabel("Numéro de téléphone").fill(phone);
      await fits(page);
      await picture(page, "my-log-in-fr");
      await page.getByRole("button", { name: "Envoyer le code" }).click();
      await page.getByLabel("Code reçu par SMS").fill("000000");
      await page.getByRole("button", { name: "Entrer" }).click();
      await page.getByRole("alert").filter({ hasText: "Ce n'est pas juste" }).waitFor(patience);
      await page.getByLabel("Code reçu par SMS").fill(await my.codeFor(phone));
      await page.getByRole("button", { name: "Entrer" }).click();
      await page.getByRole("heading", { name: "Bonjour, Aline Mukamana" }).waitFor(patience);
      await page.getByText("KSh 2\u202f500").first().waitFor(patience);
      for (const name of ["Usage", "Argent", "Aide", "Moi", "Lignes"]) {
        await page.getByRole("link", { name, exact: true }).click();
        await page.locator(`nav a[aria-current=page]:text-is("${name}")`).waitFor(patience);
        await fits(page);
        await picture(page, `my-${name.toLowerCase()}-fr`);
      }
      await page.getByRole("button", { name: "Payer maintenant" }).click();
      await fits(page);
      await picture(page, "my-pay-fr");
      await page.getByLabel("Langue").selectOption("sw");
      await page.getByRole("heading", { name: "Habari, Aline Mukamana" }).waitFor(patience);
      await page.reload();
      await page.getByRole("heading", { name: "Habari, Aline Mukamana" }).waitFor(patience);
      expect(errors.filter((error) => !/401|403/.test(error))).toEqual([]);
    },
  );

  longTest(
    "[CUS-11] [UIX-10] in Swahili, in the dark and by keyboard alone; a prompt that is cancelled says so, and a lost line is told",
    async () => {
      const phone = "0712345602";
      await my.newLine("Juma Otieno", phone);
      const { page, errors } = await my.open(path(), { language: "sw", dark: true });
      await page.getByLabel("Namba ya simu").waitFor(patience);
      await page.getByLabel("Namba ya simu").focus();
      await page.keyboard.type(phone);
      await page.keyboard.press("Enter");
      await page.getByLabel("Msimbo wa SMS").waitFor(patience);
      await picture(page, "my-code-sw");
      await page.getByLabel("Msimbo wa SMS").focus();
      await page.keyboard.type("000000");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: "Si sahihi" }).waitFor(patience);
      await page.getByLabel("Msimbo wa SMS").fill(await my.codeFor(phone));
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Habari, Juma Otieno" }).waitFor(patience);
      await page.getByRole("button", { name: "Lipa sasa" }).press("Enter");
      // Whoever can't see hears what was opened.
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Lipia Home 10M");
      await fits(page);
      await page.getByRole("button", { name: "Iombe simu" }).press("Enter");
      await page.getByText("Weka PIN kwenye simu sasa.").waitFor(patience);
      my.daraja().act("254712345602", { kind: "cancel" });
      await page.getByText("Ombi lilighairiwa kwenye simu.").waitFor(patience);
      await fits(page);
      await picture(page, "my-cancelled-sw-dark");
      await page.getByRole("button", { name: "Ghairi" }).press("Enter");
      await page.getByRole("button", { name: "Nitalipa baadaye" }).press("Enter");
      await page.getByRole("button", { name: "Naahidi" }).press("Enter");
      await expect.poll(() => page.locator(".badge").first().textContent()).toBe("Haijalipwa");
      await picture(page, "my-promised-sw-dark");
      await page.getByRole("link", { name: "Matumizi" }).press("Enter");
      await page.getByText("Hakuna kilichotumika katika siku hizi.").waitFor(patience);
      await page.context().setOffline(true);
      await page.getByRole("link", { name: "Pesa" }).press("Enter");
      await page.getByText("Hakuna mtandao.", { exact: false }).first().waitFor(patience);
      await fits(page);
      await picture(page, "my-offline-sw-dark");
      await page.context().setOffline(false);
      await page.getByRole("button", { name: "Jaribu tena" }).first().press("Enter");
      await page.getByText("Bado hakuna malipo.").waitFor(patience);
      expect(errors.filter((error) => !/40[13]|ERR_INTERNET/.test(error))).toEqual([]);
    },
  );

  longTest(
    "[PAY-13] whoever has a payment link pays it by any phone, and sees a receipt; an old link and no link are drawn",
    async () => {
      const { customerId, subscriptionId } = await my.newLine("Neema Achieng", "0712345603");
      const { providerId } = my.provider();
      const link = async (validMs: number) => {
        const { url } = await my.hub.database().asProvider(providerId, (tx) =>
          createPaymentLink({ world: my.hub.world, publicUrl: "" }, tx, {
            providerId,
            customerId,
            subscriptionId,
            expiresAtMs: my.hub.world.clock.wall().atMs + validMs,
          }),
        );
        return url;
      };
      const { page, errors } = await my.open(await link(86_400_000));
      await page.getByText("KSh 2,500").first().waitFor(patience);
      await page.getByText("N… A…").waitFor(patience);
      expect(await page.content()).not.toMatch(/Neema|Achieng|2547|0712345603/);
      await fits(page);
      await picture(page, "my-link");
      await page.getByLabel("Which phone pays?").fill("0712345604");
      await page.getByRole("button", { name: "Ask the phone" }).click();
      await page.getByText("Enter your PIN on the phone now.").waitFor(patience);
      my.daraja().act("254712345604", { kind: "pay", pin: "1234" });
      await page.getByText("This is paid. Thank you!").waitFor(patience);
      await page
        .getByText(/^Receipt [A-Z0-9]{10}$/)
        .first()
        .waitFor(patience);
      await fits(page);
      await picture(page, "my-link-paid");
      // What is paid stands before what is too old: the renewal must not be younger than the next link.
      const row = () => my.hub.database().asProvider(providerId, (tx) => readSubscription(tx, subscriptionId));
      await expect.poll(async () => (await row()).periods, patience).toBe(1);
      const old = await my.open(await link(-1), { language: "sw" });
      await old.page.getByText("Kiungo hiki ni cha zamani mno.").waitFor(patience);
      await fits(old.page);
      await picture(old.page, "my-link-old-sw");
      const unknown = await my.open(`/pay#${"x".repeat(22)}`);
      await unknown.page.getByText("This link is not known here.").waitFor(patience);
      const nowhere = await my.open("/my/nobody-here/");
      await nowhere.page.getByText("There is no such page.").waitFor(patience);
      for (const each of [errors, old.errors, unknown.errors])
        expect(each.filter((error) => !/404/.test(error))).toEqual([]);
    },
  );
});
