/**
 * A grant with what staff changed of it: more time or data, another speed, a pause. Pure. What was given before the first use is in the
 * grant's own copy already, which says so (`given`): nothing counts twice, however often the row comes.
 */
import type { GrantChangeBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import { bytes, seconds, type UnixMs, unixMs } from "@karibu/protocol/quantities";

const nothing = { seconds: 0, useSeconds: 0, dataBytes: 0 };

/** With its end, and the plan's date that may cut it off, so much later. */
export function endingLater<Kind extends Grant>(grant: Kind, byMs: number): Kind {
  const later = (atMs: UnixMs | null) => (atMs === null ? null : unixMs(atMs + byMs));
  const { terms, endsAtMs } = grant;
  return { ...grant, endsAtMs: later(endsAtMs), terms: { ...terms, validUntilMs: later(terms.validUntilMs) } };
}

export function changedGrant(grant: Grant, change: GrantChangeBody): Grant {
  const given = grant.given ?? nothing;
  const moreMs = 1000 * Math.max(0, change.seconds - given.seconds);
  const moreUseSeconds = Math.max(0, change.useSeconds - given.useSeconds);
  const moreBytes = Math.max(0, change.dataBytes - given.dataBytes);
  const longer = endingLater(grant, moreMs);
  const { terms } = longer;
  const { validitySeconds, useSeconds, dataBytes } = terms;
  return {
    ...longer,
    terms: {
      ...terms,
      validitySeconds: validitySeconds === null ? null : seconds(validitySeconds + moreMs / 1000),
      useSeconds: useSeconds === null ? null : seconds(useSeconds + moreUseSeconds),
      dataBytes: dataBytes === null ? null : bytes(dataBytes + moreBytes),
      downKbps: change.downKbps ?? terms.downKbps,
      upKbps: change.upKbps ?? terms.upKbps,
      // A burst is of the plan's own speed.
      burst: change.downKbps === undefined && change.upKbps === undefined ? terms.burst : null,
      devices: change.devices ?? terms.devices,
    },
    given: {
      seconds: seconds(Math.max(change.seconds, given.seconds)),
      useSeconds: seconds(Math.max(change.useSeconds, given.useSeconds)),
      dataBytes: bytes(Math.max(change.dataBytes, given.dataBytes)),
    },
    // Whose customer is suspended stays so.
    ...(change.paused === undefined || grant.suspended !== undefined ? {} : { suspended: change.paused }),
  };
}
