import fc from "fast-check";
import { expect, test } from "vitest";
import { outlines } from "./outlines.ts";
import { clustered, fitting, fromScreen, onScreen, panned, project, tilesOf, unproject, zoomed } from "./projection.ts";

const nairobi = { latitude: -1.2921, longitude: 36.8219 };
const size = { width: 800, height: 500 };

test("[RTR-03] a place is where tile servers have it: Nairobi in tile 16/39471/33003", () => {
  const { x, y } = project(nairobi);
  expect([Math.floor(x * 2 ** 16), Math.floor(y * 2 ** 16)]).toEqual([39471, 33003]);
});

const places = fc.record({
  latitude: fc.double({ min: -84, max: 84, noNaN: true }),
  longitude: fc.double({ min: -179, max: 179, noNaN: true }),
});

test("[RTR-03] what is chosen on the map is the place that was shown there, at any zoom", () => {
  fc.assert(
    fc.property(places, fc.double({ min: 3, max: 18, noNaN: true }), (place, zoom) => {
      const view = { middle: project(nairobi), zoom };
      const back = unproject(fromScreen(onScreen(project(place), view, size), view, size));
      expect(back.latitude).toBeCloseTo(place.latitude, 4);
      expect(back.longitude).toBeCloseTo(place.longitude, 4);
    }),
  );
});

test("[RTR-03] each place is in one cluster, near its middle; zoomed in, they part", () => {
  fc.assert(
    fc.property(fc.array(places, { maxLength: 60 }), fc.integer({ min: 3, max: 18 }), (all, zoom) => {
      const clusters = clustered(all, zoom);
      expect(clusters.flatMap(({ items }) => items)).toHaveLength(all.length);
    }),
  );
  const pair = [nairobi, { latitude: -1.2922, longitude: 36.8291 }];
  expect(clustered(pair, 6)).toHaveLength(1);
  expect(clustered(pair, 17)).toHaveLength(2);
});

test("[RTR-03] all places are in view, one place has its surroundings, and zooming holds what is under the pointer", () => {
  const all = [nairobi, { latitude: -4.04, longitude: 39.66 }, { latitude: 3.1, longitude: 35.6 }];
  const view = fitting(all, size);
  for (const place of all) {
    const { x, y } = onScreen(project(place), view, size);
    expect([x > 0 && x < size.width, y > 0 && y < size.height]).toEqual([true, true]);
  }
  expect(fitting([nairobi], size).zoom).toBe(12);
  const at = { x: 100, y: 400 };
  const held = fromScreen(at, view, size);
  const nearer = fromScreen(at, zoomed(view, size, 2, at), size);
  expect([nearer.x, nearer.y]).toEqual([expect.closeTo(held.x, 9), expect.closeTo(held.y, 9)]);
  expect(panned(view, { x: 1e9, y: -1e9 }).middle).toEqual({ x: 1, y: 0 });
});

test("[RTR-03] tiles fill the map, in bounded number", () => {
  const tiles = tilesOf("https://tiles.test/{z}/{x}/{y}.png", fitting([nairobi], size), size);
  expect(tiles.some(({ url }) => url === "https://tiles.test/12/2466/2062.png")).toBe(true);
  expect(tiles.length).toBeLessThan(30);
});

test("[RTR-03] the outlines are those of the countries where Karibu sells and their neighbours: Nairobi is in Kenya, Kampala in Uganda, Dodoma in Tanzania", () => {
  const countryAt = (longitude: number, latitude: number) =>
    outlines
      .filter(({ rings }) => rings.some((ring) => isInside(ring, longitude * 100, latitude * 100)))
      .map(({ name }) => name);
  expect(countryAt(36.82, -1.29)).toEqual(["Kenya"]);
  expect(countryAt(32.58, 0.35)).toEqual(["Uganda"]);
  expect(countryAt(35.74, -6.17)).toEqual(["Tanzania"]);
  expect(outlines.length).toBeGreaterThan(10);
});

function isInside(ring: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let at = 0, last = ring.length - 2; at < ring.length; last = at, at += 2) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = [ring[at], ring[at + 1], ring[last], ring[last + 1]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
