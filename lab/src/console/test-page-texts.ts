/** What a page says and how its tables lie: texts that stayed in the other language, tables that are wider than their place. */
import { en } from "@karibu/console/strings/en";
import { sw } from "@karibu/console/strings/sw";
import type { Page } from "playwright-core";
import { expect, vi } from "vitest";

const swahili = new Set(Object.values(sw).map((text) => text.toLowerCase()));
/** Whole sentences and labels of the English console that its Swahili one does not have. */
const english = new Set(
  Object.values(en)
    .filter((text) => !text.includes("{"))
    .map((text) => text.toLowerCase())
    .filter((text) => !swahili.has(text)),
);

/**
 * What the hub gives, which looks like words of ours: names of users, of a channel, of an answer that staff wrote, events of the log, outcomes of its
 * jobs, a language as it names itself.
 */
const given = ["Owner", "Platform admin", "Cash", "Restart", "request", "platform", "nothing to do", "sent", "English"];

/** Texts that the hub has in both languages, such as the guides, are asked for anew when the language turns. */
const turnedWithinMs = 5000;

/** On a page that was drawn in English and has just turned to Swahili: what did not turn. */
export async function englishLeft(page: Page): Promise<string[]> {
  let left: string[] = [];
  const look = async () => {
    left = (await textsOf(page)).filter((text) => !given.includes(text) && english.has(text.toLowerCase()));
    expect(left).toEqual([]);
  };
  await vi.waitFor(look, { timeout: turnedWithinMs, interval: 50 }).catch(() => {});
  return left;
}

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

/** Tables that are wider than their place. */
export function wideTables(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const each of root.querySelectorAll("*")) {
        if (each.shadowRoot === null) continue;
        const table = each.shadowRoot.querySelector("table");
        if (each.localName === "data-table" && table !== null && table.scrollWidth > each.clientWidth + 1)
          found.push(each.getAttribute("caption") ?? "a table");
        look(each.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}
