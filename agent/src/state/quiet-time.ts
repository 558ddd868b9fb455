/**
 * How long a session's own reports say that not one byte moved, in the NAS' seconds of the session. A report that does not come says nothing:
 * silence of the router, or of the site, is no silence of the guest. For routers that ignore Idle-Timeout. Pure.
 */
export interface QuietTime {
  /** The newest report. */
  readonly heardSeconds: number;
  /** The newest report that counted more bytes than the one before it: the last byte moved before it. */
  readonly movedSeconds: number;
  /** The newest bytes that the guest sent were counted by the second of these reports, and not by the first. */
  readonly sentAfterSeconds: number;
  readonly sentBySeconds: number;
}

/** Nothing is known of its silence before this report: at its start, and after a restart of the site. */
export const heardFirst = (onlineSeconds: number): QuietTime => ({
  heardSeconds: onlineSeconds,
  movedSeconds: onlineSeconds,
  sentAfterSeconds: 0,
  sentBySeconds: onlineSeconds,
});

/**
 * Reports that come late say nothing new. A session that never counted a byte is of a router that does not count them: each phone moves some, so
 * its silence is none.
 * @param sent of the bytes, those that the guest sent
 */
export function afterReport(
  quiet: QuietTime,
  {
    onlineSeconds,
    bytes,
    knownBytes,
    sent,
    knownSent,
  }: {
    readonly onlineSeconds: number;
    readonly bytes: number;
    readonly knownBytes: number;
    readonly sent: number;
    readonly knownSent: number;
  },
): QuietTime {
  const heardSeconds = Math.max(quiet.heardSeconds, onlineSeconds);
  const hasSent = bytes === 0 || sent > knownSent;
  const isNews = heardSeconds > quiet.heardSeconds;
  return {
    heardSeconds,
    movedSeconds: bytes > 0 && bytes <= knownBytes ? quiet.movedSeconds : heardSeconds,
    sentAfterSeconds: hasSent && isNews ? quiet.heardSeconds : quiet.sentAfterSeconds,
    sentBySeconds: hasSent ? heardSeconds : quiet.sentBySeconds,
  };
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
