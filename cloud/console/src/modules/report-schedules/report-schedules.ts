import type { scheduleView } from "@karibu/cloud/modules/report-schedules/schedule-routes";
import type { z } from "zod";
import { get, type Page, post, put, remove } from "../../hub/api.ts";
import { hubPath } from "../../hub/hub-path.ts";

export type ReportSchedule = z.output<typeof scheduleView>;
export type ScheduleFields = Omit<ReportSchedule, "scheduleId" | "nextDay" | "sentAtMs" | "sentTo">;

const path = "/api/v1/report-schedules";
const at = (scheduleId: string) => hubPath("/api/v1/report-schedules/{scheduleId}", { scheduleId });

/** All of them: there are at most ten. */
export async function listSchedules(): Promise<Page<ReportSchedule>> {
  const { items } = await get(path);
  return { items, nextCursor: null };
}
export const addSchedule = (schedule: ScheduleFields): Promise<ReportSchedule> => post(path, schedule);
export const changeSchedule = (scheduleId: string, schedule: ScheduleFields): Promise<ReportSchedule> =>
  put(at(scheduleId), schedule);
export const removeSchedule = (scheduleId: string): Promise<unknown> => remove(at(scheduleId));
export const sendSchedule = (scheduleId: string, key: string): Promise<{ letters: number }> =>
  post(hubPath("/api/v1/report-schedules/{scheduleId}/send", { scheduleId }), {}, { key });
