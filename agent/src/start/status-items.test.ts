import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createCounters } from "../radius/server/counters.ts";
import { emptyState, type SiteState } from "../state/site-state.ts";
import type { FactSources } from "./fact-sources.ts";
import { statusItems } from "./status-items.ts";

/** A site without a RADIUS secret and a router's API: only what these rows ask for. */
const siteWith = (wan: object, hub: object) =>
  ({
    wan,
    hub,
    hubProblem: () => null,
    isOnFlash: false,
    hasRouterApi: false,
    hasSiteFile: true,
    hasPortalFiles: true,
    radius: () => ({ kind: "no-secret" }),
    radsec: () => null,
    world: createSimulatedWorld(),
    shared: () => null,
    journal: { writable: true, figures: () => ({ lastSeq: 1 }) },
    flash: () => ({ lastDayBytes: 0, lastDaySeconds: 60 }),
    evicting: () => 0,
    state: emptyState(),
    feed: { rows: () => new Map() },
    nameProblem: () => null,
  }) as unknown as FactSources;

test.each(["en", "sw"] as const)("with the internet away, /status does not call the hub connected (%s)", (language) => {
  const hubRow = (wan: object) => statusItems(siteWith(wan, { state: "connected" }), language, [])[0];
  expect(hubRow({ state: "up" })).toMatchObject({ state: "ok" });
  const cut = hubRow({ state: "down", downForMs: 5_000 });
  expect(cut).toMatchObject({ state: "waiting" });
  expect(cut?.text).not.toBe(hubRow({ state: "up" })?.text);
});

test("[BEY-35] without a stick /status says what is lost, and that a router's own flash bears less than a stick", () => {
  const found = { check: "flash", grade: "ok", text: "what is lost", advice: "" } as const;
  const flash = () => ({ writtenBytes: 0, lastDayBytes: 40 * 1024 * 1024, lastDaySeconds: 86_400 });
  const rowsOf = (isOnFlash: boolean) =>
    statusItems({ ...siteWith({ state: "up" }, { state: "none" }), flash, isOnFlash }, "en", isOnFlash ? [found] : []);
  expect(rowsOf(true).find(({ name }) => name === "Without a stick")).toMatchObject({
    state: "ok",
    text: "what is lost",
  });
  expect(rowsOf(false).find(({ name }) => name === "Without a stick")).toBe(undefined);
  const disk = (isOnFlash: boolean) => rowsOf(isOnFlash).find(({ name }) => name === "Data folder")?.state;
  expect([disk(true), disk(false)]).toEqual(["wrong", "ok"]);
});

test("a hub that this start has not reached is not called never reached: an agent forgets at a restart what it spoke with before", () => {
  const textOf = (language: "en" | "sw") =>
    statusItems(siteWith({ state: "up" }, { state: "away", silentForMs: null }), language, [])[0]?.text;
  expect(textOf("en")).toBe("The hub has not been reached since the agent's start.");
  expect(textOf("sw")).toBe("Hub haijafikiwa tangu programu ilipoanza.");
});

test.each(["en", "sw"] as const)(
  "[RAD-18] a site whose routers all ask by TLS has been heard, and a TLS port that is taken is wrong (%s)",
  (language) => {
    const radius = { kind: "listening", authPort: 1812, acctPort: 1813, counters: createCounters() };
    const rowOf = (radsec: object | null) => {
      const site = { ...siteWith({ state: "up" }, { state: "none" }), radius: () => radius, radsec: () => radsec };
      return statusItems(site as unknown as FactSources, language, []).find(({ name }) => name === "RADIUS");
    };
    expect(rowOf(null)).toMatchObject({ state: "waiting" });
    expect(rowOf({ kind: "listening", port: 2083, counters: null })).toMatchObject({ state: "waiting" });
    const counters = { ...createCounters(), accepts: 3, accessRequests: 3 };
    expect(rowOf({ kind: "listening", port: 2083, counters })).toMatchObject({
      state: "ok",
      text: expect.stringContaining("3"),
    });
    expect(rowOf({ kind: "failed", message: "TCP 2083 is taken" })).toMatchObject({
      state: "wrong",
      text: "TCP 2083 is taken",
    });
  },
);

test.each(["en", "sw"] as const)(
  "what the doctor found is named by what it is about, not by its check (%s)",
  (language) => {
    const found = ["disk-speed", "radius-row", "ipv6-leak"].map((check) => {
      return { check, grade: "notice", text: `about ${check}`, advice: "" } as const;
    });
    const items = statusItems(siteWith({ state: "up" }, { state: "none" }), language, found);
    const names = items.filter(({ text }) => text.startsWith("about")).map(({ name }) => name);
    expect(names).toEqual(
      language === "en" ? ["Data folder", "RADIUS", "Router"] : ["Folda ya data", "RADIUS", "Ruta"],
    );
  },
);

test("ports that something maps are shown as others find them", () => {
  const radius = { kind: "listening", authPort: 1812, acctPort: 1813, counters: createCounters() };
  const rowOf = (reachedAt?: object) => {
    const site = { ...siteWith({ state: "up" }, { state: "none" }), radius: () => ({ ...radius, reachedAt }) };
    return statusItems(site as unknown as FactSources, "en", []).find(({ name }) => name === "RADIUS")?.text;
  };
  expect(rowOf()).toContain("UDP 1812/1813");
  expect(rowOf({ authPort: 8112, acctPort: 8113 })).toContain("UDP 8112/8113");
});

test.each([
  [180, "UTC+3"],
  [undefined, "UTC"],
])("the clock is in the site's zone, %s minutes from UTC, and names it", (utcOffsetMinutes, zone) => {
  const site = siteWith({ state: "up" }, { state: "none" });
  const provider = new Map(utcOffsetMinutes === undefined ? [] : [["provider", { utcOffsetMinutes }]]);
  const items = statusItems({ ...site, feed: { rows: () => provider } } as unknown as FactSources, "en", []);
  const at = new Date(site.world.clock.wall().atMs + (utcOffsetMinutes ?? 0) * 60_000).toISOString();
  const shown = items.find(({ name }) => name === "Clock")?.text;
  expect(shown).toContain(`${at.slice(11, 16)} ${zone}`);
  // As people read it, like the portal's days.
  expect(shown).toMatch(/^\d{1,2} [A-Z][a-z]{2,3} \d{4}, /);
});

test.each(["en", "sw"] as const)(
  "[BEY-28] a site without a hub says since when it remembers, and what it forgot (%s)",
  (language) => {
    const memoryOf = (memory: Partial<SiteState["memory"]>, hub: string) => {
      const site = siteWith({ state: "up" }, { state: hub });
      Object.assign(site.state.memory, memory);
      const name = language === "en" ? "Memory" : "Kumbukumbu";
      return statusItems(site, language, []).find((item) => item.name === name);
    };
    const beganAtMs = Date.UTC(2026, 10, 22, 9);
    expect(memoryOf({ beganAtMs }, "connected")).toBeUndefined();
    expect(memoryOf({ beganAtMs }, "none")).toMatchObject({
      state: "ok",
      text: expect.stringContaining("22 Nov 2026, 09:00"),
    });
    const forgot = { cause: "older", atMs: Date.UTC(2026, 10, 23, 7) } as const;
    expect(memoryOf({ beganAtMs, forgot }, "none")).toMatchObject({
      state: "wrong",
      text: expect.stringContaining("23 Nov 2026, 07:00"),
    });
  },
);
