/**
 * The hub's own sign on rows that sites keep for it (`mark` of the body): 6 bytes of version and 16 of an HMAC under a key that is made
 * of the master key, which a restore does not change. A row is signed when it is read for a site, so the tables hold no signs.
 */
import type { FeedKind } from "@karibu/protocol/feed";
import type { Envelope } from "../secrets/envelope.ts";

export interface MarkedPlace {
  readonly providerId: string;
  /** The hub's name: it has the site, or the batch. */
  readonly scope: string;
  readonly kind: FeedKind;
  readonly key: string;
}

const versionBytes = 6;
const signBytes = 16;

/** What a hub that was restored can take back: one row for a batch of up to 100,000 codes, one for each purchase. */
export const markedKinds: ReadonlySet<FeedKind> = new Set(["follow", "batch", "grant"]);

/** The body with its mark, as a site gets it. */
export function withMark(envelope: Envelope, place: MarkedPlace, version: number, body: unknown): unknown {
  if (body === null || !markedKinds.has(place.kind)) return body;
  const head = Buffer.alloc(versionBytes);
  head.writeUIntBE(version, 0, versionBytes);
  const sign = envelope.sign(signedText(place, version, body)).subarray(0, signBytes);
  return { ...(body as object), mark: Buffer.concat([head, sign]).toString("base64url") };
}

/** The version under which this hub published exactly this body at this place; null: it never did. */
export function markedVersion(envelope: Envelope, place: MarkedPlace, body: object): number | null {
  const { mark } = body as { mark?: string };
  if (mark === undefined) return null;
  const bytes = Buffer.from(mark, "base64url");
  if (bytes.length !== versionBytes + signBytes) return null;
  const version = bytes.readUIntBE(0, versionBytes);
  return envelope.isSign(signedText(place, version, body), bytes.subarray(versionBytes)) ? version : null;
}

function signedText({ providerId, scope, kind, key }: MarkedPlace, version: number, body: unknown): string {
  const { mark: _, ...signed } = body as { mark?: unknown };
  return `feed-row\n${JSON.stringify([providerId, scope, kind, key, version])}\n${canonical(signed)}`;
}

/** The same text whatever the order of the keys: the database and the sites keep their own. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(",")}}`;
}
