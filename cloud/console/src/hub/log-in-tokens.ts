/**
 * The log-in of this browser, as this tab knows it. The log-in itself is a cookie that no script can read; all tabs share it. This
 * tab keeps its access token in memory alone. What is stored is a mark, without any secret, that says whether to ask for a token
 * at the start. A platform admin with support access uses a provider's token in this tab only, until it is closed.
 */
import { markKey, supportKey } from "./log-in-mark.ts";

let own: { readonly token: string; readonly userId: string } | null = null;
let support: string | null = stored(() => sessionStorage.getItem(supportKey));
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("karibu-log-in") : null;

/** What this tab sends now; null: nothing yet, or nobody is logged in. */
export const currentToken = (): string | null => support ?? own?.token ?? null;
/** In whose name this tab asks now: a person, or a support access; null: not known yet, or nobody. */
export const currentAsker = (): string | null => support ?? own?.userId ?? null;
/** Is somebody logged in, as far as this browser knows? */
export const hasTokens = (): boolean => support !== null || own !== null || mark() === "in";
export const hasSupportAccess = (): boolean => support !== null;

/** False: another person has logged in in this browser since, and what this tab shows is not theirs. */
export function keepToken(token: string, userId: string): boolean {
  const isSame = own === null || own.userId === userId;
  own = { token, userId };
  setMark("in");
  return isSame;
}

/** The log-in ended. `isTold`: false when the hub could not be reached, and has to be told later. */
export function forgetLogIn(isTold = true): void {
  own = null;
  endSupportAccess();
  setMark(isTold ? null : "ending");
}

/** Did this browser log out while the hub could not be reached? */
export const isLogOutDue = (): boolean => mark() === "ending";

export const tellOtherTabs = (): void => tabs?.postMessage("ended");

/** Runs when another tab has logged out. `supportToken`: what this tab used until now, if it had support access. */
export function onOtherTabEnded(listener: (supportToken: string | null) => void): void {
  tabs?.addEventListener("message", () => {
    const former = support;
    own = null;
    endSupportAccess();
    listener(former);
  });
}

/** From now on every request of this tab carries this token. */
export function beginSupportAccess(token: string): void {
  support = token;
  stored(() => sessionStorage.setItem(supportKey, token));
}

/** The admin's own log-in counts again. */
export function endSupportAccess(): void {
  support = null;
  stored(() => sessionStorage.removeItem(supportKey));
}

function mark(): string | null {
  return stored(() => localStorage.getItem(markKey));
}

function setMark(next: "in" | "ending" | null): void {
  stored(() => (next === null ? localStorage.removeItem(markKey) : localStorage.setItem(markKey, next)));
}

/** A private window may have no storage: the log-in lasts as long as the page. */
function stored<Value>(use: () => Value): Value | null {
  try {
    return use();
  } catch {
    return null;
  }
}
