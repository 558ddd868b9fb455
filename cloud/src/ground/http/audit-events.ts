/** What is in the audit log beside requests, each with the fields of its detail: the console has words for all of them, or it does not compile. */
export const auditEvents = {
  "backup-downloaded": [],
  "backup-taken": [],
  "code-guesses-ended": ["misses", "person"],
  /** By who has the server, with `karibu users`. */
  "command-line-set-password": [],
  "command-line-unlock": [],
  "first-admin-made": [],
  "hub-restored": ["backup", "savedAs"],
  "impersonation-started": ["admin", "reason", "minutes", "readOnly"],
  "invitation-accepted": ["role"],
  "log-in": ["from", "by"],
  "log-in-ended": ["reason"],
  "log-in-guessed": ["from"],
  "log-out": [],
  "password-reset": ["from"],
  "personal-data-exported": [],
  "provider-exported": ["withCodes"],
  /** From one role to another one. */
  "role-by-radius": ["from", "to"],
  "router-password-ended": ["name", "person", "isTold", "endedSessions", "leftSessions", "why"],
  "session-ended": ["why", "count", "sessionIds"],
  "signed-up": ["from"],
} as const satisfies Record<string, readonly string[]>;

export type AuditEvent = keyof typeof auditEvents;
