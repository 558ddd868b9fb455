/**
 * The log-in tokens of this browser tab. They lie in sessionStorage: they end with the tab, and no cookie is sent. A platform
 * admin with support access uses a provider's token; the admin's own tokens wait until support access ends.
 */
export interface Tokens {
  readonly token: string;
  /** Null: the token ends and is not renewed (support access). */
  readonly refreshToken: string | null;
}

const storageKeys = { current: "karibu-tokens", own: "karibu-own-tokens" } as const;
const tokens: Record<keyof typeof storageKeys, Tokens | null> = { current: load("current"), own: load("own") };

export const currentTokens = (): Tokens | null => tokens.current;
export const hasTokens = (): boolean => tokens.current !== null;
export const hasSupportAccess = (): boolean => tokens.own !== null;

export function keepTokens(next: Tokens | null): void {
  store("current", next);
  if (next === null) store("own", null);
}

/** From now on every request carries this token. */
export function beginSupportAccess(token: string): void {
  store("own", tokens.own ?? tokens.current);
  store("current", { token, refreshToken: null });
}

/** The admin's own tokens come back. Without support access the log-in ends. */
export function endSupportAccess(): void {
  store("current", tokens.own);
  store("own", null);
}

function load(which: keyof typeof storageKeys): Tokens | null {
  try {
    return JSON.parse(sessionStorage.getItem(storageKeys[which]) ?? "null") as Tokens | null;
  } catch {
    return null;
  }
}

function store(which: keyof typeof storageKeys, next: Tokens | null): void {
  tokens[which] = next;
  try {
    if (next === null) sessionStorage.removeItem(storageKeys[which]);
    else
      sessionStorage.setItem(
        storageKeys[which],
        JSON.stringify({ token: next.token, refreshToken: next.refreshToken }),
      );
  } catch {
    // A private window may have no storage: the log-in lasts as long as the page.
  }
}
