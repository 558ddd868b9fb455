import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import type { FactSources } from "./fact-sources.ts";
import { statusItems } from "./status-items.ts";

/** A site without a RADIUS secret and a router's API: only what these rows ask for. */
const siteWith = (wan: object, hub: object) =>
  ({
    wan,
    hub,
    hubProblem: () => null,
    hasRouterApi: false,
    hasSiteFile: true,
    hasPortalFiles: true,
    radius: () => ({ kind: "no-secret" }),
    world: createSimulatedWorld(),
    journal: { writable: true, figures: () => ({ lastSeq: 1 }) },
    flash: () => ({ lastDayBytes: 0, lastDaySeconds: 60 }),
    evicting: () => 0,
    nameProblem: () => null,
  }) as unknown as FactSources;

test.each(["en", "sw"] as const)("with the internet away, /status does not call the hub connected (%s)", (language) => {
  const hubRow = (wan: object) => statusItems(siteWith(wan, { state: "connected" }), language, [])[0];
  expect(hubRow({ state: "up" })).toMatchObject({ state: "ok" });
  const cut = hubRow({ state: "down", downForMs: 5_000 });
  expect(cut).toMatchObject({ state: "waiting" });
  expect(cut?.text).not.toBe(hubRow({ state: "up" })?.text);
});
