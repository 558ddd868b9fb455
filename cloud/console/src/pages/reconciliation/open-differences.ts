import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Difference, listDifferences, resolveDifference } from "../../data/money/reconciliation.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";

/** What statements and books say differently: it stays until a later statement agrees or somebody explains it. */
class OpenDifferences extends elementWith({
  desk: property<Desk>(),
  /** Names by id. */
  channels: property<ReadonlyMap<string, string>>(new Map()),
  state: state<"open" | "resolved">("open"),
  /** The one that is being explained. */
  explained: state<Difference | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #differences = new ListController<Difference>(this, {
    read: (cursor) => listDifferences(this.state, cursor),
    topics: ["payment"],
    events: () => this.desk.events,
  });

  /** A statement was imported. */
  reload(): Promise<void> {
    return this.#differences.reload();
  }

  static override styles = [sharedStyles];

  override render() {
    const { currency, zone } = this.desk;
    const mayResolve = this.desk.user.permissions.includes("ledger.manage") && this.state === "open";
    return html`<div class="head between">
        <h2>${say("statementDifferences")}</h2>
        <div class="row" role="group" aria-label=${say("state")}>
          ${(["open", "resolved"] as const).map(
            (state) =>
              html`<button aria-pressed=${this.state === state} class=${this.state === state ? "primary" : ""} @click=${() => this.#show(state)}>
                ${word("differences", state)}
              </button>`,
          )}
        </div>
      </div>
      ${this.#deeds.notice()} ${this.#form()}
      ${listCard(this.#differences, {
        caption: say("statementDifferences"),
        emptyText: say(this.state === "open" ? "noDifferences" : "nothingFound"),
        columns: [
          { label: say("receipt"), cell: (row) => html`<span class="mono nowrap">${row.receipt}</span>` },
          {
            label: say("what"),
            cell: (row) =>
              html`${word("difference", row.what)}${row.note === null ? nothing : html`<br /><span class="soft">${row.note}</span>`}`,
          },
          { label: say("channel"), cell: (row) => this.channels.get(row.channelId) ?? say("channel") },
          { label: say("foundAt"), cell: (row) => dateTime(row.foundAtMs, zone) },
          { label: say("onStatement"), numeric: true, cell: (row) => money(row.statementCents, currency) },
          { label: say("inBooks"), numeric: true, cell: (row) => money(row.bookedCents, currency) },
          ...(mayResolve
            ? [
                {
                  label: say("change"),
                  cell: (row: Difference) =>
                    html`<button @click=${() => (this.explained = row)}>${say("explainDifference")}</button>`,
                },
              ]
            : []),
        ],
      })}`;
  }

  #form() {
    const row = this.explained;
    if (row === null) return nothing;
    return html`<section class="card pad panel">
      <h2 class="panel">${say("explainDifference")}: <span class="mono">${row.receipt}</span></h2>
      ${keyed(
        row,
        html`<action-form
          .fields=${[{ name: "note", label: say("whatYouFound"), required: true }]}
          submitText=${say("explainDifference")}
          .submit=${({ note }: Values, key: string) => resolveDifference(row, String(note), key)}
          @done=${() => {
            this.explained = null;
            this.#deeds.tell(say("saved"));
            void this.#differences.reload();
          }}
          ><button type="button" class="quiet" @click=${() => (this.explained = null)}>${say("cancel")}</button></action-form
        >`,
      )}
    </section>`;
  }

  #show(state: "open" | "resolved") {
    this.state = state;
    this.explained = null;
    void this.#differences.reload();
  }
}
customElements.define("open-differences", OpenDifferences);
