/** How pages are looked at: is anything cut off at a width, what does a screen reader stumble over, and states that a page has. */
import { createHash } from "node:crypto";
import { mayRole } from "@karibu/cloud/ground/http/permissions";
import { pages } from "@karibu/console/pages";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { fits, goTo, picture, settled } from "./test-console.ts";

export const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Addresses of the pages that this role may open. The gallery shows tables that load for ever: it has a test of its own. */
export function pathsOf(role: "owner" | "platform-admin"): readonly string[] {
  const may = (permission: string) => mayRole(role, permission as Parameters<typeof mayRole>[1]);
  return pages
    .filter(({ path, permission }) => path !== "gallery" && (permission === null || may(permission)))
    .map(({ path }) => path);
}

/**
 * Which of these a run looks at, for each page: another run draws others. All of them, for each page: `every-look.long.test.ts`.
 * @param seed of `seedsOfThisRun`: the same seed draws the same
 */
export function drawnFor<One>(page: string, of: readonly One[], seed: number): One {
  const drawn = createHash("sha256").update(`${seed} ${page}`).digest().readUInt32BE();
  return of[drawn % of.length] as One;
}

/** `payments-one` for one payment. */
export const nameOf = (address: string) => `${address.split("/")[0] || "home"}${address.includes("/") ? "-one" : ""}`;

/** What a page shows: all it has; that it waits for the hub; that the hub does not answer. */
export type PageState = "full" | "loading" | "error";

/**
 * Opens `address` in this state. The frame has read what it needs before. `loading` leaves questions to the hub without an
 * answer until `answer` is called: call it before the next page.
 */
export async function openIn(page: Page, address: string, state: PageState): Promise<{ answer(): Promise<void> }> {
  const asked = "**/api/v1/**";
  const held = Promise.withResolvers<void>();
  await page.route(asked, async (route) => {
    if (route.request().url().endsWith("/events")) return route.continue();
    if (state === "loading") await held.promise;
    // A page that was left has given its question up.
    return state === "full" ? route.continue() : route.abort().catch(() => {});
  });
  await goTo(page, `#/${address}`);
  await page.locator("main h1").first().waitFor();
  if (state !== "loading") await settled(page);
  return {
    async answer() {
      held.resolve();
      await page.unroute(asked);
    },
  };
}

/** What is wider than the screen. */
export async function cutOff(page: Page, name: string, width: number): Promise<string[]> {
  if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: 860 });
  await fits(page, width).catch(() => {
    // What stays too wide is told below, with the others.
  });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  return wide > width ? [`${name} at ${width}: ${wide} px wide`] : [];
}

/** Cards, lists and buttons that touch what stands below them, where a page forgot the distance between two of its parts. */
export async function touching(page: Page, name: string): Promise<string[]> {
  const found = await page.evaluate(() => {
    const all: Element[] = [];
    const walk = (root: Document | ShadowRoot) => {
      for (const element of root.querySelectorAll("*")) {
        all.push(element);
        if (element.shadowRoot !== null) walk(element.shadowRoot);
      }
    };
    walk(document);
    const parentOf = (element: Element): Element | null =>
      element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
    const isInside = (element: Element | null, other: Element): boolean =>
      element !== null && (element === other || isInside(parentOf(element), other));
    const isFramed = (element: Element) => {
      const style = getComputedStyle(element);
      if (style.visibility === "hidden" || ["fixed", "sticky", "absolute"].includes(style.position)) return false;
      if (element.matches(".badge") || element.closest("nav, [role=tablist], tr, svg, dialog:not([open])") !== null)
        return false;
      const sides = [style.borderTopWidth, style.borderBottomWidth].map(Number.parseFloat);
      // A quiet button has a border that nobody sees.
      if (style.borderBottomColor === "rgba(0, 0, 0, 0)") return false;
      return sides.every((width) => width > 0) && Number.parseFloat(style.borderTopLeftRadius) > 0;
    };
    const framed = all
      .filter(isFramed)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 20 && box.height > 14);
    const told = (element: Element) => {
      const host = (element.getRootNode() as ShadowRoot).host?.localName ?? "";
      return `${host} ${element.localName}.${element.className} "${(element.textContent ?? "").trim().slice(0, 30)}"`;
    };
    return framed.flatMap(({ element, box }) =>
      framed
        .filter((other) => {
          const gap = other.box.top - box.bottom;
          const shared = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          return (
            gap > -1 && gap < 3 && shared > 20 && !isInside(other.element, element) && !isInside(element, other.element)
          );
        })
        .map((other) => `${told(element)} touches ${told(other.element)}`),
    );
  });
  return found.map((one) => `${name}: ${one}`);
}

/**
 * What is wrong with a page on a phone: what is cut off, and what axe finds.
 * @param pictures where pictures are taken: also of these widths and themes
 */
export async function lookOnPhone(
  page: Page,
  name: string,
  pictures: readonly (readonly [widthPx: number, theme: Theme])[] = [],
): Promise<string[]> {
  await settled(page);
  const problems = [...(await cutOff(page, name, 360)), ...(await examine(page, `${name}-360`, "light"))];
  if (process.env.KARIBU_TEST_PICTURES === undefined) return problems;
  for (const [width, theme] of pictures) {
    await page.setViewportSize({ width, height: 860 });
    await page.evaluate((chosen) => {
      document.documentElement.dataset.theme = chosen;
    }, theme);
    await settled(page);
    await picture(page, `${name}-${width}-${theme}`);
  }
  await page.setViewportSize({ width: 360, height: 860 });
  return problems;
}

/** What axe finds in this theme. */
export async function examine(page: Page, name: string, theme: string): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in window))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (chosen) => {
    document.documentElement.dataset.theme = chosen;
    const { axe: library } = window as unknown as { axe: typeof axe };
    const { violations } = await library.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      resultTypes: ["violations"],
    });
    return violations.map(({ id, nodes }) => {
      const where = nodes.slice(0, 2).map((node) => `${node.html.slice(0, 90)} ${node.any[0]?.message ?? ""}`);
      return `${id}: ${where.join(" | ")}`;
    });
  }, theme);
  await picture(page, `${name}-${theme}`);
  return found.map((one: string) => `${name}, ${theme}: ${one}`);
}
