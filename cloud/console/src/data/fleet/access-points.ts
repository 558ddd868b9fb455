import type { accessPointsView } from "@karibu/cloud/fleet/access-points/access-point-routes";
import type { AccessPointChoice } from "@karibu/protocol/router/access-points";
import type { z } from "zod";
import { put } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type PingedPoints = z.output<typeof accessPointsView>;
export type PingedPoint = PingedPoints["accessPoints"][number];

export const pingedPointsPath = (siteId: string) => hubPath("/api/v1/sites/{siteId}/access-points", { siteId });
/** All of them; `etag`: the version of the list that they were taken from. */
export const keepPingedPoints = (
  siteId: string,
  accessPoints: readonly AccessPointChoice[],
  etag: string | null,
): Promise<PingedPoints> => put(pingedPointsPath(siteId), { accessPoints }, { etag });
