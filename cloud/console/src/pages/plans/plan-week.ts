/** A plan's week as a picture: a row for each day, with the special hours on it, and in words below. */
import type { Terms } from "@karibu/protocol/plan";
import { css, html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { say } from "../../strings/strings.ts";
import { spansOf } from "./special-terms.ts";
import { dayName, specialWords } from "./terms-text.ts";

class PlanWeek extends elementWith({
  terms: property<Pick<Terms, "fairUse" | "burst" | "hours">>({ burst: null }),
}) {
  static override styles = [
    sharedStyles,
    css`
      .week {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: 0.2rem 0.6rem;
        align-items: center;
        max-width: 34rem;
        font-size: var(--text-small);
      }
      .day {
        position: relative;
        height: 1.1rem;
        background: var(--well);
        border: 1px solid var(--line);
        border-radius: var(--radius-small);
        overflow: hidden;
      }
      .span {
        position: absolute;
        inset: 0 auto;
        background: var(--brand);
      }
      /* Free hours also have a pattern: colour alone tells nothing to some. */
      .span.free {
        background: repeating-linear-gradient(45deg, var(--sun) 0 6px, var(--sun-wash) 6px 9px);
      }
      .scale {
        display: flex;
        justify-content: space-between;
        color: var(--ink-soft);
      }
      ul {
        margin: 0.5rem 0 0;
        padding-inline-start: 1.2rem;
      }
    `,
  ];

  override render() {
    const words = specialWords(this.terms);
    if (words.length === 0) return nothing;
    const spans = spansOf(this.terms.hours?.windows ?? []);
    return html`<section class="card pad panel">
      ${spans.length === 0 ? nothing : this.#picture(spans, words.join("; "))}
      <ul>${words.map((sentence) => html`<li>${sentence}</li>`)}</ul>
    </section>`;
  }

  #picture(spans: ReturnType<typeof spansOf>, words: string) {
    return html`<div class="week" role="img" aria-label="${say("weekOfPlan")}: ${words}">
      ${[0, 1, 2, 3, 4, 5, 6].map(
        (day) => html`<span>${dayName((day + 1) % 7)}</span>
          <span class="day">
            ${spans
              .filter((span) => span.day === day)
              .map(({ fromMinute, toMinute, window }) => {
                const place = `left: ${percent(fromMinute)}; width: ${percent(toMinute - fromMinute)}`;
                return html`<span class="span ${window.isFree === true ? "free" : ""}" .style=${place}></span>`;
              })}
          </span>`,
      )}
      <span></span><span class="scale">${["00", "06", "12", "18", "24"].map((hour) => html`<span>${hour}</span>`)}</span>
    </div>`;
  }
}
customElements.define("plan-week", PlanWeek);

declare global {
  interface HTMLElementTagNameMap {
    "plan-week": PlanWeek;
  }
}

const percent = (minutes: number): string => `${(minutes / 1440) * 100}%`;
