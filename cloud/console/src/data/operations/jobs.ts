import type { deadView, queueView } from "@karibu/cloud/operations/queues/job-routes";
import type { z } from "zod";
import { get, type Page, post, remove } from "../../hub/api.ts";
import { listPath } from "../../hub/list.ts";

export type Queue = z.output<typeof queueView>;
export type DeadJob = z.output<typeof deadView>;

export const listQueues = (): Promise<Page<Queue>> => get("/api/v1/jobs");
export const listDeadJobs = (cursor: string | null): Promise<Page<DeadJob>> =>
  get(listPath("/api/v1/jobs/dead", { limit: 50, cursor }));
export const retryJob = (id: string): Promise<unknown> => post(`/api/v1/jobs/dead/${encodeURIComponent(id)}/retry`);
export const retryAllJobs = (): Promise<{ retried: number }> => post("/api/v1/jobs/dead/retry");
export const flushJobs = (): Promise<unknown> => remove("/api/v1/jobs/dead");
