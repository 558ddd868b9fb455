/** Which batches may be made: rules over plain data. */
import {
  decodeVoucherCode,
  encodeVoucherCode,
  normaliseVoucherCode,
  type VoucherShape,
  voucherCodeSpace,
} from "@karibu/protocol/codes/voucher-code";

/** A batch with live or future codes: its key facts for the comparison with the codes of another batch. */
export type LiveBatch = VoucherShape & { readonly batchId: string; readonly holes: number[] };

/** Live codes may fill at most this share of the space: 100,000 guesses find one code. */
const spacePerLiveCode = 100_000;

export type ShapeVerdict = { kind: "fits" } | { kind: "too-many"; liveNow: number; liveMax: number };

/** `rivals`: live batches whose codes have the same length, prefix included. */
export function judgeShape(shape: Omit<VoucherShape, "keyHex">, rivals: readonly LiveBatch[]): ShapeVerdict {
  const liveNow = rivals.reduce((sum, rival) => sum + rival.quantity - rival.holes.length, 0);
  const liveMax = Math.floor(voucherCodeSpace(shape) / spacePerLiveCode);
  return liveNow + shape.quantity <= liveMax ? { kind: "fits" } : { kind: "too-many", liveNow, liveMax };
}

/** Those of another system's codes that could be read as a code of this shape. */
export function listedRivals(shape: Pick<VoucherShape, "prefix" | "length">, codes: readonly string[]): string[] {
  const length = normaliseVoucherCode(shape.prefix).length + shape.length;
  return codes.filter((code) => normaliseVoucherCode(code).length === length);
}

/** Steps of `findHoles` for one rival: the codes of the smaller batch are compared with the other. */
export function stepsAgainst(batch: VoucherShape, rival: LiveBatch): number {
  return Math.min(batch.quantity, rival.quantity);
}

/**
 * Serials of the batch whose code is already a live code of the rival: they are never issued. Does steps `from` up to
 * `to` (exclusive), so that other requests can run in between. `batch` has no holes yet.
 */
export function findHoles(
  batch: VoucherShape & { readonly holes: number[] },
  rival: LiveBatch,
  from: number,
  to: number,
): number[] {
  const holes: number[] = [];
  for (let step = from; step < to; step++) {
    if (rival.quantity < batch.quantity) {
      const serial = rival.holes.includes(step) ? null : decodeVoucherCode(batch, encodeVoucherCode(rival, step));
      if (serial !== null) holes.push(serial);
    } else if (decodeVoucherCode(rival, encodeVoucherCode(batch, step)) !== null) {
      holes.push(step);
    }
  }
  return holes;
}

export type VoucherState = "active" | "used" | "expired" | "disabled";

/** The state of a voucher, in order of precedence. */
export function stateOfVoucher(
  voucher: {
    readonly isDisabled: boolean;
    readonly redeemedAtMs: number | null;
    /** Null: it has no end, or stands still. */
    readonly endsAtMs: number | null;
    readonly batchExpiresAtMs: number | null;
  },
  nowMs: number,
): VoucherState {
  if (voucher.isDisabled) return "disabled";
  if (voucher.redeemedAtMs !== null) return voucher.endsAtMs !== null && voucher.endsAtMs <= nowMs ? "expired" : "used";
  return voucher.batchExpiresAtMs !== null && voucher.batchExpiresAtMs <= nowMs ? "expired" : "active";
}
