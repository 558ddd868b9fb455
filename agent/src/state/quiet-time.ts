/**
 * How long a session's own reports say that not one byte moved, in the NAS' seconds of the session. A report that does not come says nothing:
 * silence of the router, or of the site, is no silence of the guest. For routers that ignore Idle-Timeout. Pure.
 */
export interface QuietTime {
  /** The newest report. */
  readonly heardSeconds: number;
  /** The newest report that counted more bytes than the one before it. */
  readonly movedSeconds: number;
  /** The report before that one. The last byte moved at some time after it. */
  readonly beforeSeconds: number;
}

/** Nothing is known of its silence before this report: at its start, and after a restart of the site. */
export const heardFirst = (onlineSeconds: number): QuietTime => ({
  heardSeconds: onlineSeconds,
  movedSeconds: onlineSeconds,
  beforeSeconds: onlineSeconds,
});

/** Reports that come late say nothing new. */
export function afterReport(
  quiet: QuietTime,
  { onlineSeconds, hasMoved }: { readonly onlineSeconds: number; readonly hasMoved: boolean },
): QuietTime {
  const heardSeconds = Math.max(quiet.heardSeconds, onlineSeconds);
  if (!hasMoved) return { ...quiet, heardSeconds };
  return { heardSeconds, movedSeconds: heardSeconds, beforeSeconds: quiet.heardSeconds };
}

/** Its reports say that nothing moved for the idle time-out, or longer: the router should have ended it. */
export function isIdle({ heardSeconds, movedSeconds }: QuietTime, idleSeconds: number | null): boolean {
  return idleSeconds !== null && heardSeconds - movedSeconds >= idleSeconds;
}

/**
 * What counts as time online: of a silence no more than the idle time-out. Nobody knows when between two reports the last byte moved, so the
 * time-out runs from the earlier one, but what may have been used always counts.
 */
export function countedSeconds(
  { heardSeconds, movedSeconds, beforeSeconds }: QuietTime,
  idleSeconds: number | null,
): number {
  if (idleSeconds === null) return heardSeconds;
  return Math.min(heardSeconds, Math.max(movedSeconds, beforeSeconds + idleSeconds));
}
