import { css, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { today, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { elementWith, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import { type DayRange, type PeriodName, periodDays, periodName, periodNames } from "./periods.ts";

/**
 * Chooses a range of days: a period by its name, or one's own days. A phone's own date fields are the best there; with a mouse
 * there is a calendar beside them. Dispatches `change` with a `DayRange`.
 */
class DateRange extends elementWith({
  from: property(""),
  to: property(""),
  zone: property<Zone>(),
  /** What no choice is called; left out: any time. */
  unchosenText: property(""),
  isOwn: state(false),
  isCalendarOpen: state(false),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3);
        position: relative;
      }
      label {
        flex: 1 1 150px;
      }
      @media (min-width: 1100px) and (pointer: fine) {
        label {
          font-size: var(--text-small);
        }
      }
      .calendar {
        display: none;
      }
      @media (min-width: 720px) and (pointer: fine) {
        .calendar {
          display: inline-flex;
          padding: 0 0.8rem;
        }
      }
    `,
  ];

  override render() {
    const chosen = this.#chosen();
    return html`<label
        >${say("choosePeriod")}<select .value=${live(chosen)} @change=${this.#choose}>
          <option value="" ?selected=${chosen === ""}>${this.unchosenText || say("anyTime")}</option>
          ${periodNames.map((name) => html`<option value=${name} ?selected=${chosen === name}>${word("period", name)}</option>`)}
          <option value="own" ?selected=${chosen === "own"}>${word("period", "own")}</option>
        </select></label
      >
      ${chosen === "own" ? this.#ownDays() : nothing}`;
  }

  #chosen(): PeriodName | "" | "own" {
    if (this.isOwn) return "own";
    if (this.from === "" && this.to === "") return "";
    return periodName(this, today(this.zone)) ?? "own";
  }

  #ownDays() {
    return html`<label
        >${say("firstDay")}<input
          type="date"
          .value=${live(this.from)}
          max=${this.to || nothing}
          @change=${(event: Event) => this.#tell({ from: typedIn(event), to: this.to })}
      /></label>
      <label
        >${say("lastDay")}<input
          type="date"
          .value=${live(this.to)}
          min=${this.from || nothing}
          @change=${(event: Event) => this.#tell({ from: this.from, to: typedIn(event) })}
      /></label>
      <button class="calendar" type="button" aria-expanded=${this.isCalendarOpen} @click=${this.#toggleCalendar}>
        ${say("openCalendar")}
      </button>
      ${
        this.isCalendarOpen
          ? html`<day-calendar
              .from=${this.from}
              .to=${this.to}
              .language=${this.zone.locale}
              @chosen=${(event: CustomEvent<DayRange>) => {
                this.isCalendarOpen = false;
                this.#tell(event.detail);
              }}
              @dismiss=${this.#dismiss}
            ></day-calendar>`
          : nothing
      }`;
  }

  #choose(event: Event) {
    const name = typedIn(event);
    this.isOwn = name === "own";
    if (this.isOwn) return;
    this.isCalendarOpen = false;
    this.#tell(name === "" ? { from: "", to: "" } : periodDays(name as PeriodName, today(this.zone)));
  }

  #toggleCalendar() {
    this.isCalendarOpen = !this.isCalendarOpen;
    if (this.isCalendarOpen) void import("./day-calendar.ts");
  }

  #dismiss() {
    this.isCalendarOpen = false;
    this.renderRoot.querySelector<HTMLElement>(".calendar")?.focus();
  }

  #tell(range: DayRange) {
    this.dispatchEvent(new CustomEvent<DayRange>("change", { detail: range }));
  }
}
customElements.define("date-range", DateRange);

const typedIn = (event: Event): string => (event.target as HTMLInputElement).value;
