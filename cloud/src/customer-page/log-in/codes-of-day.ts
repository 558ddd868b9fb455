/**
 * The provider's cap of codes by SMS for a day, which fills up evenly: what strangers can make it pay. Any guest asks for codes of trials, so
 * those take at most half of it, and customers can still log in when guests have spent theirs.
 */
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { readPageSettings } from "../settings/page-settings.ts";

/** Counts one more. False: the cap is reached, and nothing may be sent. */
export async function takeCodeOfDay(
  { clock, log }: Pick<World, "clock" | "log">,
  tx: Tx,
  providerId: string,
  purpose: "customer-code" | "trial-code",
): Promise<boolean> {
  const { codesADay } = await readPageSettings(tx, providerId);
  const isTaken = (kind: string, tries: number) =>
    createSharedTries(clock, kind, { tries, perSeconds: 86_400 }).tryTake(tx, { providerId, subject: "sms" });
  const isWithin =
    codesADay > 0 &&
    (purpose !== "trial-code" || (await isTaken("trial-codes-a-day", Math.ceil(codesADay / 2)))) &&
    (await isTaken("customer-codes-a-day", codesADay));
  if (!isWithin) log.warn("customer-codes-capped", { providerId, codesADay, purpose });
  return isWithin;
}
