import { css, html } from "lit";
import { shortDay, type Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

interface Day {
  readonly fromMs: number;
  readonly knownMs: number;
  readonly awayMs: number;
}

/** A bar for each day: green while it was there, red as high as the part of the day that it was not, pale where nothing is known. */
class UptimeStrip extends elementWith({
  days: property<readonly Day[]>([]),
  zone: property<Zone>(),
  caption: property(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      .days {
        display: flex;
        gap: 3px;
        height: 44px;
      }
      .days span {
        position: relative;
        flex: 1 1 0;
        min-width: 2px;
        border-radius: 4px;
        background: var(--well);
        overflow: hidden;
      }
      .days .known {
        background: var(--good);
      }
      .days i {
        position: absolute;
        inset: auto 0 0;
        background: var(--danger);
      }
      .axis {
        display: flex;
        justify-content: space-between;
        margin-top: 0.3rem;
        font-size: 0.78rem;
        color: var(--ink-soft);
      }
    `,
  ];

  override render() {
    const { days } = this;
    return html`<div class="days" aria-hidden="true">
        ${days.map(
          (day) =>
            html`<span class=${day.knownMs > 0 ? "known" : ""} title=${this.#text(day)}
              >${day.awayMs > 0 ? html`<i .style=${`height: ${Math.max(12, (day.awayMs / day.knownMs) * 100)}%`}></i>` : ""}</span
            >`,
        )}
      </div>
      <div class="axis" aria-hidden="true">
        <span>${days[0] === undefined ? "" : shortDay(days[0].fromMs, this.zone)}</span><span>${say("todayShort")}</span>
      </div>
      <div class="visually-hidden"><table>
        <caption>
          ${this.caption}
        </caption>
        <tbody>
          ${days.map((day) => html`<tr><td>${this.#text(day)}</td></tr>`)}
        </tbody>
      </table></div>`;
  }

  #text({ fromMs, knownMs, awayMs }: Day): string {
    const day = shortDay(fromMs, this.zone);
    if (knownMs === 0) return `${day}: ${say("notKnownYet")}`;
    return `${day}: ${shareText(knownMs, awayMs)}`;
  }
}
customElements.define("uptime-strip", UptimeStrip);

/** When its agent first came; null: before the first of these days was over. */
export function knownSince(days: readonly Day[], nowMs: number): number | null {
  const index = days.findIndex(({ knownMs }) => knownMs > 0);
  const day = days[index];
  return day === undefined || index === 0 ? null : Math.min(day.fromMs + dayMs, nowMs) - day.knownMs;
}

const dayMs = 86_400_000;

/** `99.93 %`. What is not whole never reads 100. */
export function shareText(knownMs: number, awayMs: number): string {
  if (awayMs === 0) return "100 %";
  return `${(Math.floor(((knownMs - awayMs) / knownMs) * 10_000) / 100).toFixed(2)} %`;
}
