// The provider's own RADIUS server in a browser: an owner enters it, asks it, and a person of the staff logs in by it.

import { createExchangeDatagrams } from "@karibu/cloud/ground/datagrams/exchange-datagrams";
import { nodeDatagrams } from "@karibu/cloud/ground/datagrams/node-datagrams";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { openRadiusDouble, type RadiusDouble } from "@karibu/cloud/modules/radius-log-in/test-radius-double";
import { ownerPassword } from "@karibu/cloud/test-hub";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chooseLanguage, chromiumPath, lookInThemes, patience, picture } from "../../console/test-console.ts";

const secret = "between hub and RADIUS";
const nasty = "<b>x</b>";

describe.skipIf(chromiumPath === null)("log-in by RADIUS in a browser", () => {
  let double: RadiusDouble;
  const console = useBusiness("Taveta", {
    exchangeDatagrams: createExchangeDatagrams(realWorld(), (to, onMessage) =>
      nodeDatagrams({ address: "127.0.0.1", port: to.port }, onMessage),
    ),
    dns: { txt: async () => [], addresses: async () => ["41.90.0.7"] },
  });
  beforeAll(async () => {
    double = await openRadiusDouble(secret);
    double.be({
      people: {
        jane: {
          password: "janes-radius-word",
          says: [
            { name: "class", value: nasty },
            { name: "class", value: "helpers" },
          ],
        },
      },
    });
    const body = {
      email: "jane@taveta.test",
      name: "Jane",
      role: "support",
      password: ownerPassword,
      yourPassword: ownerPassword,
    };
    const made = await console.hub.call("POST", "/api/v1/users", { token: console.business.token, body });
    expect(made.status, made.text).toBe(201);
  });
  afterAll(() => double.close());

  test("[TEN-13] [TEN-10] an owner enters the server, the check says what came back, and a person logs in by it on the same form", async () => {
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: "#/people", width: 360 },
    );
    const card = page.locator("radius-card");
    await card.getByRole("button", { name: "Enter a RADIUS server" }).click();
    await card.getByRole("textbox", { name: "RADIUS server" }).fill("radius.taveta.test");
    await card.getByRole("spinbutton").fill(String(double.port));
    await card.getByLabel("Shared secret").fill(secret);
    await card.getByLabel("It knows people by").selectOption("before-at");
    await card.getByLabel("Support may log in by it").check();
    await card.getByText("More options").click();
    await card.getByLabel("It says the role by").selectOption("class");
    await card.getByLabel("What means Support, one a line").fill("helpers\nhelp-desk");
    await card.getByRole("button", { name: "Save" }).click();
    // It lets people in: an open log-in alone must not set it.
    const dialog = page.locator("password-dialog");
    await dialog.getByRole("textbox", { name: "Password" }).fill(ownerPassword);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await card.getByText("radius.taveta.test is asked for: Support.").waitFor(patience);
    await card.getByRole("button", { name: "Check: RADIUS" }).click();
    await card.getByText("whom nobody knows", { exact: false }).waitFor(patience);
    await card.getByLabel("Name at the server").fill("jane");
    await card.getByLabel("Password", { exact: true }).fill("janes-radius-word");
    await card.getByRole("button", { name: "Check: RADIUS" }).click();
    await card.getByText(`It says: ${nasty}, helpers.`, { exact: false }).waitFor(patience);
    await card.getByText("That means: Support.", { exact: false }).waitFor(patience);
    await lookInThemes(page, "radius-log-in");
    await card.getByRole("button", { name: "Change" }).click();
    await card.getByLabel("Shared secret").waitFor(patience);
    await chooseLanguage(page, "sw");
    await card.getByText("inaulizwa kwa", { exact: false }).waitFor(patience);
    await page.setViewportSize({ width: 360, height: 860 });
    await page.waitForFunction((most) => document.documentElement.scrollWidth <= most, 360);
    await picture(page, "radius-log-in-sw-360");
    expect(
      errors.filter((line) => !/403 .*\/radius-log-in$/.test(line)),
      "but that the hub asked for it",
    ).toEqual([]);

    // Resolves once she is in.
    await console.open({ email: "jane@taveta.test", password: "janes-radius-word" }, {});
    expect(double.heard.at(-1)).toMatchObject({ user: "jane", password: "janes-radius-word" });
  });
});
