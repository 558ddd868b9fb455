/** What the page knows, and what is open on it. */
import type { Language } from "../strings/choose-language.ts";
import { type PageName, type Place, pageNames } from "./address.ts";
import type { Trouble } from "./api.ts";
import type {
  ChargeLine,
  DocumentLine,
  InvoiceLine,
  LinkView,
  Overview,
  PaymentLine,
  Prompt,
  Provider,
  SessionLine,
  Ticket,
  TicketLine,
  UsedDay,
  Wishes,
} from "./types.ts";

/** A part of the page that is fetched when it is first looked at. */
export type Part<T> =
  | { readonly state: "none" }
  | { readonly state: "loading" }
  | { readonly state: "here"; readonly value: T }
  | { readonly state: "failed"; readonly trouble: Trouble };

/** What a customer is about to do. */
export type Dialog =
  | {
      readonly kind: "pay";
      readonly subscriptionId: string | null;
      readonly key: string;
      /** An invoice is paid. Left out: a service, or credit. */
      readonly invoiceId?: string;
    }
  | { readonly kind: "promise" | "pause"; readonly subscriptionId: string }
  | {
      readonly kind: "plan";
      readonly subscriptionId: string;
      readonly key: string;
      readonly chosen: { readonly planId: string; readonly cents: number } | null;
    };

/** A phone was asked, or a payment page opened. */
export interface Asked {
  readonly onPage: boolean;
  readonly prompt: Prompt | null;
  /** For which service; null: credit, or a link. */
  readonly subscriptionId: string | null;
  /** As it was paid when the phone was asked. */
  readonly paidUntilMs: number | null;
  /** It is on again. */
  readonly isDone: boolean;
}

export interface State {
  readonly place: Place;
  readonly language: Language;
  /** `unknown`: the hub has not been asked yet. */
  readonly session: "unknown" | "in" | "out";
  readonly provider: Part<Provider | null>;
  readonly overview: Part<Overview>;
  readonly usage: Part<readonly UsedDay[]>;
  readonly payments: Part<readonly PaymentLine[]>;
  readonly charges: Part<readonly ChargeLine[]>;
  readonly invoices: Part<readonly InvoiceLine[]>;
  readonly documents: Part<readonly DocumentLine[]>;
  readonly sessions: Part<readonly SessionLine[]>;
  readonly tickets: Part<readonly TicketLine[]>;
  readonly wishes: Part<Wishes>;
  /** The one that is open; null: none. */
  readonly ticket: Ticket | null;
  readonly link: Part<LinkView>;
  readonly logIn: { readonly way: "phone" | "password"; readonly sentTo: string | null; readonly wasOut: boolean };
  readonly isOffline: boolean;
  readonly busy: boolean;
  /** What was refused, in the open dialog or form. */
  readonly refusal: string | null;
  /** The service that was paid for just now, said once. */
  readonly renewedId: string | null;
  readonly dialog: Dialog | null;
  readonly asked: Asked | null;
}

export const emptyState = (place: Place, language: Language): State => ({
  place,
  language,
  session: "unknown",
  provider: { state: "none" },
  overview: { state: "none" },
  usage: { state: "none" },
  payments: { state: "none" },
  charges: { state: "none" },
  invoices: { state: "none" },
  documents: { state: "none" },
  sessions: { state: "none" },
  tickets: { state: "none" },
  wishes: { state: "none" },
  ticket: null,
  link: { state: "none" },
  logIn: { way: "phone", sentTo: null, wasOut: false },
  isOffline: false,
  busy: false,
  refusal: null,
  renewedId: null,
  dialog: null,
  asked: null,
});

/** Nothing of a customer stays when they are out: the next one on this device sees nothing of theirs. */
export const loggedOut = (state: State, wasOut: boolean): State => ({
  ...emptyState(state.place, state.language),
  provider: state.provider,
  session: "out",
  logIn: { ...emptyState(state.place, state.language).logIn, wasOut },
});

/** Whom the page shows; null: nobody. */
export const customerIn = ({ overview }: Pick<State, "overview">): string | null =>
  overview.state === "here" ? overview.value.customerId : null;

/** The pages that there are: in a hub without tickets nobody is asked. */
export const pagesIn = ({ overview }: Pick<State, "overview">): readonly PageName[] =>
  overview.state === "here" && overview.value.modules?.includes("tickets") === false
    ? pageNames.filter((name) => name !== "help")
    : pageNames;

/** What a page shows, and so has to be fetched. */
export const partsOf: Readonly<
  Record<
    PageName,
    readonly ("usage" | "payments" | "charges" | "invoices" | "documents" | "sessions" | "tickets" | "wishes")[]
  >
> = {
  services: [],
  use: ["usage"],
  money: ["payments", "documents", "invoices", "charges"],
  help: ["tickets"],
  me: ["wishes", "sessions"],
};
