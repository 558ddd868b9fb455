/**
 * What comes with an alarm, by name. An agent that raises one with a name that is not here does not compile, nor a console that does not say how each is
 * shown, or that it is not (`pages/alarms/alarm-details.ts`). A name that a console does not have comes from a newer agent or hub, and is shown as it is.
 */
export type AlarmField = SiteAlarmField | LastingAlarmField;

/** With those that an agent writes to its journal. */
type SiteAlarmField =
  | "because"
  | "cause"
  | "droppedBytes"
  | "epoch"
  | "files"
  | "filesSetAside"
  | "first"
  | "firstLostSeq"
  | "freeBytes"
  | "givenTwice"
  | "grant"
  | "heldBack"
  | "heldSeq"
  | "kind"
  | "length"
  | "locks"
  | "lostRecords"
  | "minutes"
  | "nas"
  | "reason"
  | "release"
  | "seller"
  | "session"
  | "tries"
  | "version"
  | "weeks"
  | "what"
  | "who"
  | "why"
  | "wrongTries";

/** With those that last (`AlarmRows` of the hub). */
type LastingAlarmField =
  | "address"
  | "cents"
  | "count"
  | "expected"
  | "mac"
  | "name"
  | "other"
  | "percent"
  | "problem"
  | "reason"
  | "used"
  | "why";

export type AlarmFields = Readonly<Partial<Record<AlarmField, string | number | boolean>>>;
