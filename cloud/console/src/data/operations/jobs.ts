import type { deadView, queueView } from "@karibu/cloud/operations/queues/job-routes";
import type { queueCheckView } from "@karibu/cloud/operations/queues/queue-check-routes";
import type { z } from "zod";
import { get, type Page, post, remove } from "../../hub/api.ts";
import { type Body, hubPath } from "../../hub/hub-path.ts";
import { getList, type ListQuery, type Span } from "../../hub/list.ts";

export type Queue = z.output<typeof queueView>;
export type QueueCheck = z.output<typeof queueCheckView>;
export type FailedJob = z.output<typeof deadView>;

export const listQueues = (): Promise<Page<Queue>> => get("/api/v1/jobs");

/** Nothing is changed by it. */
export const tryQueue = (wanted: Body<"POST", "/api/v1/platform/queue-checks">): Promise<QueueCheck> =>
  post("/api/v1/platform/queue-checks", wanted);

const failedPath = "/api/v1/jobs/dead";
export const listFailedJobs = (query: ListQuery, span: Span): Promise<Page<FailedJob>> =>
  getList(failedPath, query, { ...span });
export const retryJob = (id: string): Promise<unknown> => post(hubPath("/api/v1/jobs/dead/{id}/retry", { id }));
export const retryAllJobs = (): Promise<{ retried: number }> => post("/api/v1/jobs/dead/retry");
export const deleteFailedJobs = (): Promise<unknown> => remove(failedPath);
