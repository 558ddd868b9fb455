import type { uplinkView } from "@karibu/cloud/reports/roll-ups/uplink-routes";
import type { scheduleView } from "@karibu/cloud/reports/schedules/schedule-routes";
import type { z } from "zod";
import { get, type Page, post, put, remove } from "../../hub/api.ts";

export type ReportSchedule = z.output<typeof scheduleView>;
export type ScheduleFields = Omit<ReportSchedule, "scheduleId" | "nextDay" | "sentAtMs" | "sentTo">;
export type Uplink = z.output<typeof uplinkView>;

const path = "/api/v1/report-schedules";
const at = (scheduleId: string) => `${path}/${encodeURIComponent(scheduleId)}`;

/** All of them: there are at most ten. */
export async function listSchedules(): Promise<Page<ReportSchedule>> {
  const { items } = await get<{ readonly items: ReportSchedule[] }>(path);
  return { items, nextCursor: null };
}
export const addSchedule = (schedule: ScheduleFields): Promise<ReportSchedule> => post(path, schedule);
export const changeSchedule = (scheduleId: string, schedule: ScheduleFields): Promise<ReportSchedule> =>
  put(at(scheduleId), schedule);
export const removeSchedule = (scheduleId: string): Promise<unknown> => remove(at(scheduleId));
export const sendSchedule = (scheduleId: string, key: string): Promise<{ letters: number }> =>
  post(`${at(scheduleId)}/send`, {}, { key });

export const uplinkPath = (siteId: string): string => `/api/v1/site-uplinks/${encodeURIComponent(siteId)}`;
export const saveUplink = (siteId: string, uplink: Uplink, etag: string | null): Promise<Uplink> =>
  put(uplinkPath(siteId), uplink, { etag });
