/**
 * The portal's own URL as this phone reached it. It comes from the socket: the Host header is the phone's word, and a forged one must not
 * come back in an answer (in `user-portal-url`, or as the page to which a card payment leads back). The header only chooses the port
 * where it names this very machine, because a router may have translated it.
 */
import type { HttpRequest } from "../../ground/http.ts";
import { isLoopback, plainAddress } from "./peer-address.ts";

const httpPort = 80;

/** Null: the request came over no socket. */
export function ownUrl({ at, headers }: Pick<HttpRequest, "at" | "headers">): string | null {
  if (at === undefined) return null;
  const address = plainAddress(at.address);
  const named = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?$/i.exec(headers.host ?? "");
  const host = named?.[1]?.toLowerCase();
  const own = address.includes(":") ? `[${address}]` : address;
  const isLocal = host === "localhost" && isLoopback(address);
  if (host !== own && !isLocal) return urlOf(own, at.port);
  const port = named?.[2] === undefined ? httpPort : Number(named[2]);
  return urlOf(isLocal ? "localhost" : own, port <= 65_535 ? port : at.port);
}

const urlOf = (host: string, port: number): string => `http://${host}${port === httpPort ? "" : `:${port}`}/`;
