import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { memoryFeed } from "../access/test-site.ts";
import type { HubLink } from "../ground/hub-link.ts";
import { createLinkFigures } from "./link-figures.ts";

test("connections are counted, and the feed is as old as the moment when the site last knew all", async () => {
  const world = createSimulatedWorld();
  let tell: () => void = () => {};
  const hub: { state: HubLink["state"]; onChange: HubLink["onChange"] } = {
    state: "away",
    onChange(listener) {
      tell = listener;
      return () => {};
    },
  };
  const figures = createLinkFigures(world.clock, memoryFeed().feed);
  figures.follow(hub);
  const become = (state: HubLink["state"]) => {
    hub.state = state;
    tell();
  };
  const page = (more: boolean) => figures.feed.apply({ scope: "site", reset: false, more, rows: [], version: 1 });
  expect([figures.connections, figures.feedLagSeconds()]).toEqual([0, null]);

  become("connected");
  await page(true);
  expect(figures.feedLagSeconds()).toBeNull();
  await page(false);
  expect(figures.feedLagSeconds()).toBe(0);
  world.advance(60_000);
  expect(figures.feedLagSeconds()).toBe(0); // nothing new is in step too

  become("away");
  world.advance(90_000);
  expect(figures.feedLagSeconds()).toBe(90);
  become("connected");
  await page(true);
  world.advance(10_000);
  expect(figures.feedLagSeconds()).toBe(100);
  await page(false);
  expect([figures.connections, figures.feedLagSeconds()]).toEqual([2, 0]);
  expect(figures.feed.cursors()).toEqual({}); // the rest of the store is as it was
});
