/**
 * The text of a file that a person chose, as spreadsheets, routers and databases write it: UTF-8 or UTF-16 (each with a byte-order mark or none), and a line
 * that is none of these is Windows-1252, as spreadsheets save CSV. A dump may have both: its rows, and somebody's note. Pure.
 */
export function textOfBytes(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || second === 0) return new TextDecoder("utf-16le").decode(bytes);
  if ((first === 0xfe && second === 0xff) || first === 0) return new TextDecoder("utf-16be").decode(bytes);
  return utf8Of(bytes) ?? linesOf(bytes).join("");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function utf8Of(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function linesOf(bytes: Uint8Array): string[] {
  const western = new TextDecoder("windows-1252");
  const lines: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end + 1);
    lines.push(utf8Of(line) ?? western.decode(line));
    from += line.length;
  }
  return lines;
}
