/** Own domains among the settings, on a phone: one is entered, and proved. */
import { describe, expect, test } from "vitest";
import { useBusiness } from "../../console/test-business.ts";
import { chooseLanguage, chromiumPath, lookInThemes, patience } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("own domains in a browser", () => {
  const records = new Map<string, string[]>();
  const console = useBusiness("Voi", {
    dns: { txt: async (name: string) => records.get(name) ?? [], addresses: async () => ["192.0.2.1"] },
  });

  test("[TEN-12] an owner enters a domain, and is told what its record lacks until it proves the name", async () => {
    const { page, errors } = await console.open(
      { email: console.business.ownerEmail },
      { hash: "#/settings?subject=domains", width: 360 },
    );
    const domains = page.locator("domains-card");
    await domains.getByLabel("Domain").fill("wifi.voi.test");
    await domains.getByRole("button", { name: "Add domain" }).click();
    await domains.getByText("_karibu.wifi.voi.test").waitFor(patience);
    await domains.getByRole("button", { name: "Check" }).click();
    await domains.getByText("There is no TXT record of this name yet", { exact: false }).waitFor(patience);
    const { items } = await console.ask("/domains");
    records.set(items[0].record.name, [items[0].record.value]);
    await domains.getByRole("button", { name: "Check" }).click();
    await domains.getByText("The TXT record is there", { exact: false }).waitFor(patience);
    await domains.getByText("Works").waitFor(patience);
    await lookInThemes(page, "own-domains");
    await chooseLanguage(page, "sw");
    await domains.getByText("Rekodi ya TXT: jina").waitFor(patience);
    expect(errors).toEqual([]);
  });
});
