import "cally";
import { css, html } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import type { DayRange } from "./periods.ts";

/** A calendar of two months over the page, for a range of days. Dispatches `chosen` with a `DayRange`, or `dismiss`. */
class DayCalendar extends elementWith({
  from: property(""),
  to: property(""),
  language: property("en"),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: absolute;
        top: calc(100% + var(--space-2));
        left: 0;
        z-index: 5;
        padding: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        box-shadow: var(--shadow-over);
      }
      .months {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-5);
        justify-content: center;
      }
      calendar-month {
        --color-accent: var(--brand);
        --color-text-on-accent: var(--brand-ink);
      }
      calendar-month::part(button) {
        border-radius: var(--radius-small);
        min-width: 40px;
        min-height: 40px;
      }
      calendar-month::part(range-inner) {
        border-radius: 0;
        background: var(--brand-wash);
        color: var(--ink);
      }
      calendar-month::part(outside) {
        color: var(--ink-soft);
      }
      calendar-range::part(button) {
        min-width: 44px;
        min-height: 44px;
        border: 0;
        border-radius: var(--radius-control);
        background: transparent;
        color: inherit;
        font: inherit;
      }
    `,
  ];

  override firstUpdated() {
    this.renderRoot.querySelector<HTMLElement & { focus(): void }>("calendar-range")?.focus();
    window.addEventListener("pointerdown", this.#pressed);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("pointerdown", this.#pressed);
  }

  override render() {
    const isWhole = this.from !== "" && this.to !== "";
    return html`<calendar-range
      role="dialog"
      aria-label=${say("choosePeriod")}
      months="2"
      first-day-of-week="1"
      locale=${this.language === "sw" ? "sw-KE" : "en-GB"}
      value=${isWhole ? `${this.from}/${this.to}` : ""}
      @change=${this.#chosen}
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#dismiss()}
    >
      <span slot="previous" aria-label=${say("previousMonth")}>‹</span>
      <span slot="next" aria-label=${say("nextMonth")}>›</span>
      <div class="months"><calendar-month></calendar-month><calendar-month offset="1"></calendar-month></div>
    </calendar-range>`;
  }

  #chosen(event: Event) {
    const [from = "", to = ""] = (event.target as HTMLElement & { value: string }).value.split("/");
    this.dispatchEvent(new CustomEvent<DayRange>("chosen", { detail: { from, to } }));
  }

  readonly #pressed = (event: PointerEvent): void => {
    if (!event.composedPath().includes(this)) this.#dismiss();
  };

  #dismiss() {
    this.dispatchEvent(new CustomEvent("dismiss"));
  }
}
customElements.define("day-calendar", DayCalendar);
