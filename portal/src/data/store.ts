/** What the page knows and does. Signals hold facts; `page-policy.ts` decides which page they make. */
import type { PortalState, PurchaseView } from "@karibu/protocol/portal-api";
import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Platform } from "../platform.ts";
import type { Strings } from "../strings/en.ts";
import type { Language } from "../strings/strings.ts";
import type { Api, Trouble } from "./api.ts";
import type { Arrival } from "./hint.ts";
import type { Page, Route } from "./page-policy.ts";

/** A purchase this page follows. `phone` is known only to the page that began it. */
export interface Following {
  readonly view: PurchaseView;
  readonly phone: string | null;
  readonly sinceMs: number;
}

/** Between "you may" and "you are": the log-in is on its way. */
export interface Connecting {
  readonly sinceMs: number;
  readonly grantId: string | null;
  readonly way: "done" | "post";
  readonly postedAgain: boolean;
  /** Not null: it did not work, and the customer is asked to try again. */
  readonly trouble: Trouble | null;
}

export interface Store {
  readonly portal: Signal<PortalState | null>;
  /** Monotonic time at which `portal` was true: what is left counts down from there. */
  readonly portalAtMs: Signal<number>;
  readonly contact: Signal<"opening" | "here" | "lost">;
  readonly route: Signal<Route>;
  readonly following: Signal<Following | null>;
  readonly connecting: Signal<Connecting | null>;
  readonly busy: Signal<"buy" | "redeem" | "log-in" | null>;
  readonly trouble: Signal<{ readonly where: "buy" | "redeem" | "log-in"; readonly trouble: Trouble } | null>;
  readonly phoneText: Signal<string>;
  readonly codeText: Signal<string>;
  /** Ticks once a second while there is something to count. */
  readonly nowMs: Signal<number>;
  readonly receipt: Signal<string | null>;
  readonly theme: Signal<"light" | "dark" | null>;
  readonly language: ReadonlySignal<Language>;
  readonly words: ReadonlySignal<Strings>;
  readonly page: ReadonlySignal<Page>;
  readonly arrival: Arrival;
  readonly platform: Platform;
  readonly api: Api;
  start(): void;
  /** Asks at once (the page came back to the front, or the customer is impatient). */
  refresh(): void;
  goTo(route: Route): void;
  buy(planId: string): Promise<void>;
  /** After a failure: the same package again, with the number still there. */
  tryAgain(): void;
  stopWaiting(): void;
  /** Back to the purchase that `stopWaiting` left. */
  resume(): void;
  /** A purchase that was found elsewhere ("I already paid"): follows it like one that began here. */
  take(view: PurchaseView): void;
  redeem(): Promise<void>;
  logIn(grantId: string | null): Promise<void>;
  chooseLanguage(language: Language): void;
  chooseTheme(theme: "light" | "dark"): void;
}
