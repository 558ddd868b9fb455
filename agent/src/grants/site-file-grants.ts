/** Grants of the site file's lines: a code is named by its hash, an account by its name. */
import { fileAccountGrantId, fileVoucherGrantId } from "@karibu/protocol/grant-id";
import { shortHash } from "@karibu/protocol/hash";

/** `key`: the code as `voucherKey` writes it. */
export const grantIdOfCode = (key: string): string => fileVoucherGrantId(shortHash(key));

/** Holds the name where it fits into an identifier, else a hash of it. */
export const grantIdOfName = (username: string): string =>
  fileAccountGrantId(isLongName(username) ? shortHash(username) : username);

export const isLongName = (username: string): boolean => username.length > 100;
