/** Grants of vouchers carry their voucher in their name: `v.<batchId>.<serial>`, and `b.…` for a bridge on the same voucher. */
export function wholeGrantId(batchId: string, serial: number): string {
  return `v.${batchId}.${serial}`;
}

export function bridgeGrantId(batchId: string, serial: number): string {
  return `b.${batchId}.${serial}`;
}

/** Null: not a grant of a batch voucher. */
export function voucherOfGrant(grantId: string): { batchId: string; serial: number } | null {
  const found = /^[vb]\.(.{1,100})\.(\d{1,9})$/.exec(grantId);
  return found === null ? null : { batchId: found[1] as string, serial: Number(found[2]) };
}
