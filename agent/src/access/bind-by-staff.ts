/** Staff give a device a place of a grant: of a purchase (`admit-device.ts`), or of any grant of the site (`other-devices/staff-devices.ts`). */
import { type AskingDevice, slotsOf } from "../grants/device-slots.ts";
import type { GuardedGrant } from "../grants/guards/code-guard.ts";
import { aboutGrant, type Site, usageOf } from "../grants/site.ts";
import type { RejectReason } from "../state/reject-reason.ts";
import { slotBinding } from "./admit.ts";
import { decide } from "./decide.ts";

/**
 * It takes a place like any device; `decide` has the last word. On disk when the promise resolves.
 * @param moves the device that has had the grant longest loses it; otherwise there must be a free place
 * @returns null: it has the grant; else why not
 */
export async function bindByStaff(
  site: Site,
  grant: GuardedGrant,
  { asking, moves }: { readonly asking: AskingDevice & { readonly mac: string }; readonly moves: boolean },
): Promise<RejectReason | null> {
  const { grantId } = grant;
  const slots = slotsOf(site.state, grantId);
  // Unlike a device that comes again by itself, staff do not take an idle device's place without saying so.
  const bound = moves ? slots : slots.map((slot) => ({ ...slot, online: true }));
  const wish = moves ? "enter" : "re-enter";
  const decision = decide(grant, usageOf(site, grant), { slots: bound, asking, wish }, site.world.clock.wall());
  if (decision.kind === "reject") return decision.reason;
  const about = aboutGrant(grantId);
  const binding = slotBinding(decision.slot, slots, asking);
  if (binding !== null) {
    const replaces = moves && decision.slot.kind === "take" ? (slots[0]?.device ?? null) : binding.replaces;
    const event = { kind: "device-bound", grantId, mac: asking.mac, ...binding, replaces } as const;
    await site.recorder.record([event], { about, onlyIfWritable: true });
  }
  await site.recorder.unwritten(about);
  return null;
}
