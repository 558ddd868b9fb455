/**
 * RouterOS' Acct-Session-Id, eight hex symbols that begin with 8: two for the service, then what changes at each reboot,
 * then a count of sessions. RouterOS sends no Accounting-On and no Stop after a power cut, so this part is the only
 * word that a router lost its sessions. How many symbols each part has is not documented: two are taken for the reboot,
 * and a count that runs over into them merely closes sessions that their next interim opens again.
 */
export interface SessionIdBoot {
  readonly service: string;
  readonly part: string;
}

/** Services seen so far are 80 (hotspot) and 81 (PPP); random ids of other NASes hardly ever begin like that. */
const routerOsId = /^8[0-3][0-9a-f]{6}$/i;

/** Null for ids of another form: they contain no boot. */
export function bootOf(sessionId: string): SessionIdBoot | null {
  if (!routerOsId.test(sessionId)) return null;
  return { service: sessionId.slice(0, 2).toLowerCase(), part: sessionId.slice(2, 4).toLowerCase() };
}
