/** The tile server of the map, from the hub's settings. Consoles fetch its pictures, so it hears which part of the world is looked at. */
import { cutText } from "@karibu/protocol/whole-text";
import type { MapTiles } from "./site-places.ts";

/** `https://tiles.example.org/{z}/{x}/{y}.png`; it needs the words that its owner asks for. Null, and a complaint, where it is none. */
export function readMapTiles(
  pattern: string | null,
  attribution: string | null,
  complain: (name: string, what: string) => null,
): MapTiles | null {
  if (pattern === null) return null;
  const url = URL.canParse(pattern) ? new URL(pattern) : null;
  if (
    url === null ||
    !["https:", "http:"].includes(url.protocol) ||
    url.username !== "" ||
    !/^[\w.:[\]-]+$/.test(url.host)
  )
    return complain("KARIBU_MAP_TILES", "is not a URL that begins with https:// or http://");
  if (!["{z}", "{x}", "{y}"].every((part) => pattern.split(part).length === 2 && !pattern.includes("*")))
    return complain("KARIBU_MAP_TILES", "must name {z}, {x} and {y} once each");
  if (attribution === null)
    return complain(
      "KARIBU_MAP_ATTRIBUTION",
      "is needed with KARIBU_MAP_TILES: the words that the tiles' owner asks for",
    );
  return { pattern, attribution: cutText(attribution, 200) };
}

/** Where its pictures come from, for the console's security policy. */
export const tilesOrigin = ({ pattern }: MapTiles): string => new URL(pattern).origin;
