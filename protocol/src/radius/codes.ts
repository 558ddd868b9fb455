/** Numbers of packets and of enumerated values. */

/** Packet codes (RFC 2865 §4, 2866 §4, 5176 §2.3, 5997 §3). */
export const codes = {
  accessRequest: 1,
  accessAccept: 2,
  accessReject: 3,
  accountingRequest: 4,
  accountingResponse: 5,
  accessChallenge: 11,
  statusServer: 12,
  disconnectRequest: 40,
  disconnectAck: 41,
  disconnectNak: 42,
  coaRequest: 43,
  coaAck: 44,
  coaNak: 45,
} as const;

/** Acct-Status-Type (RFC 2866 §5.1). */
export const statusTypes = { start: 1, stop: 2, interim: 3, on: 7, off: 8 } as const;

/** Acct-Terminate-Cause by number (RFC 2866 §5.10). */
export const terminateCauses: Readonly<Record<number, string>> = {
  1: "user-request",
  2: "lost-carrier",
  3: "lost-service",
  4: "idle-timeout",
  5: "session-timeout",
  6: "admin-reset",
  7: "admin-reboot",
  8: "port-error",
  9: "nas-error",
  10: "nas-request",
  11: "nas-reboot",
  12: "port-unneeded",
  13: "port-preempted",
  14: "port-suspended",
  15: "service-unavailable",
  16: "callback",
  17: "user-error",
  18: "host-request",
};
