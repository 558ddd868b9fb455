/** After another language is chosen, no word of the first one stays on the screen, whatever was drawn before. */
import { mayRole } from "@karibu/cloud/ground/http/permissions";
import { pages } from "@karibu/console/pages";
import { en } from "@karibu/console/strings/en";
import { sw } from "@karibu/console/strings/sw";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { useBusiness } from "./test-business.ts";
import { chooseLanguage, chromiumPath, goTo, settled } from "./test-console.ts";

const swahili = new Set(Object.values(sw).map((text) => text.toLowerCase()));
/** Whole sentences and labels of the English console that its Swahili one does not have. */
const english = Object.values(en).filter((text) => !text.includes("{") && !swahili.has(text.toLowerCase()));

/** Names that the hub gives, which look like words of ours: a user, a channel, an event of the log, a language as it names itself. */
const given = ["Owner", "Cash", "request", "English"];

const mayOwner = (permission: string) => mayRole("owner", permission as Parameters<typeof mayRole>[1]);

describe.skipIf(chromiumPath === null)("the language of the console, in a browser", () => {
  const console = useBusiness("Lugha");

  test("[UIX-10] every page speaks the other language as soon as it is chosen: no English text stays", async () => {
    const { page } = await console.open({ email: console.business.ownerEmail });
    const { business } = console;
    const addresses = [
      // The API's description names paths and fields, which are English in every language.
      ...pages
        .filter(({ path }) => path !== "api")
        .filter(({ permission }) => permission === null || mayOwner(permission))
        .map(({ path }) => path),
      `payments/${business.paymentId}`,
      `sites/${business.siteId}`,
      `customers/${business.customerId}`,
      `vouchers/${business.batchId}`,
      `channels/${business.channelId}`,
      "ledger/revenue%40KES",
    ];
    const left: string[] = [];
    for (const address of addresses) {
      await chooseLanguage(page, "en");
      await goTo(page, `#/${address}`);
      await page.locator("main h1").first().waitFor();
      await settled(page);
      await chooseLanguage(page, "sw");
      left.push(...(await textsOf(page)).filter(isEnglish).map((text) => `${address}: ${text}`));
    }
    expect(left).toEqual([]);
  }, 300_000);
});

const isEnglish = (text: string): boolean =>
  !given.includes(text) && english.some((word) => word.toLowerCase() === text.toLowerCase());

/** Every text that a reader sees, and what is said aloud or stands in an empty field, through every shadow root. */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const found: string[] = [];
    const collect = (root: Node): void => {
      for (const node of root.childNodes) {
        if (node instanceof Text) found.push(node.data.trim());
        if (!(node instanceof Element) || node.localName === "style") continue;
        for (const name of ["aria-label", "placeholder", "title"]) found.push(node.getAttribute(name)?.trim() ?? "");
        if (node.shadowRoot !== null) collect(node.shadowRoot);
        collect(node);
      }
    };
    collect(document.body);
    return [...new Set(found)].filter((text) => text !== "");
  });
}
