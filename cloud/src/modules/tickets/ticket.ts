import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

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

export type TicketRow = Selectable<Schema["tickets"]>;

export type TicketEntryRow = Selectable<Schema["ticket_entries"]>;
