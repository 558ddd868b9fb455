import { expect, test } from "vitest";
import { readMapTiles, tilesOrigin } from "./map-tiles.ts";

const tiles = "https://tiles.example.org:8443/osm/{z}/{x}/{y}.png";
const read = (pattern: string | null, attribution: string | null = "© OpenStreetMap") => {
  const complaints: string[] = [];
  const said = readMapTiles(pattern, attribution, (name) => {
    complaints.push(name);
    return null;
  });
  return said ?? complaints;
};

test("[RTR-03] a tile server is a setting; its origin alone is let into the console's policy", () => {
  expect(read(null)).toEqual([]);
  const said = read(tiles);
  expect(said).toEqual({ pattern: tiles, attribution: "© OpenStreetMap" });
  expect(tilesOrigin(said as { pattern: string; attribution: string })).toBe("https://tiles.example.org:8443");
});

test.each([
  ["javascript:alert({z}{x}{y})", "KARIBU_MAP_TILES"],
  ["https://tiles.test/{z}/{x}.png", "KARIBU_MAP_TILES"],
  ["https://*.tiles.test/{z}/{x}/{y}.png", "KARIBU_MAP_TILES"],
  ["https://a:b@tiles.test/{z}/{x}/{y}.png", "KARIBU_MAP_TILES"],
  ["https://{z}.test/{x}/{y}.png", "KARIBU_MAP_TILES"],
])("[RTR-03] %s is no tile server", (pattern, name) => {
  expect(read(pattern)).toEqual([name]);
  expect(read(tiles, null)).toEqual(["KARIBU_MAP_ATTRIBUTION"]);
});
