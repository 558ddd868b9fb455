/**
 * Is a device somebody else's, so that staff may not put it on this grant? Each door for staff asks this: whoever has a stolen session of theirs
 * would pull a guest's device from what it pays for.
 */
import { kindOfGrant } from "@karibu/protocol/grant-id";
import type { Site } from "../../grants/site.ts";
import { openSessions } from "../../state/site-state.ts";

/** The accounts that are tied to devices. */
export type TiedAccounts = () => Iterable<{ readonly macs?: readonly string[] | undefined }>;

/**
 * It is online with another grant, or another account is tied to it. What is given for nothing is no other grant: who waits on the minutes of a
 * payment or of a trial gives nothing up. Nor is the last period of the same account.
 */
export function isAnothers(
  { state, catalogue }: Pick<Site, "state" | "catalogue">,
  tied: TiedAccounts,
  { grantId, mac }: { readonly grantId: string; readonly mac: string },
): boolean {
  const account = kindOfGrant(grantId) === "account" ? catalogue.presentAccount(grantId) : null;
  const own = account?.macs ?? [];
  for (const { macs = [] } of tied()) if (macs.includes(mac) && !own.includes(mac)) return true;
  const isOwn = (openId: string | null): boolean => {
    if (openId === null || openId === grantId) return openId === grantId;
    if (kindOfGrant(openId) === "free") return true;
    return account !== null && catalogue.presentAccount(openId)?.grantId === account.grantId;
  };
  return openSessions(state).some((session) => session.mac === mac && !isOwn(session.grantId));
}
