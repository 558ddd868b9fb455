import type { ReportName } from "@karibu/protocol/report-names";
import type { ColumnType, Generated } from "kysely";
import type { FileLanguage } from "../../ground/lists/export-words.ts";
import type { ScheduleStep } from "./schedule-policy.ts";

export interface ScheduleTables {
  report_schedules: {
    provider_id: string;
    schedule_id: string;
    reports: ColumnType<ReportName[], string, string>;
    every: ScheduleStep;
    format: "pdf" | "csv";
    language: FileLanguage;
    user_ids: ColumnType<string[], string, string>;
    active: boolean;
    /** `2026-11-22`. */
    next_day: string;
    sent_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    sent_to: Generated<number>;
    created_at_ms: number;
    updated_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ScheduleTables {}
}
