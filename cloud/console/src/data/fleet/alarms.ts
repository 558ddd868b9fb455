import type { alarmView } from "@karibu/cloud/fleet/alarms/alarm-routes";
import type { z } from "zod";
import { type Page, post } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery } from "../../hub/list.ts";

export type Alarm = z.output<typeof alarmView>;

interface AlarmFilters {
  readonly state?: string;
  readonly siteId?: string;
  readonly severity?: string;
  readonly fromMs?: number | null;
  readonly untilMs?: number | null;
}

export const listAlarms = (query: ListQuery, filters: AlarmFilters): Promise<Page<Alarm>> =>
  getList("/api/v1/alarms", query, { ...filters });
export const acknowledgeAlarm = (id: string): Promise<unknown> =>
  post(hubPath("/api/v1/alarms/{id}/acknowledge", { id }));
