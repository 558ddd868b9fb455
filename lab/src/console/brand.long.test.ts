/** A provider's brand in the console, beside the portal as customers see it. */
import { pngOf } from "@karibu/cloud/tenancy/pictures/test-png";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chromiumPath, complaintsOf, lookAt, patience, settled } from "./test-console.ts";

const stripes = (width: number, height: number, colour: readonly [number, number, number]) =>
  Buffer.from(pngOf(width, height, (x, y) => ((x + y) % 24 < 12 ? [...colour, 255] : [250, 240, 220, 255]))).toString(
    "base64",
  );

describe.skipIf(chromiumPath === null)("the brand, in a browser", () => {
  const console = useBusiness("Mwangaza");

  test("[TEN-12] a portal that is told its brand while it is still being read wears it, and nothing fails", async () => {
    const page = await console.browser().newPage();
    const errors = complaintsOf(page);
    // The console tells it again whenever something is typed: here as soon as the portal listens, when it has no body yet.
    await page.addInitScript(() => {
      const listen = window.addEventListener.bind(window);
      window.addEventListener = (...given: Parameters<typeof listen>) => {
        listen(...given);
        if (given[0] !== "message") return;
        const data = { css: ".told { color: rgb(1, 2, 3) }", below: '<p class="below told">Be kind.</p>', state: {} };
        window.dispatchEvent(new MessageEvent("message", { data, source: window }));
      };
    });
    await page.goto(`${console.url()}/portal-preview/`);
    await expect.poll(() => page.locator(".below.told").count(), patience).toBe(1);
    expect(errors.filter((error) => error.includes("insertAdjacentHTML"))).toEqual([]);
    await page.close();
  });

  test("[TEN-12] an owner types a brand and sees the very portal wear it; a colour that can't be read is refused with one that would do", async () => {
    const { business, hub } = console;
    const call = async (path: string, body: object) => {
      const answer = await hub.call("POST", `/api/v1${path}`, { token: business.token, body });
      expect(answer.status, answer.text).toBe(201);
    };
    await call("/pictures", { name: "Nembo", file: stripes(150, 50, [20, 60, 140]) });
    await call("/pictures", { name: "Pwani", file: stripes(600, 200, [200, 90, 40]) });
    const nowMs = hub.world.clock.wall().atMs;
    const times = { fromMs: nowMs - 1000, untilMs: nowMs + 86_400_000, pictureId: null, link: null };
    await call("/portal-notices", { ...times, kind: "announcement", texts: { en: "No internet tonight from 22:00" } });
    await call("/portal-notices", {
      ...times,
      kind: "advert",
      texts: { en: "Phones repaired" },
      link: "https://d.example/",
    });

    const { page, errors } = await console.open({ email: business.ownerEmail }, { hash: "#/brand", width: 1440 });
    const portal = page.frameLocator("portal-preview iframe");
    await portal.getByRole("button", { name: /Buy/ }).first().waitFor(patience);
    await portal.getByText("No internet tonight").waitFor(patience);
    await portal.getByRole("link", { name: "Phones repaired" }).waitFor(patience);
    const look = (selector: string, property: string) =>
      portal
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);

    // Chosen in the browser's own choice, it stands in the text, and how well it can be read is told at once.
    const chosen = page.locator("colour-choice[use=mainColour] input[type=color]");
    await chosen.fill("#e8c4d4");
    await page.getByText(/Hard to read: 1\.\d to 1, and 4\.5 is needed\. #[0-9a-f]{6} would do/).waitFor(patience);
    await chosen.fill("#7a1f4b");
    expect(await page.getByLabel(/^Main colour/).inputValue()).toBe("#7a1f4b");
    await page
      .locator("colour-choice[use=mainColour]")
      .getByText(/Reads well: [5-9]\.\d to 1/)
      .first()
      .waitFor(patience);
    await lookAt(page, "brand-colours");
    await page.getByLabel("Name for customers").fill("Pwani Wi-Fi");
    await page.getByLabel("Logo").selectOption({ label: "Nembo" });
    await page.getByLabel("Picture at the top").selectOption({ label: "Pwani" });
    await page.getByText("More options").click();
    await page.getByLabel("Greeting (English)").fill("Welcome!");
    await page.getByLabel("Terms (English)").fill("Be kind.");
    await expect.poll(() => look(".hero", "background-color"), patience).toBe("rgb(122, 31, 75)");
    await portal.getByText("Pwani Wi-Fi").waitFor(patience);
    await portal.getByRole("heading", { name: "Welcome!" }).waitFor(patience);
    await portal.getByRole("link", { name: "Terms" }).waitFor(patience);
    await expect.poll(() => look(".mark", "background-image"), patience).toContain("data:image/png;base64");

    // Nothing of this hub is in its reach: no cookie, no storage, no question.
    const inside = page.frames().find((one) => one.url().includes("/portal-preview/"));
    expect(await inside?.evaluate(() => self.origin)).toBe("null");

    await page.getByLabel(/^Second colour/).fill("#102040");
    await page.getByRole("button", { name: "Save" }).first().click();
    const refusal = page.getByRole("alert");
    await refusal.getByText(/can't be read well by night\. #[0-9a-f]{6} would do/).waitFor(patience);
    const [wouldDo = ""] = /#[0-9a-f]{6}/.exec(await refusal.innerText()) ?? [];
    await page.getByLabel(/^Second colour/).fill(wouldDo);
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect
      .poll(() => console.ask("/brand"), patience)
      .toMatchObject({
        name: "Pwani Wi-Fi",
        mainColour: "#7a1f4b",
        accentColour: wouldDo,
        words: { en: { greeting: "Welcome!" } },
      });
    await settled(page);
    await lookAt(page, "brand");
    await page.emulateMedia({ colorScheme: "dark" });
    await lookAt(page, "brand-dark");
    expect(errors.filter((error) => !/status of 400 .*\/api\/v1\/brand$/.test(error))).toEqual([]);
  }, 120_000);
});
