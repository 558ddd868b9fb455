/** A person opens a tunnel of his own in the browser, whose private key the hub never sees, and ends it. */
import { createPrivateKey, createPublicKey, randomBytes } from "node:crypto";
import { askerOf } from "@karibu/cloud/test-asking";
import type { TestProvider } from "@karibu/cloud/test-hub";
import { beforeAll, describe, expect, test } from "vitest";
import { chooseLanguage, chromiumPath, picture, useConsole } from "../../console/test-console.ts";

describe.skipIf(chromiumPath === null)("WinBox from anywhere, in a browser", () => {
  const console = useConsole();
  let owner: TestProvider;
  const call = askerOf(console.hub, () => owner.token);
  beforeAll(async () => {
    owner = await console.hub.makeProvider("Winboxers");
    for (const name of ["Harbour", "<b>Market</b>", "Without a tunnel"]) {
      const { siteId } = (await call("POST", "/sites", { name })).body.site;
      if (name !== "Without a tunnel")
        await call("PUT", `/sites/${siteId}/tunnel`, { publicKey: randomBytes(32).toString("base64") });
    }
  });

  test("[RTR-28] the file works with WireGuard: the key is the tunnel's own, and only the chosen routers go through it", async () => {
    const { page, errors } = await console.open({ email: owner.ownerEmail }, { hash: "#/winbox" });
    await page.getByRole("button", { name: "Open a tunnel" }).first().click();
    await page.getByLabel("Name").fill("Office laptop");
    await page.getByLabel("Without a tunnel").check();
    const open = page.locator("tunnel-form").getByRole("button", { name: "Open a tunnel" });
    await open.click();
    await page.getByText("This site has no router in the tunnel yet.").waitFor();
    await page.getByLabel("Without a tunnel").uncheck();
    await page.getByLabel("Harbour").check();
    await page.getByLabel("<b>Market</b>").check();
    await picture(page, "winbox-form");
    await open.click();
    const file = (await page.locator("pre.secret").textContent()) ?? "";
    await picture(page, "winbox-file");
    const [tunnel] = (await call("GET", "/operator-tunnels")).body.items;
    const routers = tunnel.sites.map(({ address }: { address: string }) => `${address}/32`).join(", ");
    expect(file).toContain(`Address = ${tunnel.address}/32`);
    expect(file).toContain(`AllowedIPs = ${routers}`);
    expect(file).toContain(`PublicKey = ${tunnel.hubPublicKey}`);
    const privateKey = /PrivateKey = (\S+)/.exec(file)?.[1] ?? "";
    expect(await publicKeyOfTunnel()).toBe(publicOf(privateKey));
    const stored = await console.hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("operator_tunnels").selectAll().execute());
    expect(JSON.stringify(stored)).not.toContain(privateKey);

    await page.getByRole("button", { name: "Close" }).click();
    await chooseLanguage(page, "sw");
    await page.getByRole("button", { name: "Ifunge" }).click();
    await page.locator("ask-dialog").getByRole("button", { name: "Ifunge" }).click();
    await page.locator(".badge", { hasText: "Imefungwa" }).waitFor();
    expect((await call("GET", "/operator-tunnels")).body.items).toMatchObject([{ state: "ended" }]);
    // Chromium logs the refusal above as an error.
    expect(errors.filter((error) => !error.includes("409 (Conflict)"))).toEqual([]);
  });

  async function publicKeyOfTunnel(): Promise<string | undefined> {
    const row = await console.hub
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("operator_tunnels").select("publicKey").executeTakeFirst());
    return row?.publicKey;
  }
});

/** By another library than the browser's. @see RFC 8410: PKCS #8 of an X25519 key is this head and the 32 bytes */
function publicOf(privateKey: string): string {
  const head = Buffer.from("302e020100300506032b656e04220420", "hex");
  const key = createPrivateKey({
    key: Buffer.concat([head, Buffer.from(privateKey, "base64")]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return spki.subarray(-32).toString("base64");
}
