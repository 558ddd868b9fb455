import { type Figure, figureText } from "@karibu/protocol/charts/figure-text";
import { withWrittenDays, writtenDays } from "@karibu/protocol/charts/written-days";
import { writtenSpan } from "@karibu/protocol/written-day";
import { css, html, nothing, type PropertyValues } from "lit";
import { AddressQuery } from "../../components/address-query.ts";
import { appElement } from "../../components/app-element.ts";
import type { DayRange } from "../../components/dates/periods.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { selectFilter } from "../../components/table/filters.ts";
import { readCurrencies } from "../../data/catalogue/plans.ts";
import {
  figuresPath,
  type ReportFigures,
  type ReportName,
  type ReportWish,
  saveReport,
} from "../../data/reports/report-figures.ts";
import { say, word } from "../../strings/strings.ts";
import { hasFigures, hasValues } from "./shown-report.ts";
import "../../components/charts/report-chart.ts";
import "../../components/dates/date-range.ts";
import "../../components/table/data-table.ts";

/** A page begins with what is newest; a file and a picture go on in time. */
const newestFirst: readonly ReportName[] = ["revenue", "log-ins", "traffic", "active-users", "unusual-days", "tax"];

/** Fewer rows are seen at once. */
const longFrom = 10;

interface Row {
  readonly cells: readonly Figure[];
  readonly href: string | null;
}

/** One report: its picture, its table, and files of both. Its words and figures come from the hub, so that page, file and letter agree. */
class ReportView extends appElement({
  /** Null: what one has sold oneself. */
  report: property<ReportName | null>(null),
}) {
  readonly #chosen = new AddressQuery(this, ["by", "from", "to", "currency"]);
  readonly #figures = new ReadController<ReportFigures>(this, { path: () => figuresPath(this.#wish()), topics: [] });
  readonly #currencies = new ReadController<readonly string[]>(this, {
    // Who may not read plans sees the provider's own currency.
    read: () => (this.report === null ? Promise.resolve([]) : readCurrencies().catch(() => [])),
  });
  readonly #actions = new PageActions(this);
  #shown = "";

  static override styles = [
    sharedStyles,
    css`
      report-chart {
        margin-top: 0.8rem;
      }
      .notes {
        margin: 0.8rem 0 0;
        padding-left: 1.2rem;
      }
      /* On a phone each row is a card: thirty days are twenty screens. */
      .jump {
        display: none;
      }
      @media (max-width: 899px) {
        .jump {
          display: block;
          margin: var(--space-4) 0;
        }
      }
    `,
  ];

  override willUpdate(changed: PropertyValues) {
    super.willUpdate(changed);
    const asked = figuresPath(this.#wish());
    if (this.#shown !== "" && this.#shown !== asked) {
      this.#figures.value = null; // another report must not stand there as this one
      void this.#figures.reload();
    }
    this.#shown = asked;
  }

  #wish(): ReportWish {
    const { by, from, to, currency } = this.#chosen.values;
    return { report: this.report, by, fromDay: from, untilDay: to, currency, language: this.app.zone.locale };
  }

  override render() {
    const { from, to, currency } = this.#chosen.values;
    const currencies = this.#currencies.value ?? [];
    const ways = this.#figures.value?.ways ?? [];
    const by = this.#figures.value?.by ?? "";
    const options = (values: readonly string[], text: (value: string) => string) =>
      values.map((value) => ({ value, label: text(value) }));
    return html`<div class="filters">
        ${
          ways.length < 2
            ? nothing
            : selectFilter(
                say("reportBy"),
                options(ways, (way) => word("report_by", way)),
                by,
                (way) => this.#chosen.set({ by: way }),
              )
        }
        ${this.#figures.value?.hasDays === false ? nothing : this.#days(from, to)}
        ${currencies.length < 2 ? nothing : selectFilter(say("currency"), options(currencies, String), currency, (value) => this.#chosen.set({ currency: value }))}
      </div>
      ${this.#figures.render((figures) => this.#body(figures))}`;
  }

  #days(from: string, to: string) {
    return html`<date-range
      .zone=${this.app.zone}
      .from=${from}
      .to=${to}
      .unchosenText=${say("usualPeriod")}
      @change=${(event: CustomEvent<DayRange>) => this.#chosen.set({ ...event.detail })}
    ></date-range>`;
  }

  #body(figures: ReportFigures) {
    const { title, chart, columns, rows, total, links, notes, currency, by, fromDay, untilDay } = figures;
    const { locale } = this.app.zone;
    const isOverTime = by === "day" || by === "month";
    const inOrder = rows
      .map((cells, at) => ({ cells, href: links[at] ?? null }))
      .filter(({ cells }) => this.report !== null || hasFigures(cells));
    const all: Row[] = [
      ...(total === null ? [] : [{ cells: total, href: null }]),
      ...(newestFirst.includes(figures.report) && isOverTime ? inOrder.toReversed() : inOrder),
    ];
    const text = (row: Row, at: number) =>
      writtenDays(figureText(row.cells[at] ?? null, columns[at]?.unit ?? "text", currency), locale);
    return html`<section class="card pad">
        <h2>${title}</h2>
        <p class="soft number">${writtenSpan(fromDay, untilDay, locale)}</p>
        ${chart === null || !hasValues(chart) ? nothing : html`<report-chart .chart=${withWrittenDays(chart, by, locale)} caption=${title}></report-chart>`}
        ${notes.length === 0 ? nothing : html`<ul class="soft notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
      </section>
      <p class="row between">
        <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#save("csv")}>${say("reportCsv")}</button>
        <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#save("pdf")}>${say("reportPdf")}</button>
      </p>
      ${this.#jump(all.map((row) => text(row, 0)))}
      <div class="card">
        <data-table
          caption=${title}
          emptyText=${say("reportEmpty")}
          .rows=${all}
          .rowHref=${links.some((link) => link !== null) ? (row: Row) => (row.href === null ? "" : `#/${row.href}`) : null}
          .columns=${columns.map(({ head, unit }, at) => ({
            label: head,
            numeric: unit !== "text",
            cell: (row: Row) => (at === 0 ? html`<strong>${text(row, at)}</strong>` : text(row, at)),
          }))}
        ></data-table>
      </div>
      ${all.length < longFrom ? nothing : html`<p class="jump"><button @click=${this.#toTop}>${say("backToTop")}</button></p>`}`;
  }

  /** To one of many rows, by what stands first in it. */
  #jump(rows: readonly string[]) {
    if (rows.length < longFrom) return nothing;
    return html`<label class="jump"
      >${say("goToRow")}
      <select @change=${this.#toRow}>
        <option value="">${say("none")}</option>
        ${rows.map((row, at) => html`<option value=${at}>${row}</option>`)}
      </select></label
    >`;
  }

  #toRow(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    if (value === "") return;
    const table = this.renderRoot.querySelector("data-table")?.shadowRoot;
    table?.querySelectorAll("tbody tr")[Number(value)]?.scrollIntoView({ block: "start" });
  }

  #toTop(): void {
    window.scrollTo(0, 0);
    this.renderRoot.querySelector<HTMLSelectElement>(".jump select")?.focus({ preventScroll: true });
  }

  #save(format: "csv" | "pdf") {
    return this.#actions.run(
      `report-${format}`,
      () => saveReport(this.#wish(), format),
      () => say("reportSaved"),
    );
  }
}
customElements.define("report-view", ReportView);
