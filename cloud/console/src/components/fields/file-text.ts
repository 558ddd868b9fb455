/**
 * The text of a file that a person chose, as spreadsheets and routers write it: UTF-8 (with a byte-order mark or none), UTF-16 with one, and what is
 * none of these is Windows-1252, as spreadsheets save CSV. Pure.
 */
export function textOfBytes(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
