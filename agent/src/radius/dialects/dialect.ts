/** What one vendor's NAS reads in its own attributes. A part that a dialect lacks does not compile: none is another vendor's in silence. */
import type { AfterEnd } from "@karibu/protocol/accounts/customer-account";
import type { AttributeRow, ValueOf } from "@karibu/protocol/radius/attributes";
import type { Attribute } from "@karibu/protocol/radius/codec";
import type { SpeedLimits } from "../../ground/dynamic-authorization.ts";

/** Writes an attribute of a reply. */
export type PutAttribute = <Row extends AttributeRow>(row: Row, value: ValueOf<Row>) => void;

export interface SpeedAndByteLimits extends SpeedLimits {
  readonly totalBytes: number | null;
  readonly held?: AfterEnd["way"];
}

type TextRow = AttributeRow & { readonly kind: "text" };

export interface RadiusDialect {
  /** In which a member of the staff who logs in to the NAS itself gets a group there. Null: nobody logs in to it by us. */
  readonly staffGroup: TextRow | null;
  /** Which pool the IPv6 prefix of a PPP session comes from: where its vendor has none of its own, the RFC's. */
  readonly delegatedIpv6Pool: TextRow;
  /** Which puts a session's address on a list of the NAS: who is over is let in to the page by it. Null: it has no lists, and nobody is. */
  readonly addressList: TextRow | null;
  /** Writes speed and bytes of an accepted log-in: the hot path. To a NAS 0 mostly means "no limit": who is let in has at least one byte. */
  createLimits(put: PutAttribute): (limits: SpeedAndByteLimits) => void;
  /** What changes the speed of a session that is online (CoA). */
  speedChange(speed: SpeedLimits): readonly Attribute[];
}

/** A total in the two attributes that carry it: `gigawords` counts 2³² bytes. `octets` is never 0, which is no limit to a NAS: a byte less is told. */
export function splitBytes(totalBytes: number): { readonly octets: number; readonly gigawords: number } {
  const total = Math.max(1, totalBytes % 2 ** 32 === 0 ? totalBytes - 1 : totalBytes);
  return { octets: total % 2 ** 32, gigawords: Math.floor(total / 2 ** 32) };
}
