/** Reads an Accounting-Request as a report of a session. */
import { bytes, seconds } from "@karibu/protocol/quantities";
import { attributes } from "@karibu/protocol/radius/attributes";
import { statusTypes, terminateCauses } from "@karibu/protocol/radius/codes";
import type { MalformedReason } from "@karibu/protocol/radius/packet-index";
import { isRouterLogInName } from "@karibu/protocol/router/router-log-in";
import type { AccountingReport, Nas } from "../../access/access.ts";

import { joinCounter } from "./counters.ts";
import type { RequestView } from "./request-view.ts";

const words = new Map<number, AccountingReport["status"]>([
  [statusTypes.start, "start"],
  [statusTypes.interim, "interim"],
  [statusTypes.stop, "stop"],
]);

/** The report, or why it can't be acted on. RFC 2866 §5. */
export function readReport(view: RequestView, statusType: number, nas: Nas): AccountingReport | MalformedReason {
  const status = words.get(statusType);
  if (status === undefined) return "unknown-status-type";
  const sessionId = view.text(attributes.acctSessionId.type);
  if (sessionId === null || sessionId === "") return "missing-session-id";
  const input = joinCounter(
    countOf(view, attributes.acctInputOctets.type),
    countOf(view, attributes.acctInputGigawords.type),
  );
  const output = joinCounter(
    countOf(view, attributes.acctOutputOctets.type),
    countOf(view, attributes.acctOutputGigawords.type),
  );
  if (input === null || output === null) return "counter-range";
  const cause = status === "stop" ? view.u32(attributes.acctTerminateCause.type) : null;
  const grantId = view.text(attributes.class.type);
  const otherClasses = grantId === null ? [] : view.otherClasses();
  const user = view.text(attributes.userName.type) ?? "";
  return {
    status,
    nas: nas.name,
    router: nas.router,
    sessionId,
    user,
    grantId: grantId === "" ? null : grantId,
    ...(otherClasses.length === 0 ? {} : { otherClasses }),
    service: view.service(),
    mac: view.mac(),
    address: view.address(),
    inputBytes: bytes(input),
    outputBytes: bytes(output),
    sessionSeconds: seconds(countOf(view, attributes.acctSessionTime.type)),
    delaySeconds: seconds(countOf(view, attributes.acctDelayTime.type)),
    cause: cause === null ? null : (terminateCauses[cause] ?? `cause-${cause}`),
    ...(isRouterLogInName(user) ? { from: view.text(attributes.callingStationId.type) } : {}),
  };
}

/** Not a closure of the above: the bundle names each function when it is made, which costs more than the call. */
function countOf(view: RequestView, type: number): number {
  return view.u32(type) ?? 0;
}
