/** A provider's brand reaches its sites: set at the hub, shown by the portal within seconds, and kept through a restart without internet. */
import type { StaticFiles } from "@karibu/agent/ground/http";
import type { Agent } from "@karibu/agent/start/agent";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { pngOf } from "@karibu/cloud/tenancy/pictures/test-png";
import { sureAskerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, test, vi } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { createAgentOfTest, openLine } from "./test-agent-beside.ts";

const html = Buffer.from("<style></style><karibu-portal></karibu-portal>");
const portalFiles: StaticFiles = new Map([
  ["/", { contentType: "text/html", body: html, gzip: null, immutable: false, styleHashes: [] }],
]);
const plain = {
  name: null,
  mailName: null,
  mainColour: null,
  accentColour: null,
  topPictureId: null,
  words: {},
  terms: {},
};
const patience = { timeout: 20_000, interval: 20 };

engineSuite("the brand", { timeout: 120_000 }, (engine) => {
  const lab = useHub(engine);

  test("[TEN-12] colours, a picture over several pieces and the name are at the site within seconds, and still there after a restart without internet", async () => {
    const { token } = await lab.makeProvider("Jirani Networks");
    const call = sureAskerOf(lab, () => token);
    const { enrolmentToken } = await call("POST", "/sites", { name: "Harbour" });
    const folder = createFaultyFolder(lab.world);
    const line = openLine(lab);
    const start = async () => {
      const agent = createAgentOfTest(lab, { folder, enrolToken: enrolmentToken, line, portalFiles });
      await agent.start();
      return agent;
    };
    const ask = async (agent: Agent, url: string) => {
      const { status, body } = await agent.portal.handle({
        method: "GET",
        url,
        headers: {},
        body: "",
        address: "10.5.50.20",
      });
      return { status, body: Buffer.from(body as string) };
    };
    const agent = await start();
    // Noise, so that it takes more than one piece.
    const noise = Buffer.from(pngOf(90, 90, () => [...lab.world.random.bytes(3), 255] as never));
    const picture = await call("POST", "/pictures", { name: "Logo", file: noise.toString("base64") });
    expect(picture.bytes).toBeGreaterThan(15 * 1024);
    await call("PUT", "/brand", {
      ...plain,
      name: "Jirani Wi-Fi",
      mainColour: "#123456",
      logoPictureId: picture.pictureId,
    });
    const atMs = Date.now();
    const url = await vi.waitFor(async () => {
      const page = (await ask(agent, "/")).body.toString();
      expect(page).toContain("--act:#123456");
      return /\/brand\/[0-9a-f]{64}\.(?:png|jpg)/.exec(page)?.[0] ?? expect.fail("no picture yet");
    }, patience);
    expect(Date.now() - atMs).toBeLessThan(5000);
    expect((await ask(agent, url)).body.length).toBe(picture.bytes);
    expect(JSON.parse((await ask(agent, "/api/state")).body.toString()).site.providerName).toBe("Jirani Wi-Fi");

    await agent.stop();
    line.cut(true);
    const again = await start();
    await vi.waitFor(async () => expect((await ask(again, "/")).body.toString()).toContain(url), patience);
    expect((await ask(again, url)).body.length).toBe(picture.bytes);

    // What the brand does not show any more is not kept.
    line.cut(false);
    await call("PUT", "/brand", { ...plain, logoPictureId: null });
    await vi.waitFor(async () => expect(await folder.list("pictures/")).toEqual([]), patience);
    expect((await ask(again, url)).status).toBe(404);
    expect((await ask(again, "/")).body.equals(html)).toBe(true);
  });
});
