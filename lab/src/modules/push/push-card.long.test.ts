/** A person switches alarms on in a browser, and it is over with the log-out. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { consoleFiles } from "@karibu/cloud/ground/http/console-files";
import { ownerPassword } from "@karibu/cloud/test-hub";
import { buildConsole } from "@karibu/tools/build/build-console";
import { builtOnce } from "@karibu/tools/ci/test-chromium";
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chooseInMenu, chromiumPath, lookAt, patience, picture } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("alarms in a browser", () => {
  const console = useBusiness("Pushed");
  let server: Server;
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  beforeAll(async () => {
    const folder = await builtOnce("console", buildConsole);
    server = createServer(express().use(console.hub.hub().app).use(consoleFiles(folder)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test("[MSG-07] alarms are switched on in this browser at a press, and gone with the log-out", async () => {
    const context = await console.browser().newContext({ viewport: { width: 360, height: 740 } });
    const phone = await context.newPage();
    // The browser of the test reaches no push service: what it would answer is made up, all else is the browser's own.
    await phone.addInitScript(() => {
      const base64 = (bytes: ArrayBuffer) =>
        btoa(String.fromCharCode(...new Uint8Array(bytes)))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replaceAll("=", "");
      let current: object | null = null;
      const unsubscribe = async () => {
        current = null;
        return true;
      };
      PushManager.prototype.getSubscription = async () => current as PushSubscription | null;
      PushManager.prototype.subscribe = async () => {
        const made = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
        const p256dh = base64(await crypto.subtle.exportKey("raw", made.publicKey));
        const keys = { p256dh, auth: base64(new Uint8Array(16).buffer) };
        const endpoint = "https://fcm.googleapis.com/fcm/send/test";
        current = { toJSON: () => ({ endpoint, keys }), unsubscribe };
        return current as PushSubscription;
      };
    });
    await phone.goto(`${url()}#/account`);
    await phone.getByLabel("E-mail").fill(console.business.ownerEmail);
    await phone.getByLabel("Password").fill(ownerPassword);
    await phone.getByRole("button", { name: "Log in" }).click();
    const card = phone.locator("push-card");
    await card.getByText("Off").waitFor();
    await phone.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    const isOn = async () =>
      (
        await console.hub
          .database()
          .asPlatform("test", (tx) => tx.selectFrom("push_subscriptions").select(["service"]).execute())
      ).length;
    await phone.reload();
    await card.getByText("This browser was told not to allow notifications.", { exact: false }).waitFor();
    await picture(phone, "push-denied-360");
    await context.grantPermissions(["notifications"], { origin: new URL(url()).origin });
    // A browser without a screen says "denied" to pages whatever was granted.
    await phone.addInitScript(() => Object.defineProperty(Notification, "permission", { get: () => "granted" }));
    await phone.reload();
    await card.getByRole("button", { name: "Switch on" }).click();
    await card.getByRole("button", { name: "Show a test" }).waitFor();
    expect(await isOn()).toBe(1);
    await lookAt(phone, "push-card");
    await phone.setViewportSize({ width: 360, height: 740 });
    await chooseInMenu(phone, "log-out").catch(() => {});
    await phone.getByLabel("E-mail").waitFor();
    expect(await phone.evaluate(() => localStorage.getItem("karibu-push-of"))).toBe(null);
    await expect.poll(isOn, patience).toBe(0);
    await context.close();
  });
});
