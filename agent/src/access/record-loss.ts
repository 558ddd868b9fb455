/** Records that a device loses its place of a grant, and ends its sessions. */
import type { EventOf } from "@karibu/protocol/journal/record";
import { aboutGrant, type Site } from "../grants/site.ts";
import { sessionsOf } from "../state/site-state.ts";

/**
 * The sessions end before the disk has answered, and also where it refuses in the end: the place is free, or another's, from now on, and nobody could
 * take it off again. Where the journal has no room nothing happens. On disk when the promise resolves; rejects as the recorder does.
 * @param loser the device as it stands at the grant
 */
export async function recordLoss(
  { state, recorder }: Pick<Site, "state" | "recorder">,
  event: EventOf<"device-bound"> | EventOf<"device-unbound">,
  loser: { readonly device: string; readonly mac: string | null },
  kick: (sessionKey: string) => boolean,
): Promise<void> {
  const { grantId } = event;
  const left = sessionsOf(state, state.open.byGrant.get(grantId) ?? []).filter(({ mac }) => mac === loser.mac);
  const written = recorder.record([event], { about: aboutGrant(grantId), onlyIfWritable: true });
  const isOff = !state.slots.get(grantId)?.some(({ device }) => device === loser.device);
  if (isOff) for (const { sessionKey } of left) kick(sessionKey);
  await written;
}
