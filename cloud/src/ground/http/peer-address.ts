/** Who is at the other end of a connection, behind the proxies that are trusted. */
import type { IncomingMessage } from "node:http";
import type { Express } from "express";

/**
 * The address as Express finds it (`request.ip`), for connections that never reach Express (WebSockets): from the direct peer backwards through
 * `X-Forwarded-For`, as long as each of them is a trusted proxy.
 */
export function peerAddressBy(app: Express): (request: IncomingMessage) => string {
  const isTrusted: (address: string, hops: number) => boolean = app.get("trust proxy fn");
  return (request) => {
    const direct = request.socket.remoteAddress ?? "";
    const named = request.headers["x-forwarded-for"];
    const said = (Array.isArray(named) ? named.join(",") : (named ?? "")).split(",").map((part) => part.trim());
    const chain = [direct, ...said.reverse().filter((part) => part !== "")];
    const found = chain.findIndex((address, hops) => !isTrusted(address, hops));
    return (chain[found === -1 ? chain.length - 1 : found] as string).replace(/^::ffff:(?=\d+\.)/i, "");
  };
}

/** The owner of an IPv6 network has all of its addresses, so they are counted by /64. Mapped IPv4 counts as IPv4. */
export function networkOf(address: string): string {
  const plain = address
    .replace(/^::ffff:(?=\d+\.)/i, "")
    .replace(/%.*$/, "")
    .toLowerCase();
  if (!plain.includes(":")) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const first = groups(head);
  const last = tail === undefined ? [] : groups(tail);
  const zeros = Array<string>(Math.max(0, 8 - first.length - last.length)).fill("0");
  const whole = [...first, ...(tail === undefined ? [] : zeros), ...last];
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`;
}
