/**
 * Tokens: random, shown once, stored only as SHA-256. They begin with the provider, so that a look-up needs no access to all
 * tenants. Then comes the kind: `<provider>.<secret>` a log-in, `<provider>.api.…` an API token,
 * `<provider>.imp.…` a platform admin who acts as the provider, `<provider>.mail.…` a link that was mailed,
 * `<provider>.web.…` the cookie of a browser's log-in, `<provider>.tab.…` what one of its tabs sends.
 */
import { sha256 } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";

const hourMs = 3_600_000;
/** Of an access token, a tab's too. */
export const accessLifeMs = hourMs;
/** Of a refresh token, and of a browser's cookie that nobody uses. */
export const refreshLifeMs = 30 * 24 * hourMs;

export type TokenKind = "login" | "api" | "imp" | "mail" | "web" | "tab";

export function newToken(world: Pick<World, "random">, providerId: string, kind: TokenKind): string {
  const secret = newSecret(world, 32);
  return kind === "login" ? `${providerId}.${secret}` : `${providerId}.${kind}.${secret}`;
}

/** The provider and kind that a token claims; null when it is not a token. */
export function readToken(token: string): { readonly providerId: string; readonly kind: TokenKind } | null {
  const match = /^([0-9a-z-]{1,64})\.(?:(api|imp|mail|web|tab)\.)?[0-9a-f]{64}$/.exec(token);
  return match === null ? null : { providerId: match[1] as string, kind: (match[2] ?? "login") as TokenKind };
}

export function hashOf(token: string): Buffer {
  return sha256(token);
}
