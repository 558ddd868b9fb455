export interface ReminderTables {
  reminders: {
    provider_id: string;
    /** Of a subscription or a grant. */
    subject_id: string;
    /** The due date, the end, the suspension. */
    about_ms: number;
    /** `day-3`, `day0`, `day3`: days from the due date; `expired`, `suspended`, `grant-ended`. */
    kind: string;
    outcome: "sent" | "skipped";
    why: string | null;
    at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReminderTables {}
}
