/** What runs beside the hotspot, chosen on a phone: switched on, refused where it does not fit, in the script, switched off; and new secrets. */
import { rmSync } from "node:fs";
import { boardFacts, choicesFor, imagesForTests, playRouter } from "@karibu/cloud/fleet/set-up/test-set-up-router";
import { askerOf } from "@karibu/cloud/test-asking";
import { afterAll, describe, expect, test } from "vitest";
import { chromiumPath, patience, useConsole } from "./test-console.ts";
import { lookOnPhone } from "./test-page-looks.ts";

const images = imagesForTests();

describe.skipIf(chromiumPath === null)("a router's services, on a phone", () => {
  const console = useConsole({ images: images.shelf });
  afterAll(() => rmSync(images.folder, { recursive: true, force: true }));

  test("[RTR-18] [RTR-19] [RTR-23] [RTR-32] PPPoE and the fair line are chosen from the router's own ports, a wrong network is named, SNMP's passwords are shown once, and secrets change on demand", async () => {
    const owner = await console.hub.makeProvider("Mtaa");
    const call = askerOf(console.hub, () => owner.token);
    const { siteId } = (await call("POST", "/sites", { name: "Mtaa" })).body.site as { siteId: string };
    const { line } = (await call("POST", `/sites/${siteId}/set-up`, {})).body;
    const hostile = '"><img src=x onerror=alert(1)>';
    const interfaces = [
      ...boardFacts.interfaces,
      { name: hostile, type: "ether", running: false, bridge: "", isInstallers: false },
    ];
    await playRouter(console.hub, line, { ...boardFacts, interfaces }).tell();
    expect((await call("POST", `/sites/${siteId}/set-up/choices`, choicesFor)).status).toBe(200);

    const { page, errors } = await console.open(
      { email: owner.ownerEmail },
      { hash: `#/router-services/${siteId}`, width: 360 },
    );
    const problems: string[] = [];
    const widths = [
      [390, "light"],
      [1440, "light"],
    ] as const;
    const look = async (name: string) => void problems.push(...(await lookOnPhone(page, name, widths)));
    const card = (name: string) => page.getByRole("region", { name });
    await card("PPPoE for homes and offices").getByText("off", { exact: true }).waitFor(patience);
    await look("router-services");

    const pppoe = card("PPPoE for homes and offices");
    await pppoe.getByRole("button", { name: "Switch on" }).click();
    await pppoe.getByLabel(`Customers dial in at ${hostile}`).check();
    await pppoe.getByLabel("Addresses for customers", { exact: false }).fill("192.168.88.0/24");
    await look("router-services-form");
    await pppoe.getByRole("button", { name: "Save" }).click();
    await pppoe.getByRole("alert").waitFor(patience);
    await pppoe.getByLabel("Addresses for customers", { exact: false }).fill("10.64.0.0/20");
    await pppoe.getByRole("button", { name: "Save" }).click();
    await pppoe.getByText("on", { exact: true }).waitFor(patience);
    expect((await call("GET", `/sites/${siteId}/router-services`)).body.chosen.pppoe).toMatchObject({
      interfaces: [hostile],
      network: "10.64.0.0/20",
    });

    const fair = card("Fair line to the internet");
    await fair.getByRole("button", { name: "Switch on" }).click();
    await fair.getByLabel("Down", { exact: false }).first().fill("19");
    await fair.getByLabel("Up", { exact: false }).last().fill("9");
    await fair.getByRole("button", { name: "Save" }).click();
    await fair.getByText("19 Mbps").waitFor(patience);

    const snmp = card("SNMP for a monitor");
    await snmp.getByRole("button", { name: "Switch on" }).click();
    await snmp.getByLabel("Addresses that may ask", { exact: false }).fill("192.0.2.7");
    await snmp.getByRole("button", { name: "Save" }).click();
    await snmp.getByRole("button", { name: "Show the passwords" }).click();
    await page.locator("pre.secret").filter({ hasText: "SHA1" }).waitFor(patience);
    await look("router-services-on");

    await snmp.getByRole("button", { name: "Switch off" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Switch off" }).click();
    await snmp.getByText("off", { exact: true }).waitFor(patience);
    expect(await page.locator("pre.secret").count()).toBe(0);

    // A further router for guests alone: its script is downloaded, and from then on a new secret waits for it.
    const further = page.locator("further-routers-card");
    await further.getByRole("button", { name: "Add a router" }).click();
    await further.getByLabel("Name", { exact: false }).first().fill(`Roof ${hostile}`);
    await further.getByLabel("Its address", { exact: false }).fill("192.168.88.2");
    await further.getByLabel("Address of the router with the agent", { exact: false }).fill("192.168.88.1");
    await further.getByLabel("RouterOS", { exact: false }).first().fill("7.22.1");
    await further.getByLabel("Ports of guests").fill("ether3, ether4");
    await look("further-router-form");
    await further.getByRole("button", { name: "Add a router" }).last().click();
    await further.getByText("Guests 10.100.0.0/22 at ether3, ether4").waitFor(patience);
    const download = page.waitForEvent("download", patience);
    await further.getByRole("button", { name: "Download this script" }).click();
    await download;
    await further.getByText("A new secret waits", { exact: false }).waitFor(patience);
    await look("further-router");

    await page.getByRole("button", { name: "Change the secrets" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Change the secrets" }).click();
    await page.getByText("being changed", { exact: false }).first().waitFor(patience);
    expect((await call("GET", `/sites/${siteId}/secrets`)).body).toMatchObject({ state: "waiting", cause: "asked" });
    await look("router-services-secrets");
    expect(problems).toEqual([]);
    // The browser itself says so of the network that was refused.
    expect(errors.filter((text) => !text.includes("status of 422"))).toEqual([]);
  }, 120_000);

  test("[RTR-18] what a colleague chose meanwhile is not undone in silence: of two who change one service the later one hears of it, and a router is added to those that are there", async () => {
    const owner = await console.hub.makeProvider("Wawili");
    const call = askerOf(console.hub, () => owner.token);
    const { siteId } = (await call("POST", "/sites", { name: "Wawili" })).body.site as { siteId: string };
    const services = `/sites/${siteId}/router-services`;
    const chosen = async () => (await call("GET", services)).body.chosen;
    const snmpFrom = async (addresses: string[]) => {
      const put = await call("PUT", services, { ...(await chosen()), snmp: { addresses } });
      expect(put.status, put.text).toBe(200);
    };
    await snmpFrom(["192.0.2.7"]);
    const { page } = await console.open({ email: owner.ownerEmail }, { hash: `#/router-services/${siteId}` });
    const snmp = page.getByRole("region", { name: "SNMP for a monitor" });
    await snmp.getByRole("button", { name: "Edit" }).click();
    await snmp.getByLabel("Addresses that may ask", { exact: false }).fill("192.0.2.8");
    await snmpFrom(["192.0.2.9"]);
    await snmp.getByText("192.0.2.9").waitFor(patience);
    await snmp.getByRole("button", { name: "Save" }).click();
    await snmp.getByRole("alert").waitFor(patience);
    expect((await chosen()).snmp.addresses).toEqual(["192.0.2.9"]);
    await snmp.getByRole("button", { name: "Cancel" }).click();

    const path = `/sites/${siteId}/further-routers`;
    const routers = async () => (await call("GET", path)).body.routers;
    const further = page.locator("further-routers-card");
    await further.getByRole("button", { name: "Add a router" }).click();
    await further.getByLabel("Name", { exact: false }).first().fill("Roof");
    await further.getByLabel("Its address", { exact: false }).fill("192.168.88.2");
    await further.getByLabel("Address of the router with the agent", { exact: false }).fill("192.168.88.1");
    await further.getByLabel("RouterOS", { exact: false }).first().fill("7.22.1");
    await further.getByLabel("Ports of guests").fill("ether3");
    // The link is so bad that the page does not hear of it.
    let isAway = true;
    await page.route("**/further-routers", (route) =>
      isAway && route.request().method() === "GET" ? route.abort() : route.continue(),
    );
    const shed = {
      ...{ name: "Shed", ownAddress: "192.168.88.3", agentSide: "192.168.88.1", routerosVersion: "7.22.1" },
      hotspot: { ports: ["ether2"], network: "10.120.0.0/22" },
      pppoe: null,
    };
    const put = await call("PUT", path, { routers: [shed] });
    expect(put.status, put.text).toBe(200);
    const add = further.getByRole("button", { name: "Add a router" }).last();
    await add.click();
    await further.getByRole("alert").waitFor(patience);
    expect((await routers()).map(({ name }: { name: string }) => name)).toEqual(["Shed"]);
    isAway = false;
    await further.getByRole("button", { name: "Reload" }).click();
    await further.getByText("Shed").waitFor(patience);
    await add.click();
    await further.getByText("Roof", { exact: true }).waitFor(patience);
    expect((await routers()).map(({ name }: { name: string }) => name).sort()).toEqual(["Roof", "Shed"]);
  }, 120_000);
});
