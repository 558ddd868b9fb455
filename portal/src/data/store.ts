/**
 * The state of the page, and what a customer does with it. Signals hold the state; `page-policy.ts` decides which page it shows. What is done is a part of
 * its own (`Actions`): its script comes after the first view.
 */
import type { PayChannel } from "@karibu/protocol/pay-channel";
import type { LogIn, OfferView, PortalState, PurchaseView } from "@karibu/protocol/portal-api";
import type { Language, LanguageNames } from "../strings/strings.ts";
import type { Words } from "../strings/words.ts";
import type { Api } from "./api.ts";
import type { Arrival } from "./hint.ts";
import type { Page, Route } from "./page-policy.ts";
import type { Platform } from "./platform.ts";
import type { ReadonlySignal, Signal } from "./signals.ts";
import type { Trouble } from "./trouble.ts";

/** A purchase that this page follows. Only the page that started it knows `phone`. */
export interface Following {
  readonly view: PurchaseView;
  readonly phone: string | null;
  readonly sinceMs: number;
}

/** The log-in is under way: the phone may go online and is not online yet. */
export interface Connecting {
  readonly sinceMs: number;
  readonly grantId: string | null;
  readonly way: "done" | "post";
  readonly postedAgain: boolean;
  /** Not null: the log-in failed, and the customer may try again. */
  readonly trouble: Trouble | null;
}

export interface Store {
  readonly portal: Signal<PortalState | null>;
  /** The monotonic time of `portal`: remaining time counts down from there. */
  readonly portalAtMs: Signal<number>;
  readonly contact: Signal<"opening" | "here" | "lost">;
  readonly route: Signal<Route>;
  readonly following: Signal<Following | null>;
  readonly connecting: Signal<Connecting | null>;
  readonly busy: Signal<"buy" | "redeem" | "log-in" | "log-out" | null>;
  readonly trouble: Signal<{
    readonly where: "buy" | "redeem" | "log-in" | "log-out";
    readonly trouble: Trouble;
  } | null>;
  readonly phoneText: Signal<string>;
  /** The ways to pay, where there are several. */
  readonly channels: ReadonlySignal<readonly PayChannel[]>;
  /** What the customer chose among `channels`; null: nothing yet. */
  readonly channel: ReadonlySignal<PayChannel | null>;
  /** The same before it is known whether the site has it, as the phone remembers it. */
  readonly channelId: Signal<string | null>;
  /** The discount code, as typed. */
  readonly promoText: Signal<string>;
  /** What a plan costs with a code, as the hub said: `of` names both. */
  readonly deal: Signal<(OfferView & { readonly of: string }) | null>;
  readonly codeText: Signal<string>;
  /** Of a voucher that has one. */
  readonly pinText: Signal<string>;
  /** Ticks once a second while there is something to count. */
  readonly nowMs: Signal<number>;
  /** Of the last purchase that brought this phone online, and the grant that it paid for. */
  readonly paid: Signal<Pick<PurchaseView, "receipt" | "grantId" | "creditLeftCents"> | null>;
  readonly theme: Signal<"light" | "dark" | null>;
  readonly language: ReadonlySignal<Language>;
  /** All that a customer can choose. */
  readonly languages: LanguageNames;
  readonly words: ReadonlySignal<Words>;
  readonly page: ReadonlySignal<Page>;
  readonly arrival: Arrival;
  readonly platform: Platform;
  readonly api: Api;
  start(): void;
  /** Polls at once, e.g. when the page becomes visible. */
  refresh(): void;
  /** There is news at the agent: polls at once, or again where a poll is under way. */
  hear(): void;
  /** The agent tells this page of news: polls are only a precaution. */
  readonly isTold: Signal<boolean>;
  goTo(route: Route): void;
  /** Sends the code that was typed, as soon as the actions are there. */
  redeem(): void;
  /** The actions are there. */
  join(actions: Actions): void;
  /** There is something to do, and the actions are not there yet. */
  readonly isActionWanted: ReadonlySignal<boolean>;
  /** Loads the words of the pages that the first view does not need. */
  wantAllWords(): void;
  chooseLanguage(language: Language): void;
  chooseTheme(theme: "light" | "dark"): void;
}

/** What a customer does, and what the page does for that at each poll. */
export interface Actions {
  /** The agent's answer is there. `isFirst`: nothing was known before. */
  heard(state: PortalState, isFirst: boolean): void;
  /** Asks how the purchase is that the customer waits for. */
  askPurchase(): Promise<void>;
  /** Sees to it that a log-in that is under way comes to an end. */
  watchConnecting(): Promise<void>;
  /** After a failure: opens the same package again. The phone number is kept. */
  tryAgain(): void;
  stopWaiting(): void;
  /** Returns to the purchase that `stopWaiting` left. */
  resume(): void;
  /** Follows a purchase that was begun here with `phone`, or that "I already paid" found. */
  take(view: PurchaseView, phone?: string): void;
  /** Goes online as the agent says, with what "I already paid" redeemed. */
  enter(way: LogIn): Promise<void>;
  redeem(): Promise<void>;
  logIn(grantId: string | null): Promise<void>;
  /** Takes this phone offline. What it has left stays. */
  logOut(): Promise<void>;
  chooseChannel(channelId: string): void;
}
