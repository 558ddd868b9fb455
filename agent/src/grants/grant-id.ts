/**
 * Identifiers of grants. The first letter names the kind:
 *   `v.<batch>.<serial>`  a voucher of a batch        `v.file.<hash>`  a voucher of the site file
 *   `a.<account>[.<period>]`  an account's period     `a.file.<name>`  an account of the site file
 *   `b.<batch>.<serial>`, `b.<grant>`  the bridge allowance of a grant that another site holds
 *   `c.<sale>`  a cash sale. All other identifiers are purchases: the hub makes them.
 * No other file looks at these prefixes.
 */
import { sha256Hex } from "../ground/hash.ts";

export interface VoucherRef {
  readonly batchId: string;
  readonly serial: number;
}

export type GrantKind = "voucher" | "account" | "bridge" | "cash-sale" | "purchase";

const fileBatch = "file";
const fileVoucherPrefix = `v.${fileBatch}.`;
const fileAccountPrefix = `a.${fileBatch}.`;

export function kindOfGrant(grantId: string): GrantKind {
  if (grantId.startsWith("a.")) return "account";
  if (grantId.startsWith("v.")) return "voucher";
  if (grantId.startsWith("b.")) return "bridge";
  return grantId.startsWith("c.") ? "cash-sale" : "purchase";
}

export const voucherGrantId = ({ batchId, serial }: VoucherRef): string => `v.${batchId}.${serial}`;
export const voucherBridgeId = ({ batchId, serial }: VoucherRef): string => `b.${batchId}.${serial}`;
/** The bridge allowance of a purchase. */
export const bridgeId = (grantId: string): string => `b.${grantId}`;
export const cashSaleGrantId = (saleId: string): string => `c.${saleId}`;

/** Each period of an account is a separate grant: use and start count for one period. */
export function accountGrantId(accountId: string, period: string | undefined): string {
  return period === undefined ? `a.${accountId}` : `a.${accountId}.${period}`;
}

/** The account and its period, as the identifier names them: all after `a.`. */
export const accountKeyOf = (grantId: string): string => grantId.slice("a.".length);

/** Batch and serial of a voucher or of its bridge; null: no voucher of a batch. */
export function voucherRefOf(grantId: string): VoucherRef | null {
  const [, batchId, serial] = /^[vb]\.(.+)\.(\d{1,15})$/.exec(grantId) ?? [];
  return batchId === undefined || batchId === fileBatch ? null : { batchId, serial: Number(serial) };
}

/** A grant of a site file's line is worth nothing once the line is removed. */
export const isOfSiteFile = (grantId: string): boolean => isFileAccount(grantId) || isFileVoucher(grantId);
export const isFileVoucher = (grantId: string): boolean => grantId.startsWith(fileVoucherPrefix);
export const isFileAccount = (grantId: string): boolean => grantId.startsWith(fileAccountPrefix);

/** `key`: the code as `voucherKey` writes it. */
export const fileVoucherGrantId = (key: string): string => `${fileVoucherPrefix}${shortHash(key)}`;
/** The hash in a file voucher's identifier. */
export const fileVoucherHashOf = (grantId: string): string => grantId.slice(fileVoucherPrefix.length);

/** Holds the name where it fits into an identifier, else a hash of it. */
export function fileAccountGrantId(username: string): string {
  return `${fileAccountPrefix}${isLongName(username) ? shortHash(username) : username}`;
}
/** The name, or its hash, in a file account's identifier. */
export const fileAccountNameOf = (grantId: string): string => grantId.slice(fileAccountPrefix.length);
export const isLongName = (username: string): boolean => username.length > 100;

/** 24 hex digits. */
export const shortHash = (text: string): string => sha256Hex(text).slice(0, 24);
