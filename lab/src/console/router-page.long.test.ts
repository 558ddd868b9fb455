/** The page of a site's router, in a browser: what it shows live, what is ordered from it, and what a router may say. */

import { failBackUp, keepBackUp, orderBackUp } from "@karibu/cloud/fleet/router-back-ups/back-up-store";
import { createEmit } from "@karibu/cloud/ground/events/record";
import { seconds, unixMs } from "@karibu/protocol/quantities";
import { packFigures } from "@karibu/protocol/router/router-figures";
import { type RouterProbe, routerTestSteps, stepsAt } from "@karibu/protocol/router/router-test";
import { probeRouter } from "@karibu/protocol/rpc/router/probe-router";
import { readConnections } from "@karibu/protocol/rpc/router/read-connections";
import { serve } from "@karibu/protocol/rpc/rpc";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type ContractSite, openContractSite } from "../link/test-contract-site.ts";
import { chooseLanguage, chromiumPath, goTo, patience, picture, settled, useConsole } from "./test-console.ts";
import { cutOff, examine } from "./test-page-looks.ts";

const nasty = "<img src=x onerror=alert(1)>";

describe.skipIf(chromiumPath === null)("a site's router, in a browser", () => {
  const console = useConsole();
  let provider: Awaited<ReturnType<typeof console.hub.makeProvider>>;
  let site: ContractSite;
  const counted = {
    readAtMs: unixMs(Date.UTC(2026, 10, 26)),
    total: 4812,
    most: 262_144,
    hosts: [{ address: nasty, connections: 4100 }],
  };
  let probe: RouterProbe = { steps: stepsAt("log-in", "wrong-log-in"), router: null };

  beforeAll(async () => {
    provider = await console.hub.makeProvider("Kilifi");
    site = await openContractSite(console.hub, provider, "Harbour", [
      serve(probeRouter, () => probe),
      serve(readConnections, () => counted),
    ]);
    for (const [view, rows] of Object.entries(samples)) site.rows.set(view as never, rows as never);
    await giveHistory();
    await giveBackUps();
  }, 120_000);
  afterAll(() => site?.link.stop());

  const tabs = ["", "interfaces", "users", "hosts", "garden", "radios", "logs", "orders", "back-ups"];
  const address = (tab: string) => `#/routers/${site.siteId}${tab === "" ? "" : `?tab=${tab}`}`;

  test("[RTR-06] [RTR-07] [RTR-08] [RTR-20] [RAD-11] every tab, wide and narrow, by day and by night, in both languages: nothing cut off, nothing of a router is markup", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("") });
    const found: string[] = [];
    for (const language of ["en", "sw"] as const) {
      await chooseLanguage(page, language);
      for (const tab of tabs) {
        await goTo(page, address(tab));
        await page.locator("main h1").first().waitFor(patience);
        await settled(page);
        for (const width of [1440, 390, 360]) {
          const name = `router-${tab || "overview"}-${language}`;
          found.push(...(await cutOff(page, name, width)));
          if (language === "sw" ? width === 360 : width === 1440)
            found.push(...(await examine(page, `${name}-${width}`, width === 360 ? "dark" : "light")));
          // The chosen tab stays in sight when the window narrows.
          const shown = async () => {
            const box = await page.locator("tab-bar a[aria-current]").boundingBox();
            return box !== null && box.x >= -1 && box.x + box.width <= width + 1;
          };
          await expect.poll(shown, patience).toBe(true);
          if (width !== 360) await picture(page, `wd-${name}-${width}`);
        }
      }
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await goTo(page, "#/routers");
    await settled(page);
    await picture(page, "wd-routers-1440");
    expect(found).toEqual([]);
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  }, 240_000);

  test("[RTR-04] “Test connection” on the router's and on the site's page walks five steps now; a failed one says what helps", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("") });
    await page.setViewportSize({ width: 390, height: 860 });
    const card = page.locator("router-test-card");
    await card.getByRole("button", { name: "Test connection" }).click();
    await card.getByText("The router refuses this user or password", { exact: false }).waitFor(patience);
    expect(await card.locator("li[data-step=log-in]").getAttribute("class")).toBe("failed");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await card.scrollIntoViewIfNeeded();
    await picture(page, "test-connection-390");
    const found = { identity: nasty, version: "7.22.1 (stable)", board: "hAP", missing: [] };
    probe = { steps: routerTestSteps.map((step) => ({ step, state: "done", problem: null })), router: found };
    console.hub.moveClock(6000);
    await goTo(page, `#/sites/${site.siteId}?tab=settings`);
    await card.getByRole("button", { name: "Test connection" }).click();
    await card.getByText(nasty, { exact: false }).waitFor(patience);
    expect(await card.locator("li.done").count()).toBe(5);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("[RTR-06] connections are counted when somebody presses the button: how many, and whose", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("hosts") });
    await page.setViewportSize({ width: 360, height: 860 });
    const card = page.getByRole("region", { name: "Connections" });
    await card.getByRole("button", { name: "Count now" }).press("Enter");
    await card.getByText("4,812").waitFor(patience);
    await card.getByText(nasty, { exact: false }).waitFor();
    await card.getByText("4,100").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await picture(page, "connections-360");
    expect(errors).toEqual([]);
    await page.close();
  });

  test("[RTR-07] [RTR-09] [RTR-16] an order says what it does first, waits while the site is away, and tells in the router's words what came of it", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("interfaces") });
    const row = page.getByRole("row").filter({ hasText: "ether2" });
    site.act = ({ kind }) => (kind === "reboot" ? { kind: "refused", why: `not allowed ${nasty}` } : { kind: "done" });
    await row.getByRole("button", { name: "Switch off" }).click();
    const dialog = page.locator("ask-dialog");
    await dialog.getByText("undoes it by itself").waitFor();
    await dialog.getByRole("button", { name: "Do it" }).click();
    await page.locator("order-strip").getByText("Done", { exact: true }).waitFor(patience);
    expect(site.acts.at(-1)?.action).toMatchObject({
      kind: "set-interface",
      id: "*2",
      was: "ether2",
      disabled: true,
    });

    await goTo(page, address(""));
    await page.getByRole("button", { name: "Restart" }).click();
    await dialog.getByText("It can't be undone").waitFor();
    await dialog.getByRole("button", { name: "Do it" }).click();
    await page.locator("order-strip").getByText(`not allowed ${nasty}`).waitFor(patience);

    await site.cut();
    await goTo(page, address("garden"));
    await page.getByRole("button", { name: "Add a host" }).click();
    await page.getByLabel("Host", { exact: false }).first().fill("pay.example.com");
    await page.getByRole("button", { name: "Do it" }).click();
    await page.locator("order-strip").getByText("place 1").waitFor(patience);
    await goTo(page, address("orders"));
    await settled(page);
    await picture(page, "wd-router-orders-waiting");
    await page.getByText("pay.example.com").first().waitFor();
    await site.join();
    await page.locator("order-strip").getByText("Done", { exact: true }).last().waitFor(patience);
    await expect
      .poll(() => site.acts.at(-1)?.action, patience)
      .toMatchObject({ host: "pay.example.com", action: "allow" });
    expect(errors).toEqual([]);
    await page.close();
  }, 120_000);

  test("[RTR-10] [RTR-11] [RTR-12] a back-up is ordered by hand, its differences are text, and a restore wants the site's name", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("back-ups") });
    const row = page.getByRole("row").filter({ hasText: "1 line differs" });
    await row.getByRole("button", { name: "What changed" }).click();
    const differences = page.locator("back-up-differences");
    await differences.getByText(nasty).first().waitFor(patience);
    expect(await differences.getByText("hunter22").count()).toBe(0);
    const found: string[] = [];
    for (const width of [1440, 360]) {
      found.push(...(await cutOff(page, "router-differences", width)));
      found.push(...(await examine(page, `router-differences-${width}`, width === 360 ? "dark" : "light")));
      await picture(page, `wd-router-differences-${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await row.getByRole("button", { name: "Restore" }).click();
    await page.getByText("This can't be undone.").waitFor();
    const form = page.locator("action-form").filter({ hasText: "Type the site's name" });
    await form.getByRole("textbox").fill("Another");
    await picture(page, "wd-router-restore");
    await form.getByRole("button", { name: "Restore" }).click();
    await form.getByRole("alert").getByText("This is not the site's name.").waitFor(patience);
    await form.getByRole("textbox").fill("Harbour");
    await form.getByRole("button", { name: "Restore" }).click();
    await page.getByText("what the router has now is backed up first", { exact: false }).first().waitFor(patience);
    expect(found).toEqual([]);
    expect(errors.filter((error) => !/422/.test(error))).toEqual([]);
    await page.close();
  }, 120_000);

  test("[RTR-12] a script (.rsc) is shown as differences in words and then ordered; what is not applied says why, and no secret is seen", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("back-ups") });
    const card = page.locator("router-script");
    const choose = async (text: string) => {
      await card.getByRole("button", { name: "Compare a script" }).click();
      const file = { name: "router.rsc", mimeType: "text/plain", buffer: Buffer.from(text) };
      await card.locator("input[type=file]").setInputFiles(file);
      await card.getByRole("button", { name: "Compare", exact: true }).click();
    };
    await choose("no script at all");
    await card.getByRole("alert").getByText("no export of a router", { exact: false }).waitFor(patience);
    await card.getByRole("button", { name: "Cancel" }).click();
    await choose(`# 2026-11-26 by RouterOS 7.22.1
/user add name=evil password=hunter22
/ip hotspot user profile
add name="${nasty}" rate-limit=1M/2M on-login=":log info hunter22"
/ip hotspot walled-garden
add dst-host=bank.example.com comment="password: hunter22"
add action=deny dst-host=*.safaricom.co.ke
/ip hotspot ip-binding add comment=printer mac-address=02:00:00:00:00:02 type=bypassed
`);
    await card.getByText("2 changes to make; 1 as in the script.", { exact: false }).waitFor(patience);
    await card.getByText(nasty).waitFor();
    await card.getByText("Not imported: on-login").waitFor();
    await card.getByText("Open before log-in, by name").waitFor();
    await card.getByText("Not applied (1)").click();
    await card.getByText("this router has its own version, and keeps it", { exact: false }).waitFor();
    await card.getByText("Menus that are not imported (1)").click();
    await card.getByText("/user", { exact: true }).waitFor();
    expect(await card.getByText("hunter22").count()).toBe(0);
    const found: string[] = [];
    for (const width of [1440, 360]) {
      found.push(...(await cutOff(page, "router-script", width)));
      found.push(...(await examine(page, `router-script-${width}`, width === 360 ? "dark" : "light")));
      await picture(page, `wd-router-script-${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await card.getByRole("button", { name: "Order these changes" }).click();
    await page.locator("ask-dialog").getByText("the router undoes them by itself", { exact: false }).waitFor();
    await page.locator("ask-dialog").getByRole("button", { name: "Do it" }).click();
    await expect
      .poll(() => site.acts.at(-1)?.action, patience)
      .toMatchObject({
        kind: "import-settings",
        settings: [
          { kind: "add-user-profile", name: nasty, rateLimit: "1M/2M" },
          { kind: "add-walled-garden-host", host: "bank.example.com", action: "allow" },
        ],
      });
    await page.locator("order-strip").getByText("Settings of a script", { exact: false }).first().waitFor(patience);
    await choose("/ip hotspot ip-binding add mac-address=02:00:00:00:00:02 type=bypassed\n");
    await card.getByText("already has everything in the script", { exact: false }).waitFor(patience);
    await chooseLanguage(page, "sw");
    await goTo(page, address("back-ups"));
    await card.getByRole("button", { name: "Linganisha hati" }).waitFor(patience);
    expect(found).toEqual([]);
    expect(errors.filter((error) => !/422/.test(error))).toEqual([]);
    await page.close();
  }, 120_000);

  test("[RTR-21] all routers get hours for their back-ups, one a schedule of its own, and several are backed up at once", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: address("back-ups") });
    const schedule = page.locator("back-up-schedule");
    await schedule.getByRole("button", { name: "Change" }).click();
    await schedule.getByLabel("How often").selectOption("week");
    await schedule.getByLabel("Not before").fill("01:00");
    await schedule.getByLabel("Not after").fill("04:30");
    await schedule.getByRole("button", { name: "Save" }).click();
    await schedule.getByText("Only from 01:00 to 04:30.").waitFor(patience);
    await schedule.getByText("This router: same as all.").waitFor(patience);
    await schedule.getByRole("button", { name: "For this router only" }).click();
    await schedule.getByLabel("How often").selectOption("day");
    const found: string[] = [];
    for (const width of [1440, 360]) {
      found.push(...(await cutOff(page, "router-schedule", width)));
      found.push(...(await examine(page, `router-schedule-${width}`, width === 360 ? "dark" : "light")));
      await picture(page, `wd-router-schedule-${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await schedule.getByRole("button", { name: "Save" }).click();
    await schedule.getByText("This router: Once a day.").waitFor(patience);
    await schedule.getByText(/Next: /).waitFor(patience);
    const rows = page.locator("router-back-ups data-table tbody tr");
    await page.locator("router-back-ups .filters select").first().selectOption("failed");
    await expect.poll(() => rows.filter({ hasNotText: "Failed" }).count(), patience).toBe(0);
    expect(await rows.count()).toBeGreaterThan(0);
    await goTo(page, "#/routers");
    await page.getByRole("checkbox", { name: /Harbour/ }).check();
    await page.getByRole("button", { name: "Back up now" }).click();
    await page.getByText("1 back-up ordered.", { exact: false }).waitFor(patience);
    await picture(page, "wd-routers-backed-up-1440");
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  }, 120_000);

  test("[RTR-07] the order that nobody chose is called what it is: the router's own, and of a log the newest first", async () => {
    const { page } = await console.open({ email: provider.ownerEmail }, { hash: address("interfaces") });
    const isUnsorted = async (language: "en" | "sw", tab: string, text: string) => {
      await chooseLanguage(page, language);
      await goTo(page, address(tab));
      await page.locator('label.order option[value=""]', { hasText: text }).first().waitFor({ state: "attached" });
    };
    await isUnsorted("en", "interfaces", "As the router lists them");
    await isUnsorted("en", "logs", "Newest first");
    await isUnsorted("sw", "interfaces", "Kama ilivyo kwenye ruta");
    await page.close();
  });

  test("[RTR-05] while the site is away the last known is shown, with its age", async () => {
    const { page } = await console.open({ email: provider.ownerEmail }, { hash: address("users") });
    await page.getByText("till-user").first().waitFor(patience);
    await site.cut();
    await page.getByRole("button", { name: "Read again" }).first().click();
    await page.getByText("The site is not connected.").first().waitFor(patience);
    await page.getByText("till-user").first().waitFor();
    await picture(page, "wd-router-away");
    await site.join();
    await page.close();
  }, 60_000);

  test("[RTR-20] a change of several routers is chosen from the list, begins with one, and shows how far it is", async () => {
    const { page, errors } = await console.open({ email: provider.ownerEmail }, { hash: "#/routers" });
    await page.getByRole("checkbox", { name: /Harbour/ }).check();
    await page.getByRole("button", { name: "Change all of them" }).click();
    await page.getByLabel("What to do").selectOption({ index: 1 });
    await picture(page, "wd-bulk-form");
    await page.locator("routers-page").getByRole("button", { name: "Begin" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Begin" }).click();
    await page.locator("router-bulks").getByText("Ended").waitFor(patience);
    await page.getByRole("button", { name: "Show the sites" }).click();
    await page.locator("router-bulk-sites").getByText("Harbour").waitFor(patience);
    await picture(page, "wd-bulks");
    expect(site.acts.at(-1)?.action).toMatchObject({ kind: "switch-service", service: "hotspot", enabled: true });
    expect(errors).toEqual([]);
    await page.close();
  }, 60_000);

  /** A day of figures, as the site's journal tells them. */
  /** Two that were kept, and one that failed with words of the router. */
  async function giveBackUps() {
    const { envelope, world } = console.hub;
    const parts = { world, envelope, emit: createEmit(world) };
    const file = (more: string) => Buffer.from(`# export\n/ip pool add name=guests ranges=10.0.0.2-10.0.0.9\n${more}`);
    const line = `/ip firewall filter add chain=input comment="${nasty} pass: hunter22"\n`;
    await console.hub.database().asProvider(provider.providerId, async (tx) => {
      const place = { providerId: provider.providerId, siteId: site.siteId };
      const by = { userId: "u", name: nasty };
      for (const [differences, more] of [
        [null, ""],
        [1, line],
      ] as const) {
        const backUpId = await orderBackUp(parts, tx, place, { cause: "person", by });
        const binary = Buffer.alloc(60_000, 7);
        const files = new Map([
          ["binary", binary],
          ["export", file(more)],
        ] as const);
        const told = [...files].map(([part, content]) => ({
          part,
          bytes: content.length,
          sha256: "a",
          sum: "b",
          ...(part === "binary" ? { mark: "c".repeat(128) } : {}),
        }));
        const router = { board: "RB5009UG+S+", version: "7.22 (stable)", serial: nasty };
        const causes = [{ time: "10:00", by: nasty, at: "router", via: "winbox", what: "rule added" } as const];
        await keepBackUp(
          parts,
          tx,
          { ...place, backUpId, tries: 0 },
          { kind: "done", files, told, router },
          { password: "p", differences, causes },
        );
      }
      const backUpId = await orderBackUp(parts, tx, place, { cause: "schedule", by: null });
      await failBackUp(parts, tx, { ...place, backUpId, tries: 0 }, `not enough permissions ${nasty}`);
    });
  }

  async function giveHistory() {
    const nowMs = console.hub.world.clock.wall().atMs;
    for (let hour = 1; hour <= 23; hour++) {
      const fromMs = nowMs - hour * 3_600_000;
      const packed = packFigures(
        Array.from({ length: 12 }, (_, at) => ({
          atMs: unixMs(fromMs + at * 300_000),
          cpuPercent: 10 + ((hour * 7 + at) % 40),
          freeMemoryMib: 500 - hour,
          totalMemoryMib: 1024,
          freeDiskMib: 90,
          uptimeSeconds: seconds(1000),
          sessions: (hour * 3) % 20,
          temperatureTenths: 410 + hour,
          voltageTenths: null,
          interfaces: [
            {
              name: "ether1",
              isRunning: true,
              receivedKib: 1000 * hour,
              sentKib: 90 * hour,
              receiveErrors: 0,
              sendErrors: 0,
            },
          ],
        })),
      );
      await site.link.journal.append({ kind: "router-figures", packed, atMs: unixMs(fromMs) } as never);
    }
    const history = `/api/v1/routers/${site.siteId}/figures/history`;
    await vi.waitFor(
      async () =>
        expect((await console.hub.call("GET", history, { token: provider.token })).body.points.length).toBeGreaterThan(
          200,
        ),
      patience,
    );
  }
});

