/** IPv4 addresses and networks, for the checks of the values. */

export interface Network {
  /** First address, as a number. */
  readonly base: number;
  readonly prefixLength: number;
}

export function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** Null when the text is no network, or when bits after the prefix are set. */
export function parseNetwork(text: string): Network | null {
  const [address = "", length = "", rest] = text.split("/");
  if (rest !== undefined || !isIpv4(address) || !/^\d{1,2}$/.test(length) || Number(length) > 32) return null;
  const prefixLength = Number(length);
  const base = toNumber(address);
  return base % 2 ** (32 - prefixLength) === 0 ? { base, prefixLength } : null;
}

export function contains(network: string, address: string): boolean {
  const parsed = parseNetwork(network);
  return parsed !== null && isIpv4(address) && trim(toNumber(address), parsed.prefixLength) === parsed.base;
}

/** False for the first and the last address of the network: they are the network address and the broadcast address. */
export function isHost(network: string, address: string): boolean {
  const parsed = parseNetwork(network);
  if (parsed === null || !contains(network, address)) return false;
  const place = toNumber(address) - parsed.base;
  return place > 0 && place < 2 ** (32 - parsed.prefixLength) - 1;
}

export function overlap(one: string, other: string): boolean {
  const [a, b] = [parseNetwork(one), parseNetwork(other)];
  if (a === null || b === null) return false;
  const shorter = Math.min(a.prefixLength, b.prefixLength);
  return trim(a.base, shorter) === trim(b.base, shorter);
}

/** True too when both are the same address. */
export function isNotAfter(one: string, other: string): boolean {
  return toNumber(one) <= toNumber(other);
}

/** A network of RFC 1918 or of the shared address space (RFC 6598). */
export function isPrivate(network: string): boolean {
  const parsed = parseNetwork(network);
  return (
    parsed !== null &&
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].some((space) => {
      const outer = parseNetwork(space);
      return (
        outer !== null &&
        parsed.prefixLength >= outer.prefixLength &&
        trim(parsed.base, outer.prefixLength) === outer.base
      );
    })
  );
}

/** The network of this size that contains the address: `172.31.255.0/30`. */
export function networkOf(address: string, prefixLength: number): string {
  const base = trim(toNumber(address), prefixLength);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefixLength}`;
}

export function prefixLengthOf(network: string): number {
  return parseNetwork(network)?.prefixLength ?? 32;
}

/** `10.5.48.1` is the first address of `10.5.48.0/22`; -1 is the last one. */
export function addressAt(network: string, place: number): string {
  const parsed = parseNetwork(network);
  if (parsed === null) throw new Error(`no network: ${network}`);
  const size = 2 ** (32 - parsed.prefixLength);
  const number = parsed.base + (place < 0 ? size + place : place);
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

const toNumber = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const trim = (value: number, prefixLength: number) => value - (value % 2 ** (32 - prefixLength));
