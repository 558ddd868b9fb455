import type { deviceTwiceView } from "@karibu/cloud/catalogue/sessions/devices-twice";
import type { z } from "zod";

export type DeviceTwice = z.output<typeof deviceTwiceView>;
export interface DevicesTwice {
  readonly items: readonly DeviceTwice[];
}
export const devicesTwicePath = "/api/v1/reports/devices-twice";
