/**
 * The cursors that a hello tells. A site follows each batch that was ever made for it, and with thousands of them a hello would be longer than a frame:
 * the hub would end each link at its first frame. A scope that is left out begins with a snapshot, so it costs time and never a row. Pure.
 */
import { frameBytesMax } from "@karibu/protocol/link/frame";

/** The rest is for the hello's other fields. */
const cursorsBytesMax = frameBytesMax - 16 * 1024;

/** All of them where they fit. Else the site's and the provider's, and those of the batches that have changed most: they are the longest to send again. */
export function toldCursors(cursors: Readonly<Record<string, number>>): Record<string, number> {
  const told: Record<string, number> = {};
  let bytes = 2;
  const ranked = Object.entries(cursors).sort((one, other) => rankOf(other) - rankOf(one));
  for (const [scope, version] of ranked) {
    bytes += Buffer.byteLength(JSON.stringify(scope)) + String(version).length + 2;
    if (bytes > cursorsBytesMax) break;
    told[scope] = version;
  }
  return told;
}

const rankOf = ([scope, version]: readonly [string, number]): number =>
  scope.startsWith("batch:") ? version : Number.MAX_SAFE_INTEGER;
