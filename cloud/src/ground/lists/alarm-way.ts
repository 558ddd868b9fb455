/**
 * Ways in which people are told of alarms beside letters and SMS (`operations/alerting/tell.ts`): each room or module that has one contributes it. A way is
 * one of the API's and of the table of notices, which have a name for each.
 */
import type { AlarmLocale } from "@karibu/protocol/alarms/alarm-kinds";
import type { RawBuilder } from "kysely";
import type { Tx } from "../db/database.ts";

/** Whom a rule tells. */
export interface Recipients {
  /** The provider's owners (or the platform's admins), by e-mail. */
  readonly owners: boolean;
  /** Other users, by e-mail. */
  readonly userIds: readonly string[];
  /** Owners and users also where they switched it on: on their phones and browsers. */
  readonly push: boolean;
  /** By SMS: MSISDN. */
  readonly phones: readonly string[];
  readonly webhookIds: readonly string[];
}

/** What is true of its rows also where it is off: they were written while it was on. */
export interface AlarmWay {
  readonly way: "webhook" | "push";
  /** What became of a notice by it (`n`, a row of `alert_notices`): `waiting`, `sent` or `failed`. */
  readonly outcome: RawBuilder<unknown>;
  /** What is called so that stands in `n.to_masked`. Left out: people read that itself. */
  readonly name?: RawBuilder<unknown>;
  /** Refuses whom a rule names that is not there. @param field where they are named */
  readonly check?: (tx: Tx, to: Recipients, field: string) => Promise<void>;
}

export type Told = "begun" | "escalated" | "ended" | "test";

/** What goes out in one message. */
export interface Telling {
  readonly providerId: string;
  readonly what: Told;
  readonly alerts: readonly {
    readonly alertId: string;
    readonly kind: string;
    readonly siteId: string | null;
    /** As messages name it. */
    readonly where: string | null;
    readonly beganAtMs: number;
  }[];
  /** Read on lock screens, by whoever is near. @param locale null: the provider's */
  screenText(locale: AlarmLocale | null): { readonly title: string; readonly body: string };
}

/** One who is told. */
export interface Addressee {
  /** As the notice has it. */
  readonly toMasked: string;
  /** In the transaction that notes it. @returns by what id its outcome is found; null: nothing was sent */
  send(noticeId: string): Promise<string | null>;
}

/** Tells by one way, where it is on. */
export interface AlarmTeller {
  readonly way: AlarmWay["way"];
  /** Those of whom a rule names whom it reaches. */
  addressees(tx: Tx, to: Recipients, telling: Telling): Promise<readonly Addressee[]>;
}