const samples = {
  system: [
    {
      identity: `kilifi-${nasty}`,
      version: "7.22.1 (stable)",
      "board-name": "hAP ax³",
      "architecture-name": "arm64",
      "cpu-load": "17",
      "cpu-count": "4",
      "free-memory": "734003200",
      "total-memory": "1073741824",
      "free-hdd-space": "94371840",
      "total-hdd-space": "134217728",
      uptime: "2w3d4h5m6s",
      "bad-blocks": "0",
      "write-sect-total": "123456",
    },
  ],
  health: [{ name: "cpu-temperature", value: "41", type: "C" }],
  interfaces: [
    {
      ".id": "*1",
      name: "ether1",
      type: "ether",
      running: "true",
      "rx-byte": "5123456789",
      "tx-byte": "912345678",
      "rx-error": "3",
      "tx-error": "0",
      "rx-drop": "1",
      "tx-drop": "0",
      "link-downs": "2",
      "actual-mtu": "1500",
      comment: "WAN",
      "rx-bits-per-second": "12345678",
      "tx-bits-per-second": "1234567",
    },
    { ".id": "*2", name: "ether2", type: "ether", running: "false", "rx-byte": "0", "tx-byte": "0", "link-downs": "0" },
    { ".id": "*3", name: nasty, type: "bridge", running: "true", disabled: "true", "rx-byte": "1", "tx-byte": "2" },
  ],
  "hotspot-servers": [{ ".id": "*1", name: "hs", interface: "bridge", profile: "default", disabled: "false" }],
  "pppoe-servers": [{ ".id": "*2", "service-name": "isp", interface: "ether3", disabled: "true" }],
  "hotspot-users": [
    {
      ".id": "*1",
      name: "till-user",
      profile: "default",
      "limit-uptime": "1h",
      uptime: "10m",
      "bytes-in": "1000",
      "bytes-out": "900000",
      comment: nasty,
    },
    { ".id": "*2", name: "old", profile: "default", disabled: "true" },
  ],
  "hotspot-user-profiles": [{ ".id": "*1", name: "default", "shared-users": "1", "rate-limit": "1M/4M" }],
  "hotspot-hosts": [
    {
      ".id": "*1",
      "mac-address": "02:00:00:00:00:01",
      address: "10.5.50.7",
      authorized: "true",
      uptime: "1h2m",
      "bytes-in": "1000",
      "bytes-out": "2000000",
    },
    { ".id": "*2", "mac-address": "02:00:00:00:00:02", address: "10.5.50.8", bypassed: "true", comment: "printer" },
  ],
  "hotspot-active": [
    {
      ".id": "*1",
      user: nasty,
      address: "10.5.50.7",
      "mac-address": "02:00:00:00:00:01",
      radius: "true",
      uptime: "1h",
      "bytes-out": "200",
    },
  ],
  "hotspot-cookies": [{ ".id": "*1", user: "till-user", "mac-address": "02:00:00:00:00:01", "expires-in": "2d" }],
  "ip-bindings": [{ ".id": "*1", "mac-address": "02:00:00:00:00:02", type: "bypassed", comment: "printer" }],
  "walled-garden": [{ ".id": "*1", "dst-host": "*.safaricom.co.ke", action: "allow", hits: "12", comment: "pay" }],
  "walled-garden-ip": [{ ".id": "*1", "dst-address": "192.0.2.7", action: "accept" }],
  "dhcp-leases": [
    {
      ".id": "*1",
      address: "10.5.50.7",
      "mac-address": "02:00:00:00:00:01",
      "host-name": nasty,
      status: "bound",
      dynamic: "true",
      "expires-after": "9m",
    },
    {
      ".id": "*2",
      address: "10.5.50.9",
      "mac-address": "02:00:00:00:00:03",
      "host-name": "till",
      status: "waiting",
      "block-access": "true",
    },
  ],
  "ppp-active": [],
  "access-points": [
    {
      ".id": "*1",
      identity: "terrace",
      address: "10.5.50.2",
      "board-name": "cAP ax",
      state: "Run",
      ssid: "Kilifi",
      clients: "7",
      version: "7.22",
    },
  ],
  "wifi-clients": [
    {
      ".id": "*1",
      "mac-address": "02:00:00:00:00:01",
      ssid: "Kilifi",
      signal: "-61",
      uptime: "5m",
      bytes: "123456,7890",
      interface: "wifi1",
    },
  ],
  logs: [
    {
      ".id": "*2",
      time: "2026-11-22 10:00:00",
      topics: "system,error,critical",
      message: `login failure for user ${nasty}`,
    },
    { ".id": "*1", time: "2026-11-22 09:59:00", topics: "system,info", message: "router rebooted" },
  ],
  "api-calls": [
    {
      time: "2026-11-22T10:00:00.000Z",
      words: "/system/resource/print",
      outcome: "ok",
      ms: "12",
      lane: "general",
      actor: "Owner",
    },
    { time: "2026-11-22T09:59:59.000Z", words: "/interface/print", outcome: "waiting", place: "3", lane: "general" },
  ],
};
