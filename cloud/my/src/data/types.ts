/** What the hub answers, as this page reads it. */
import type { PayChannel } from "@karibu/protocol/pay-channel";

export interface Provider {
  readonly name: string;
  readonly currency: string;
  /** Of its customers; one that this page does not have is read in English. */
  readonly locale: string;
  readonly supportPhone: string | null;
  readonly utcOffsetMinutes?: number;
  /** `#rrggbb`; null: Karibu's. */
  readonly mainColour?: string | null;
  readonly accentColour?: string | null;
  readonly logoPictureId?: string | null;
}

export interface Service {
  readonly subscriptionId: string;
  readonly planId: string;
  readonly planName: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly every: { readonly unit: "day" | "week" | "month"; readonly count: number };
  readonly username: string | null;
  readonly state: "active" | "grace" | "over" | "suspended" | "paused" | "ended";
  readonly isNew: boolean;
  readonly paidUntilMs: number;
  readonly graceUntilMs: number;
  readonly promisedUntilMs: number | null;
  readonly pauseUntilMs: number | null;
  readonly suspendedReason: string | null;
  readonly autoRenew: boolean;
  readonly standingOrder: boolean;
  readonly cancelAtEnd: boolean;
  readonly dueCents: number;
  readonly items: readonly {
    readonly kind: "fee" | "late-fee" | "deposit" | "add-on";
    readonly name: string;
    readonly amountCents: number;
  }[];
  readonly promiseDaysMax: number;
  readonly pauseDaysMax: number;
}

export interface PlanOffer {
  readonly planId: string;
  readonly name: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly downKbps: number | null;
  readonly upKbps: number | null;
}

export interface Pass {
  readonly planName: string;
  readonly boughtAtMs: number;
  readonly startedAtMs: number | null;
  readonly endsAtMs: number | null;
  /** Absent: an older hub. */
  readonly isPaused?: boolean;
  readonly code: string | null;
}

export interface Overview {
  readonly customerId: string;
  readonly name: string;
  readonly phone: string | null;
  readonly isActive: boolean;
  readonly nowMs: number;
  readonly currency: string;
  readonly creditCents: number;
  /** Of it, what is not confirmed yet. Absent: an older hub. */
  readonly unprovedCents?: number;
  /** Absent: an older hub. */
  readonly owesFromBeforeCents?: number;
  readonly payAt: {
    readonly accountNumber: string;
    readonly paybills: readonly string[];
    readonly canPrompt: boolean;
    /** Absent: an older hub. */
    readonly ways?: readonly PayChannel[];
  } | null;
  readonly services: readonly Service[];
  readonly plans: readonly PlanOffer[];
  readonly passes: readonly Pass[];
  /** What the hub is run with. Absent: an older hub. */
  readonly modules?: readonly string[];
}

export interface UsedDay {
  readonly day: string;
  readonly downBytes: number;
  readonly upBytes: number;
  readonly onlineSeconds: number;
}

export interface PaymentLine {
  readonly receipt: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly atMs: number;
  readonly wallet: string;
  readonly state: "booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen";
  readonly returnedCents: number;
}

export interface ChargeLine {
  readonly atMs: number;
  readonly planName: string;
  readonly what: string;
  readonly amountCents: number | null;
  readonly currency: string;
  readonly paidUntilMs: number;
}

export interface InvoiceLine {
  readonly invoiceId: string;
  readonly number: number;
  readonly totalCents: number;
  readonly currency: string;
  readonly state: "issued" | "paid" | "void";
  readonly dueOn: string | null;
  readonly createdAtMs: number;
  /** Null or absent: it can't be paid here. */
  readonly accountNumber?: string | null;
}

export interface DocumentLine {
  readonly documentId: string;
  readonly kind: "tax-invoice" | "credit-note" | "receipt" | "sales-summary";
  readonly number: string;
  readonly totalCents: number;
  readonly currency: string;
  readonly issuedOn: string;
}

export interface SessionLine {
  readonly sessionId: string;
  readonly way: "code" | "password";
  readonly device: string;
  readonly madeAtMs: number;
  readonly lastUsedAtMs: number;
  readonly isThis: boolean;
}

export interface TicketLine {
  readonly ticketId: string;
  readonly number: number;
  readonly subject: string;
  readonly kind: TicketKind;
  readonly state: "open" | "waiting" | "solved" | "closed" | "reopened";
  readonly changedAtMs: number;
}

export type TicketKind = "connection" | "speed" | "payment" | "account" | "equipment" | "other";
export const ticketKinds: readonly TicketKind[] = ["connection", "speed", "payment", "account", "equipment", "other"];

export interface Ticket extends TicketLine {
  readonly entries: readonly {
    readonly entryId: string;
    readonly from: "customer" | "staff";
    readonly who: string;
    readonly said: string;
    readonly atMs: number;
  }[];
  readonly pictures: readonly { readonly pictureId: string; readonly width: number; readonly height: number }[];
  readonly isWritable: boolean;
}

export interface Wishes {
  readonly service: boolean;
  readonly marketing: boolean;
}

export interface Prompt {
  readonly promptId: string;
  readonly state: "sending" | "prompted" | "paid" | "failed" | "unknown";
  readonly reason: string | null;
  readonly receipt: string | null;
  readonly amountCents: number;
  readonly currency: string;
  readonly phone: string;
  /** The page on which it is paid, also after a card was declined; null or absent: it is on the phone, or can't be paid there now. */
  readonly payAt?: string | null;
}

export type LinkView =
  | { readonly state: "unknown" }
  | { readonly state: "expired" | "revoked" | "over"; readonly provider: Provider }
  | { readonly state: "paid"; readonly provider: Provider; readonly what: string; readonly receipt: string | null }
  | {
      readonly state: "open";
      readonly provider: Provider;
      readonly name: string;
      readonly what: string;
      readonly amountCents: number;
      readonly currency: string;
      readonly dueMs: number | null;
      readonly accountNumber: string | null;
      readonly paybills: readonly string[];
      readonly canPrompt: boolean;
      readonly ways?: readonly PayChannel[];
    };
