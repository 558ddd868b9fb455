/**
 * How long a session's own reports say that not one byte moved, in the NAS' seconds of the session. A report that does not come says nothing:
 * silence of the router, or of the site, is no silence of the guest. For routers that ignore Idle-Timeout. Pure.
 */
export interface QuietTime {
  /** The newest report. */
  readonly heardSeconds: number;
  /** The newest report that counted more bytes than the one before it: the last byte moved before it. */
  readonly movedSeconds: number;
}

/** Nothing is known of its silence before this report: at its start, and after a restart of the site. */
export const heardFirst = (onlineSeconds: number): QuietTime => ({
  heardSeconds: onlineSeconds,
  movedSeconds: onlineSeconds,
});

/**
 * Reports that come late say nothing new. A session that never counted a byte is of a router that does not count them: each phone moves some, so
 * its silence is none.
 */
export function afterReport(
  quiet: QuietTime,
  {
    onlineSeconds,
    bytes,
    knownBytes,
  }: { readonly onlineSeconds: number; readonly bytes: number; readonly knownBytes: number },
): QuietTime {
  const heardSeconds = Math.max(quiet.heardSeconds, onlineSeconds);
  return { heardSeconds, movedSeconds: bytes > 0 && bytes <= knownBytes ? quiet.movedSeconds : heardSeconds };
}

/** Its reports say that nothing moved for the idle time-out, or longer: the router should have ended it. */
export function isIdle({ heardSeconds, movedSeconds }: QuietTime, idleSeconds: number | null): boolean {
  return idleSeconds !== null && heardSeconds - movedSeconds >= idleSeconds;
}

/**
 * What counts as time online: of a silence no more than the idle time-out. Nobody knows when before a report its last byte moved, so the time-out
 * runs from the report: what a router that obeys the time-out tells always counts in full.
 */
export function countedSeconds({ heardSeconds, movedSeconds }: QuietTime, idleSeconds: number | null): number {
  return idleSeconds === null ? heardSeconds : Math.min(heardSeconds, movedSeconds + idleSeconds);
}
