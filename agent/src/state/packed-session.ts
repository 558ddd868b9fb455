/**
 * A closed session as one text, which takes a third of what the object does: its fields in one order, as JSON. A field that is added to `Session`
 * and forgotten here fails the test beside it.
 */
import { bytes } from "@karibu/protocol/quantities";
import type { Session } from "./session.ts";

/** What most sessions have not said is null. */
type Rest = [
  baseInputBytes: Session["baseInputBytes"],
  baseOutputBytes: Session["baseOutputBytes"],
  redials: true | null,
  unsettled: true | null,
  device: string | null,
];

export function packSession(session: Session): string {
  const { baseInputBytes, baseOutputBytes, redials = null, unsettled = null, device = null } = session;
  const says = baseInputBytes + baseOutputBytes > 0 || redials !== null || unsettled !== null || device !== null;
  const rest: Rest | 0 = says ? [baseInputBytes, baseOutputBytes, redials, unsettled, device] : 0;
  return JSON.stringify([
    session.sessionKey,
    session.sessionId,
    session.nas,
    session.router,
    session.grantId,
    session.user,
    session.mac,
    session.address,
    session.boot,
    session.startedAtMs,
    session.stoppedAtMs,
    session.cause,
    session.inputBytes,
    session.outputBytes,
    session.onlineSeconds,
    rest,
  ]);
}

export function unpackSession(text: string): Session {
  const row = JSON.parse(text);
  const rest: Rest | 0 = row[15];
  const plain: Session = {
    inputBytes: row[12],
    outputBytes: row[13],
    onlineSeconds: row[14],
    baseInputBytes: rest === 0 ? bytes(0) : rest[0],
    baseOutputBytes: rest === 0 ? bytes(0) : rest[1],
    sessionKey: row[0],
    sessionId: row[1],
    nas: row[2],
    router: row[3],
    grantId: row[4],
    user: row[5],
    mac: row[6],
    address: row[7],
    boot: row[8],
    startedAtMs: row[9],
    stoppedAtMs: row[10],
    cause: row[11],
  };
  if (rest === 0) return plain;
  const [, , redials, unsettled, device] = rest;
  return {
    ...plain,
    ...(redials === null ? {} : { redials }),
    ...(unsettled === null ? {} : { unsettled }),
    ...(device === null ? {} : { device }),
  };
}

/** Is it the text of the session with this key? */
export function isPacked(text: string, sessionKey: string): boolean {
  return text.startsWith(`[${JSON.stringify(sessionKey)},`);
}
