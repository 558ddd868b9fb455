import type { PropertyValues } from "lit";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { choiceButtons } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import {
  bookDifference,
  type Difference,
  listDifferences,
  type Reconciliation,
  resolveDifference,
  sayNeverCame,
} from "../../data/money/reconciliation.ts";
import { type Names, noNames } from "../../data/names.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** The differences between statements and books. Each stays until a later statement agrees or somebody explains it. */
class OpenDifferences extends appElement({
  channels: property<Names>(noNames),
  /** Some statement was imported; null: not known yet. Else there was nothing to compare. */
  isCompared: property<boolean | null>(null),
  /** A new import changes the differences: the list is read again. */
  lastImport: property<Reconciliation | null>(null),
  /** The difference that the open form is about, and what it does. */
  explained: state<Difference | null>(null),
  step: state<Step>("explainDifference"),
}) {
  readonly #actions = new PageActions(this);
  readonly #differences = new ListController<Difference, "from" | "to" | "state">(this, {
    read: (query, days) =>
      listDifferences(query, { state: this.#state, ...momentsOf(days, this.app.zone.utcOffsetMinutes) }),
    isCounted: true,
    topics: ["payment"],
  });

  /** It narrows the list as the days do: rows of the other state are no answer. */
  get #state(): "open" | "resolved" {
    return this.#differences.filters.state === "resolved" ? "resolved" : "open";
  }

  override updated(changed: PropertyValues<{ lastImport: Reconciliation | null }>) {
    if (changed.has("lastImport") && this.lastImport !== null) void this.#differences.reload();
  }

  override render() {
    const { zone } = this.app;
    const choices = (["open", "resolved"] as const).map((value) => [value, word("differences", value)] as const);
    return html`<div class="head between">
        <h2>${say("statementDifferences")}</h2>
        ${choiceButtons(say("state"), choices, this.#state, (state) => this.#show(state))}
      </div>
      ${listFilters(this.#differences, [{ days: zone }])} ${this.#form()}
      ${listCard(this.#differences, {
        title: say("statementDifferences"),
        rowKey: ({ what, channelId, receipt }) => `${what} ${channelId} ${receipt}`,
        emptyText: say(this.isCompared === false ? "nothingCompared" : "noDifferences"),
        columns: [
          { label: say("receipt"), cell: (row) => nameOf(row) },
          {
            label: say("what"),
            cell: (row) =>
              html`${word("difference", row.what)}${row.note === null ? nothing : html`<br /><span class="soft">${row.note}</span>`}`,
          },
          { label: say("channel"), cell: (row) => this.channels.get(row.channelId) ?? say("channel") },
          { label: say("foundAt"), cell: (row) => dateTime(row.foundAtMs, zone) },
          { label: say("onStatement"), numeric: true, cell: (row) => money(row.statementCents, row.currency) },
          { label: say("inBooks"), numeric: true, cell: (row) => money(row.bookedCents, row.currency) },
        ],
        buttons:
          this.#state === "open" &&
          this.may("ledger.manage") &&
          ((row) =>
            html`${stepsOf(row).map((step) => html`<button @click=${() => this.#open(row, step)}>${say(step)}</button> `)}`),
      })}`;
  }

  #form() {
    const row = this.explained;
    if (row === null) return nothing;
    const { step } = this;
    const as = row.what === "withdrawn-unread" ? ("bank" as const) : ("opening" as const);
    return keyed(
      `${step} ${row.channelId} ${row.receipt}`,
      formCard({
        title: html`${say(step)}: ${nameOf(row)}`,
        ...(step === "bookDifference" ? { intro: say(as === "bank" ? "bookAsBank" : "bookAsOpening") } : {}),
        ...(step === "neverCame" ? { intro: say("neverCameWhy") } : {}),
        fields: [{ name: "note", label: say("whatYouFound"), required: true }],
        submitText: say(step),
        submit: ({ note }, key) => {
          if (step === "bookDifference") return bookDifference(row, { as, note: String(note) }, key);
          return (step === "neverCame" ? sayNeverCame : resolveDifference)(row, String(note), key);
        },
        done: () => {
          this.explained = null;
          this.#actions.notify(say("saved"));
          void this.#differences.reload();
        },
        cancel: () => (this.explained = null),
      }),
    );
  }

  #open(row: Difference, step: Step) {
    this.explained = row;
    this.step = step;
  }

  #show(state: "open" | "resolved") {
    this.explained = null;
    void this.#differences.narrow({ state: state === "open" ? "" : state });
  }
}

/** What a named person can do about a difference; each is the word of its button. */
type Step = "bookDifference" | "neverCame" | "explainDifference";

/** Booked are a withdrawal to the bank, and what the channel held before its first statement. Money that its statement lacks may never have come. */
function stepsOf({ what }: Difference): readonly Step[] {
  if (what === "withdrawn-unread" || what === "balance-differs") return ["bookDifference", "explainDifference"];
  return what === "not-on-statement" ? ["neverCame", "explainDifference"] : ["explainDifference"];
}

const nameOf = ({ what, receipt }: Difference) =>
  what === "balance-differs" ? say("closingBalance") : html`<span class="mono nowrap">${receipt}</span>`;

customElements.define("open-differences", OpenDifferences);
