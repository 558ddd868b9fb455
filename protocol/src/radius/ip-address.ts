/** IP addresses between text and octets. Text as RFC 5952 writes it. */

export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((octets[at] as number) << 8) | (octets[at + 1] as number));
  const { at, length } = longestZeros(groups);
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  return length < 2 ? text(groups) : `${text(groups.slice(0, at))}::${text(groups.slice(at + length))}`;
}

/** 4 or 16 octets, or null when the text is no address. */
export function parseAddress(text: string): Uint8Array | null {
  return text.includes(":") ? parseAddress6(text) : parseAddress4(text);
}

function parseAddress4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return Uint8Array.from(parts, Number);
}

function parseAddress6(text: string): Uint8Array | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === "" ? [] : half.split(":"))) as [string[], string[] | undefined];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<string>(missing).fill("0"), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]),
  );
}

function longestZeros(groups: readonly number[]): { at: number; length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  return best;
}
