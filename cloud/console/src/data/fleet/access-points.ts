import type { accessPointsView } from "@karibu/cloud/fleet/access-points/access-point-routes";
import type { AccessPointChoice } from "@karibu/protocol/router/access-points";
import type { z } from "zod";
import { put } from "../../hub/api.ts";
import { sitePath } from "./sites.ts";

export type PingedPoints = z.output<typeof accessPointsView>;
export type PingedPoint = PingedPoints["accessPoints"][number];

export const pingedPointsPath = (siteId: string) => `${sitePath(siteId)}/access-points`;
export const keepPingedPoints = (siteId: string, accessPoints: readonly AccessPointChoice[]): Promise<PingedPoints> =>
  put(pingedPointsPath(siteId), { accessPoints });
