/** The digest that a router's script makes of a file, because RouterOS has no other for files. For Node alone. */
import { sha512Hex } from "../hash.ts";

/** RouterOS' scripts read so much of a file at once. */
export const backUpSumPieceBytes = 32_768;

/** `sum = sha512hex(sum + piece)` over the pieces. */
export function backUpSum(file: Uint8Array): string {
  let sum = "";
  for (let at = 0; at < file.length; at += backUpSumPieceBytes)
    sum = sha512Hex(Buffer.concat([Buffer.from(sum), file.subarray(at, at + backUpSumPieceBytes)]));
  return sum;
}
