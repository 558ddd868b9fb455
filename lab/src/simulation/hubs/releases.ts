/** Releases of the agent: the platform's people upload them, and they or the owner say which of them the site is to run. */
import { begin } from "../sites/asks.ts";
import { bundleOf } from "../sites/container.ts";
import { orNothing } from "./console.ts";
import type { HubCommandOf } from "./hub-commands.ts";
import type { HubDay, Player } from "./hub-day.ts";
import { order } from "./order.ts";

export const releasePlayer: Player<"release"> = (day, command) => begin(day, release(day, command));

async function release(day: HubDay, { which, way, by, number }: HubCommandOf<"release">): Promise<void> {
  const { side, town, releases } = day;
  const isHeld = which === "held" && releases.length > 0;
  const wanted = which === "none" ? null : isHeld ? releases[number % releases.length] : await upload(day, way);
  if (wanted === undefined) return;
  const act = day.acts++;
  const { version, releaseId } = wanted ?? { version: null, releaseId: null };
  town.note({ kind: "release-ordered", act, version, way: wanted?.way ?? "good", by });
  await order(day, act, () =>
    by === "owner"
      ? side.call("PATCH", `/api/v1/site-releases/${side.siteId}`, { pinnedReleaseId: releaseId })
      : side.callAsAdmin("PATCH", "/api/v1/release-channels/stable", { releaseId, percent: 100 }),
  );
}

/** The next one. Undefined: nobody lived to say that the hub has it. */
async function upload(
  day: HubDay,
  way: HubCommandOf<"release">["way"],
): Promise<HubDay["releases"][number] | undefined> {
  const { side, releases } = day;
  const version = `1.${releases.length + 1}.0`;
  const bundle = Buffer.from(bundleOf(version, way)).toString("base64");
  const answer = await orNothing(side.callAsAdmin("POST", "/api/v1/releases", { bundle }));
  if (answer === null || answer.status >= 300) return undefined;
  const made = { releaseId: answer.body.releaseId as string, version, way };
  releases.push(made);
  return made;
}
