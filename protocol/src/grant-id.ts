/**
 * Identifiers of grants. The first letter names the kind:
 *   `v.<batch>.<serial>`  a voucher of a batch        `v.file.<hash>`  a voucher of the site file
 *   `a.<account>[.<period>]`  an account's period     `a.file.<name>`  an account of the site file, its name or a hash of it
 *   `b.<batch>.<serial>`, `b.<grant>`  the bridge allowance of a grant that another site holds
 *   `c.<sale>`  a cash sale
 *   `f.trial.<plan>.<device>`  a free trial         `f.window.<purchase>`  the internet of a payment window: nobody paid for these
 * All other identifiers are purchases: the hub makes them.
 * No other file looks at these prefixes.
 */

/** A voucher of a batch. Serials have up to 9 digits. */
export interface VoucherRef {
  readonly batchId: string;
  readonly serial: number;
}

export type GrantId =
  | ({ readonly kind: "voucher" } & VoucherRef)
  | { readonly kind: "file-voucher"; readonly hash: string }
  /** `key`: the account's identifier, or `<account>.<period>`. An account's identifier may hold dots: the feed tells which it is. */
  | { readonly kind: "account"; readonly key: string }
  | { readonly kind: "file-account"; readonly name: string }
  | ({ readonly kind: "voucher-bridge" } & VoucherRef)
  | { readonly kind: "bridge"; readonly grantId: string }
  | { readonly kind: "cash-sale"; readonly saleId: string }
  | ({ readonly kind: "free" } & FreeRef)
  | { readonly kind: "purchase"; readonly grantId: string };

/** What a site gives for nothing: to try, once per device, or to reach the page of a card payment that was begun. */
export type FreeRef =
  | { readonly what: "trial"; readonly planId: string; readonly device: string }
  | { readonly what: "window"; readonly purchaseId: string };

/** What stands at the front, for SQL that tells bridges from whole grants. */
export const bridgePrefix = "b.";

/** For SQL that writes a voucher's identifier. */
export const voucherPrefix = "v.";
const accountPrefix = "a.";
/** For SQL that tells cash sales from other grants. */
export const cashSalePrefix = "c.";
/** For SQL that tells what was given for nothing from what was sold. */
export const freePrefix = "f.";
export const trialPrefix = `${freePrefix}trial.`;
export const windowPrefix = `${freePrefix}window.`;
const fileBatch = "file";
const fileVoucherPrefix = `${voucherPrefix}${fileBatch}.`;
/** For SQL that tells accounts of site files from others. */
export const fileAccountPrefix = `${accountPrefix}${fileBatch}.`;

/** For SQL: what stands before the part that a batch's voucher and its bridge, or a bought grant and its bridge, have in common. */
export const wholeOrBridgePattern = "^(b\\.|v\\.(?!file\\.))";

/** Null: it begins as a voucher, and names none. */
export function parseGrantId(grantId: string): GrantId | null {
  if (isFileVoucher(grantId)) return { kind: "file-voucher", hash: fileVoucherHashOf(grantId) };
  if (isFileAccount(grantId)) return { kind: "file-account", name: fileAccountNameOf(grantId) };
  switch (kindOfGrant(grantId)) {
    case "voucher": {
      const voucher = voucherRefOf(grantId);
      return voucher && { kind: "voucher", ...voucher };
    }
    case "bridge": {
      const voucher = voucherRefOf(grantId);
      return voucher === null
        ? { kind: "bridge", grantId: grantId.slice(bridgePrefix.length) }
        : { kind: "voucher-bridge", ...voucher };
    }
    case "account":
      return { kind: "account", key: accountKeyOf(grantId) };
    case "cash-sale":
      return { kind: "cash-sale", saleId: grantId.slice(cashSalePrefix.length) };
    case "free": {
      const free = freeRefOf(grantId);
      return free && { kind: "free", ...free };
    }
    case "purchase":
      return { kind: "purchase", grantId };
  }
}

