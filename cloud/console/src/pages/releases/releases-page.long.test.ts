import { generateKeyPairSync } from "node:crypto";
import { admin } from "@karibu/cloud/test-hub";
import { chooseLanguage, chromiumPath, picture, useConsole } from "@karibu/lab/console/test-console";
import { encodeBundle } from "@karibu/protocol/bundle/bundle-format";
import { readPublicKeys, writePublicKey } from "@karibu/protocol/bundle/release-key";
import { describe, expect, test } from "vitest";

const { privateKey } = generateKeyPairSync("ed25519");

describe.skipIf(chromiumPath === null)("the page of releases in a browser", () => {
  const console = useConsole({ releaseKeys: readPublicKeys(writePublicKey(privateKey)) });

  test("[BEY-20] on a phone of 360 px a platform admin uploads a release, carries it in stages, pauses, and pins a site", async () => {
    const provider = await console.hub.makeProvider("Mwangaza");
    await console.hub.call("POST", "/api/v1/sites", { token: provider.token, body: { name: "Kisumu market" } });
    const { page } = await console.open(admin, { hash: "#/releases", width: 360 });
    const bundle = encodeBundle(
      new Map([["agent/agent.cjs", Buffer.of(1)]]),
      { version: "0.2.0", minimalImage: "0.1.0" },
      privateKey,
    );
    const file = { name: "next.karibu", mimeType: "application/octet-stream", buffer: Buffer.from(bundle) };
    await page.getByLabel("Bundle").setInputFiles(file);
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("Release 0.2.0 is uploaded").waitFor();
    const stable = page.getByRole("region", { name: "Stable" });
    await stable.getByLabel("Release").selectOption({ label: "0.2.0" });
    await stable.getByLabel("Share of sites").selectOption("10");
    await stable.getByRole("button", { name: "Save" }).click();
    await stable.getByText("In stages").waitFor();
    await stable.getByRole("button", { name: "Pause" }).click();
    await stable.getByText("Paused").waitFor();
    await page.getByLabel("Pinned to: Kisumu market").selectOption({ label: "0.2.0" });
    await page.getByText("Kisumu market is notified.").waitFor();
    await page.getByText("On its way").first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await picture(page, "releases-page");
    await chooseLanguage(page, "sw");
    await page.getByRole("heading", { name: "Matoleo", exact: true }).waitFor();
  });
});
