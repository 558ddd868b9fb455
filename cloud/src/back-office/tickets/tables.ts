import type { ColumnType, Generated, Selectable } from "kysely";

type Later<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export const ticketKinds = ["connection", "speed", "payment", "account", "equipment", "other"] as const;
export type TicketKind = (typeof ticketKinds)[number];
export const ticketPriorities = ["low", "normal", "high", "urgent"] as const;
export type TicketPriority = (typeof ticketPriorities)[number];
/** `waiting`: for the customer. */
export const ticketStates = ["open", "reopened", "waiting", "solved", "closed"] as const;
export type TicketState = (typeof ticketStates)[number];
/** How an answer goes out beside the customer's own page, where it always stands. */
export const answerWays = ["sms", "email"] as const;
export type AnswerWay = (typeof answerWays)[number];

/** Minutes of working time. */
export interface Target {
  readonly answerMinutes: number;
  readonly solveMinutes: number;
}
export type Targets = Readonly<Record<TicketPriority, Target>>;

export interface TicketTables {
  tickets: {
    provider_id: string;
    ticket_id: string;
    number: number;
    subject: string;
    kind: TicketKind;
    priority: TicketPriority;
    state: TicketState;
    customer_id: string | null;
    site_id: string | null;
    account_id: string | null;
    opened_by: "customer" | "staff" | "karibu";
    opened_by_name: string;
    assigned_to: Later<string>;
    about: Later<string>;
    answer_due_ms: number;
    answered_at_ms: Later<number>;
    answer_work_ms: Later<number>;
    running_since_ms: Later<number>;
    spent_ms: Generated<number>;
    solve_due_ms: Later<number>;
    solved_at_ms: Later<number>;
    closed_at_ms: Later<number>;
    created_at_ms: number;
    changed_at_ms: number;
  };
  ticket_numbers: { provider_id: string; last: number };
  ticket_entries: {
    provider_id: string;
    entry_id: string;
    ticket_id: string;
    kind: "message" | "answer" | "note" | "change";
    who: string;
    user_id: string | null;
    text: string;
    what: Later<string>;
    ways: ColumnType<AnswerWay[] | null, AnswerWay[] | null | undefined, never>;
    at_ms: number;
  };
  ticket_pictures: {
    provider_id: string;
    picture_id: string;
    ticket_id: string;
    who: string;
    media_type: "image/png" | "image/jpeg";
    bytes: ColumnType<Uint8Array, Uint8Array, never>;
    width: number;
    height: number;
    is_internal: boolean;
    at_ms: number;
  };
  ticket_rules: {
    provider_id: string;
    work_days: ColumnType<number[], number[], number[]>;
    from_minute: number;
    until_minute: number;
    targets: ColumnType<Targets, Targets, Targets>;
  };
  canned_answers: {
    provider_id: string;
    canned_id: string;
    name: string;
    text: string;
    created_at_ms: number;
  };
}

export type TicketRow = Selectable<TicketTables["tickets"]>;
export type TicketEntryRow = Selectable<TicketTables["ticket_entries"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends TicketTables {}
}