/** The text of an identifier: what `parseGrantId` reads. */
export function formatGrantId(id: GrantId): string {
  switch (id.kind) {
    case "voucher":
      return voucherGrantId(id);
    case "file-voucher":
      return fileVoucherGrantId(id.hash);
    case "account":
      return accountGrantId(id.key, undefined);
    case "file-account":
      return fileAccountGrantId(id.name);
    case "voucher-bridge":
      return voucherBridgeId(id);
    case "bridge":
      return bridgeId(id.grantId);
    case "cash-sale":
      return cashSaleGrantId(id.saleId);
    case "free":
      return freeGrantId(id);
    case "purchase":
      return id.grantId;
  }
}

// What follows makes no object: RADIUS asks it for each packet.

/** The kind by the prefix alone. A line of the site file counts as a voucher or an account. */
export function kindOfGrant(grantId: string): "voucher" | "account" | "bridge" | "cash-sale" | "free" | "purchase" {
  if (grantId.startsWith(accountPrefix)) return "account";
  if (grantId.startsWith(voucherPrefix)) return "voucher";
  if (grantId.startsWith(bridgePrefix)) return "bridge";
  if (grantId.startsWith(freePrefix)) return "free";
  return grantId.startsWith(cashSalePrefix) ? "cash-sale" : "purchase";
}

export const voucherGrantId = ({ batchId, serial }: VoucherRef): string => `${voucherPrefix}${batchId}.${serial}`;
export const voucherBridgeId = ({ batchId, serial }: VoucherRef): string => `${bridgePrefix}${batchId}.${serial}`;
/** The bridge allowance of a purchase. */
export const bridgeId = (grantId: string): string => `${bridgePrefix}${grantId}`;
export const freeGrantId = (free: FreeRef): string =>
  free.what === "trial" ? `${trialPrefix}${free.planId}.${free.device}` : `${windowPrefix}${free.purchaseId}`;

/** Null: it names nothing that is given for nothing. */
export function freeRefOf(grantId: string): FreeRef | null {
  if (grantId.startsWith(windowPrefix)) return { what: "window", purchaseId: grantId.slice(windowPrefix.length) };
  const [, planId, device] = /^f\.trial\.(.+)\.([0-9a-f]{32})$/.exec(grantId) ?? [];
  return planId === undefined || device === undefined ? null : { what: "trial", planId, device };
}

export const cashSaleGrantId = (saleId: string): string => `${cashSalePrefix}${saleId}`;

/** Each period of an account is a separate grant: use and start count for one period. */
export function accountGrantId(accountId: string, period: string | undefined): string {
  return period === undefined ? `${accountPrefix}${accountId}` : `${accountPrefix}${accountId}.${period}`;
}

/** The account and its period, as the identifier names them. */
export const accountKeyOf = (grantId: string): string => grantId.slice(accountPrefix.length);

/** Batch and serial of a voucher or of its bridge; null: no voucher of a batch. */
export function voucherRefOf(grantId: string): VoucherRef | null {
  const [, batchId, serial] = /^[vb]\.(.+)\.(\d{1,9})$/.exec(grantId) ?? [];
  return batchId === undefined || batchId === fileBatch ? null : { batchId, serial: Number(serial) };
}

/** A grant of a site file's line is worth nothing once the line is removed. */
export const isOfSiteFile = (grantId: string): boolean => isFileAccount(grantId) || isFileVoucher(grantId);
export const isFileVoucher = (grantId: string): boolean => grantId.startsWith(fileVoucherPrefix);
export const isFileAccount = (grantId: string): boolean => grantId.startsWith(fileAccountPrefix);

/** `hash`: a hash of the code, in hex. */
export const fileVoucherGrantId = (hash: string): string => `${fileVoucherPrefix}${hash}`;
/** The hash in a file voucher's identifier. */
export const fileVoucherHashOf = (grantId: string): string => grantId.slice(fileVoucherPrefix.length);

/** `name`: the account's name where it is short enough, else a hash of it. */
export const fileAccountGrantId = (name: string): string => `${fileAccountPrefix}${name}`;
/** The name, or its hash, in a file account's identifier. */
export const fileAccountNameOf = (grantId: string): string => grantId.slice(fileAccountPrefix.length);
