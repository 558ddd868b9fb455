/** The site's page: the SIM of its router is read for M-Pesa's messages where somebody switches that on, and the page says what came of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, useConsole } from "./test-console.ts";

const patience = { timeout: 60_000 };

describe.skipIf(chromiumPath === null)("a site's SIM, in a browser", () => {
  const console = useConsole();
  let email = "";
  let providerId = "";
  let siteId = "";
  let call: (method: string, path: string, body?: object) => ReturnType<typeof console.hub.call>;
  beforeAll(async () => {
    const made = await console.hub.makeProvider("Kilifi");
    email = made.ownerEmail;
    providerId = made.providerId;
    call = (method, path, body) =>
      console.hub.call(method, `/api/v1${path}`, { token: made.token, ...(body === undefined ? {} : { body }) });
    const daraja = { environment: "sandbox", consumerKey: "key", consumerSecret: "secret", passkey: "passkey" };
    await call("POST", "/channels", { ...daraja, kind: "mpesa-paybill", shortcode: "600100" });
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
  });

  test("[PAY-25] it is switched on with its sender, says why nothing comes, and is switched off, in Swahili too", async () => {
    const { page, errors } = await console.open({ email }, { hash: `#/sites/${siteId}?tab=settings` });
    const card = page.locator("sim-inbox-card");
    await card.getByLabel("Sender").fill("M-PESA");
    await card.getByRole("button", { name: "Read them" }).click();
    await card.getByText("The site has not reported yet").waitFor();
    await expect
      .poll(async () => (await call("GET", `/sites/${siteId}/sim-inbox`)).body.inbox, patience)
      .toMatchObject({ sender: "M-PESA", state: null });
    // The site reports, as its agent does.
    const report = console.hub.hub().money.rpcHandlers.find(({ method }) => method === "report-inbox");
    const site = { providerId, siteId };
    const say = (params: object) => report?.answer(site, params, new AbortController().signal);
    expect(await say({ state: "no-modem", messages: [] })).toEqual({ taken: 0 });
    await page.reload();
    await card.getByText("No modem is chosen at the router").waitFor();
    const text = "UKL81ZDR4F Confirmed. Ksh20.00 received for account SHOP7.";
    expect(await say({ state: "reading", messages: [{ sender: "m-pesa", text }] })).toEqual({ taken: 1 });
    await expect
      .poll(async () => (await call("GET", "/receipts")).body.items, patience)
      .toMatchObject([{ receipt: "UKL81ZDR4F", provenance: "told" }]);
    await page.reload();
    await card.getByText("last received").waitFor();
    await chooseLanguage(page, "sw");
    await card.getByText("Kituo kinasoma SIM yake").waitFor();
    await card.getByRole("button", { name: "Zima" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Zima" }).click();
    await card.getByRole("button", { name: "Usome" }).waitFor();
    expect((await call("GET", `/sites/${siteId}/sim-inbox`)).body).toEqual({ inbox: null });
    expect(errors).toEqual([]);
  });

  test("[PAY-25] a message that may be cut names no account at its end; a channel that is not there is refused", async () => {
    const { id: channelId } = (await call("GET", "/channels")).body.items[0];
    expect((await call("PUT", `/sites/${siteId}/sim-inbox`, { channelId })).status).toBe(200);
    const report = console.hub.hub().money.rpcHandlers.find(({ method }) => method === "report-inbox");
    const part = `UKL82ZDR4F Confirmed. Ksh20.00 received ${"from a long name ".repeat(7)}for account SHO`;
    expect(part.length).toBeGreaterThan(150);
    const said = { state: "reading", messages: [{ sender: "MPESA", text: part }] };
    await report?.answer({ providerId, siteId }, said, new AbortController().signal);
    await expect
      .poll(async () => (await call("GET", "/receipts?q=UKL82ZDR4F")).body.items, patience)
      .toMatchObject([{ receipt: "UKL82ZDR4F", accountText: null, state: "suspense" }]);
    const cash = await call("PUT", `/sites/${siteId}/sim-inbox`, { channelId: "elsewhere" });
    expect(cash.status).toBe(404);
  });
});
