/** Access points of other makers, and devices at two sites, in a browser: written down, shown with what the pings found, and taken away. */
import { askerOf } from "@karibu/cloud/test-asking";
import { describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, patience, useConsole } from "./test-console.ts";
import { lookOnPhone } from "./test-page-looks.ts";

const hostile = '<img src=x onerror="alert(1)">';

describe.skipIf(chromiumPath === null)("access points of other makers, on a phone", () => {
  const console = useConsole({});

  test("[RAD-11] [RAD-17] one is added, a wrong address is refused in words, what the router found stands there, and one is taken away", async () => {
    const provider = await console.hub.makeProvider("Soko");
    const call = askerOf(console.hub, () => provider.token);
    const siteId = (await call("POST", "/sites", { name: "Market" })).body.site.siteId as string;
    const { page, errors } = await console.open(
      { email: provider.ownerEmail },
      { hash: `#/routers/${siteId}?tab=radios`, width: 360 },
    );
    const problems: string[] = [];
    const widths = [
      [390, "light"],
      [1440, "light"],
    ] as const;
    const look = async (name: string) => void problems.push(...(await lookOnPhone(page, name, widths)));
    const card = page.locator("pinged-points");
    await card.getByText("None has been added yet.").waitFor(patience);
    const add = async (name: string, address: string) => {
      const form = card.locator("action-form");
      if ((await form.count()) === 0)
        await card.getByRole("button", { name: "Add an access point" }).first().press("Enter"); // a toast lies over it
      await form.getByRole("textbox", { name: /^Name/ }).fill(name);
      await form.getByRole("textbox", { name: /^Address/ }).fill(address);
      await form.getByRole("button", { name: "Add an access point" }).press("Enter");
    };
    await add(hostile, "8.8.8.8");
    await card.getByRole("alert").first().waitFor(patience);
    await add(hostile, "192.168.88.2");
    await card.getByText(hostile).waitFor(patience);
    // A colleague adds one of which this page does not hear: it is there afterwards too, and nothing is typed again.
    let isAway = true;
    await page.route("**/access-points", (route) =>
      isAway && route.request().method() === "GET" ? route.abort() : route.continue(),
    );
    const path = `/sites/${siteId}/access-points`;
    const here = { name: hostile, address: "192.168.88.2" };
    const shed = { name: "Shed", address: "192.168.88.4" };
    expect((await call("PUT", path, { accessPoints: [here, shed] })).status).toBe(200);
    await add("Pole at the gate", "192.168.88.3");
    isAway = false;
    await card.getByRole("button", { name: "Reload" }).click();
    await card.getByText("Shed").waitFor(patience);
    await card.locator("action-form").getByRole("button", { name: "Add an access point" }).press("Enter");
    await card.getByText("192.168.88.3").waitFor(patience);
    expect((await call("GET", path)).body.accessPoints).toHaveLength(3);
    expect(
      (await call("PUT", path, { accessPoints: [here, { name: "Pole at the gate", address: "192.168.88.3" }] })).status,
    ).toBe(200);
    await expect.poll(() => card.getByText("Shed").count(), patience).toBe(0);
    await card.getByText("Pole at the gate").waitFor(patience);
    const nowMs = console.hub.world.clock.wall().atMs;
    await console.hub.database().asProvider(provider.providerId, async (tx) => {
      const found = { lossPercent: 0, roundTripUs: 2300, sinceMs: nowMs - 60_000, toldAtMs: nowMs };
      const points = tx.updateTable("site_access_points").where("siteId", "=", siteId);
      await points
        .where("address", "=", "192.168.88.2")
        .set({ state: "up", ...found })
        .execute();
      await points
        .where("address", "=", "192.168.88.3")
        .set({ ...found, state: "down", lossPercent: 100, roundTripUs: null })
        .execute();
      const change = { providerId: provider.providerId, siteId, epoch: "e", seq: 1, receivedAtMs: nowMs };
      await tx
        .insertInto("access_point_changes")
        .values({
          ...change,
          address: "192.168.88.3",
          atMs: nowMs,
          state: "down",
          lossPercent: 100,
          roundTripUs: null,
        })
        .execute();
    });
    await page.reload();
    await card.getByText("2 ms, 0 % lost", { exact: false }).waitFor(patience);
    await card.getByText("What changed").waitFor(patience);
    await look("pinged-points");
    await chooseLanguage(page, "sw");
    await look("pinged-points-sw");
    await chooseLanguage(page, "en");
    await card.getByRole("button", { name: "Remove" }).last().press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect.poll(() => card.getByText("Pole at the gate").count(), patience).toBe(0);

    await console.hub.database().asProvider(provider.providerId, (tx) =>
      tx
        .insertInto("devices_twice")
        .values({
          providerId: provider.providerId,
          mac: "AA:BB:CC:00:00:01",
          siteId,
          sessionKey: "a",
          otherSiteId: "gone",
          otherSessionKey: "b",
          sinceMs: nowMs - 3_600_000,
          seenAtMs: nowMs,
        })
        .execute(),
    );
    await page.evaluate(() => {
      location.hash = "#/double-use";
    });
    await page.getByText("AA:BB:CC:00:00:01").waitFor(patience);
    await look("devices-twice");
    await page.evaluate(() => {
      location.hash = "#/takeover";
    });
    await page.getByRole("heading", { level: 1, name: "Take over" }).waitFor(patience);
    await look("takeover");
    expect(problems).toEqual([]);
    // The browser tells of the address and the version that were refused, and of the reading that failed.
    expect(errors.filter((line) => !/status of (400|412)|ERR_FAILED/.test(line))).toEqual([]);
  }, 120_000);
});
