import { css, html, nothing } from "lit";
import type uPlot from "uplot";
import { dateTime, shortDay, type Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { elementWith, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import { wholeSteps } from "./scale.ts";
import { shownSpan, summaryOf, thinned } from "./series-summary.ts";

export interface Point {
  readonly atMs: number;
  /** Null: not known. */
  readonly value: number | null;
}

const height = 200;

/**
 * A curve over time. Who cannot see it gets its lowest, highest and last value as a sentence, and the points as a table on
 * demand. For a few bars `bar-chart` is lighter.
 */
class TimeSeries extends elementWith({
  /** Null: still loading. In the order of time. */
  points: property<readonly Point[] | null>(null),
  /** The time that is shown. Null: that of the points. */
  span: property<{ readonly fromMs: number; readonly toMs: number } | null>(null),
  caption: property(""),
  zone: property<Zone>(),
  /** Whole things are counted: people, devices. */
  isCount: property(false),
  format: property<(value: number) => string>(String),
  isTableOpen: state(false),
}) {
  #plot: uPlot | null = null;
  #drawing = 0;
  readonly #resized = new ResizeObserver(() => {
    this.#plot?.setSize({ width: this.#width(), height });
  });
  readonly #themes = new MutationObserver(() => void this.#draw());
  /** Has been in sight: a curve below the first view of a phone costs it no library. */
  #isSeen = false;
  readonly #seen = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    this.#isSeen = true;
    this.#seen.disconnect();
    void this.#draw();
  });

  static override styles = [
    sharedStyles,
    css`
      .plot {
        height: ${height}px;
        overflow: hidden;
      }
      .uplot,
      .uplot * {
        box-sizing: border-box;
      }
      .u-wrap {
        position: relative;
        user-select: none;
      }
      .u-over,
      .u-under,
      .u-axis,
      .u-select,
      .u-cursor-x,
      .u-cursor-y,
      .u-cursor-pt {
        position: absolute;
      }
      .u-under {
        overflow: hidden;
      }
      .uplot canvas {
        display: block;
        position: relative;
        width: 100%;
        height: 100%;
      }
      .u-cursor-x {
        height: 100%;
        left: 0;
        top: 0;
        border-right: 1px dashed var(--edge);
        pointer-events: none;
      }
      .u-cursor-pt {
        top: 0;
        left: 0;
        border-radius: 50%;
        border: 0 solid;
        pointer-events: none;
      }
      .u-off,
      .u-cursor-y {
        display: none;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      .table {
        max-height: 320px;
        overflow: auto;
      }
      th,
      td {
        text-align: left;
        font-weight: 400;
        padding: 0.25rem 0;
        border-bottom: 1px solid var(--line);
      }
      td {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      button {
        padding: 0;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    this.#resized.observe(this);
    if (!this.#isSeen) this.#seen.observe(this);
    this.#themes.observe(document.documentElement, { attributeFilter: ["data-theme", "data-density"] });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#themes.disconnect();
    this.#seen.disconnect();
    this.#plot?.destroy();
    this.#plot = null;
  }

  override render() {
    const { points } = this;
    const summary = points === null ? null : summaryOf(points);
    return html`<div class="plot" aria-hidden="true"></div>
      ${points === null ? html`<div class="bone" aria-busy="true"></div>` : nothing}
      ${
        summary === null
          ? points === null
            ? nothing
            : html`<p class="soft">${say("nothingYet")}</p>`
          : html`<p class="soft number">${this.#sentence(summary)}</p>
              <button class="quiet" aria-expanded=${this.isTableOpen} @click=${() => (this.isTableOpen = !this.isTableOpen)}>
                ${say("showAsTable")}
              </button>`
      }
      ${this.isTableOpen && points !== null ? this.#table(points) : nothing}`;
  }

  #sentence(summary: { low: number; high: number; last: number }) {
    const { low, high, last } = summary;
    const words = say("lowestHighest", { low: this.format(low), high: this.format(high), last: this.format(last) });
    return html`<span class="visually-hidden">${this.caption}: </span>${words}`;
  }

  #table(points: readonly Point[]) {
    return html`<div class="table" tabindex="0">
      <table>
        <caption class="visually-hidden">
          ${this.caption}
        </caption>
        <tbody>
          ${thinned(points, 100).map(
            ({ atMs, value }) =>
              html`<tr>
                <th scope="row">${dateTime(atMs, this.zone)}</th>
                <td>${value === null ? say("none") : this.format(value)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  override updated(changed: Map<string, unknown>) {
    if (changed.has("points") || changed.has("span") || changed.has("zone")) void this.#draw();
  }

  #width(): number {
    return Math.max(120, this.clientWidth);
  }

  async #draw(): Promise<void> {
    const { points } = this;
    const drawing = ++this.#drawing;
    if (points === null || points.length === 0 || !this.#isSeen) return;
    const { default: UPlot } = await import("uplot");
    if (drawing !== this.#drawing || !this.isConnected) return;
    const colour = (name: string) => getComputedStyle(this).getPropertyValue(name).trim();
    const axis = {
      stroke: colour("--ink-soft"),
      grid: { stroke: colour("--line"), width: 1 },
      ticks: { show: false },
      font: "12px system-ui",
    };
    const { fromMs, toMs } = this.span ?? shownSpan(points);
    const spanMs = toMs - fromMs;
    const named = (seconds: number) =>
      spanMs > 3 * 86_400_000 ? shortDay(seconds * 1000, this.zone) : dateTime(seconds * 1000, this.zone).slice(-5);
    this.#plot?.destroy();
    this.#plot = new UPlot(
      {
        width: this.#width(),
        height,
        legend: { show: false },
        scales: { x: { range: [fromMs / 1000, toMs / 1000] } },
        cursor: { y: false, drag: { x: false, y: false } },
        series: [
          {},
          { stroke: colour("--brand"), width: 2, fill: colour("--brand-wash"), points: { show: points.length < 30 } },
        ],
        axes: [
          { ...axis, values: (_, splits) => splits.map(named) },
          {
            ...axis,
            ...(this.isCount ? { incrs: [...wholeSteps] } : {}),
            size: 72,
            values: (_, splits) => splits.map((value) => this.format(value)),
          },
        ],
      },
      [points.map(({ atMs }) => atMs / 1000), points.map(({ value }) => value)],
      this.renderRoot.querySelector(".plot") as HTMLElement,
    );
  }
}
customElements.define("time-series", TimeSeries);
