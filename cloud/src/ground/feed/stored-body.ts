/** Bodies with secrets are stored sealed: somebody with only the database can't make vouchers or log in. */
import type { FeedKind } from "@karibu/protocol/feed";
import type { Envelope } from "../secrets/envelope.ts";

interface Place {
  readonly providerId: string;
  readonly scope: string;
  readonly kind: FeedKind;
  readonly key: string;
}

const secretKinds: ReadonlySet<FeedKind> = new Set(["batch", "listed-batch", "account", "customer-account", "seller"]);

/** A body as JSON text for the `body` column; null stays null. */
export function storedBody(envelope: Envelope, place: Place, body: unknown): string | null {
  if (body === null) return null;
  if (!secretKinds.has(place.kind)) return JSON.stringify(body);
  const sealed = envelope.seal(Buffer.from(JSON.stringify(body)), contextOf(place));
  return JSON.stringify({ sealed: sealed.toString("base64") });
}

/** The body that `storedBody` sealed. Throws the envelope's Faults. */
export function readableBody(envelope: Envelope, place: Place, stored: unknown): unknown {
  if (stored === null || !secretKinds.has(place.kind)) return stored;
  const { sealed } = stored as { sealed: string };
  return JSON.parse(envelope.open(Buffer.from(sealed, "base64"), contextOf(place)).toString());
}

function contextOf({ providerId, scope, kind, key }: Place): string {
  return `feed/${providerId}/${scope}/${kind}/${key}`;
}
