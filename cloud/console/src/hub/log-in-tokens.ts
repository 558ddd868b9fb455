/**
 * The tokens of this tab. They live in sessionStorage: they end with the tab, and no cookie is sent anywhere. A platform
 * admin who acts as a provider has that log-in's token in front; their own wait behind it.
 */
export interface Tokens {
  readonly token: string;
  /** Null: the token ends and is not renewed (acting as a provider). */
  readonly refreshToken: string | null;
}

const places = { now: "karibu-tokens", own: "karibu-own-tokens" } as const;
const held: Record<keyof typeof places, Tokens | null> = { now: read("now"), own: read("own") };

export const tokensNow = (): Tokens | null => held.now;
export const hasTokens = (): boolean => held.now !== null;
/** Does one act as a provider just now? */
export const isActing = (): boolean => held.own !== null;

export function keepTokens(next: Tokens | null): void {
  keep("now", next);
  if (next === null) keep("own", null);
}

/** From now on everything is asked with this token. */
export function actWith(token: string): void {
  keep("own", held.own ?? held.now);
  keep("now", { token, refreshToken: null });
}

/** The end of acting as a provider; without it, of the log-in. */
export function backToOneself(): void {
  keep("now", held.own);
  keep("own", null);
}

function read(place: keyof typeof places): Tokens | null {
  try {
    return JSON.parse(sessionStorage.getItem(places[place]) ?? "null") as Tokens | null;
  } catch {
    return null;
  }
}

function keep(place: keyof typeof places, next: Tokens | null): void {
  held[place] = next;
  try {
    if (next === null) sessionStorage.removeItem(places[place]);
    else sessionStorage.setItem(places[place], JSON.stringify({ token: next.token, refreshToken: next.refreshToken }));
  } catch {
    // A private window may have no storage: the log-in lasts as long as the page.
  }
}
