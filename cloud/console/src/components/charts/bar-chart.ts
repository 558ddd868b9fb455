import { css, html, nothing, svg } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, property } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import { evenAbove, roundAbove } from "./scale.ts";

const width = 720;
const height = 120;

/** A bar for each value: hours of a day, days of a month. Screen readers get the values as a table. */
export class BarChart extends elementWith({
  /** Empty: not loaded yet. */
  values: property<readonly number[]>([]),
  /** The name of each bar: `14:00`, `20 Nov`. */
  labels: property<readonly string[]>([]),
  /** What to compare with, one for each bar: drawn as a line over them. Empty, or all nought: nothing. */
  before: property<readonly number[]>([]),
  /** What the bars and the line are: `Today`, `Saturday last week`. */
  valuesText: property(""),
  beforeText: property(""),
  /** The index of the bar that is still growing. */
  now: property(-1),
  /** Whole things are counted: customers, sessions. */
  isCount: property(false),
  format: property<(value: number) => string>(String),
  caption: property(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      .plot {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 0.7rem;
      }
      .scale {
        display: flex;
        flex-direction: column;
        justify-content: space-between;
        text-align: right;
        font-size: 0.78rem;
        line-height: 1;
        color: var(--ink-soft);
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
        margin: -0.4em 0;
      }
      svg {
        grid-area: 1 / 2;
        width: 100%;
        height: 160px;
        display: block;
      }
      line {
        stroke: var(--line);
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }
      rect {
        fill: var(--brand);
      }
      rect:hover {
        fill: var(--good);
      }
      path {
        fill: none;
        stroke: var(--sun);
        stroke-width: 3;
        vector-effect: non-scaling-stroke;
      }
      .legend {
        grid-column: 2;
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.2rem;
        margin: 0.4rem 0 0;
        font-size: 0.85rem;
        color: var(--ink-soft);
      }
      .legend span {
        display: flex;
        align-items: center;
        gap: 0.5rem;
      }
      .legend span::before {
        content: "" / "";
        width: 22px;
        border-top: 3px solid var(--sun);
      }
      .legend .bars::before {
        width: 12px;
        height: 12px;
        border: 0;
        border-radius: 2px;
        background: var(--brand);
      }
      rect.now {
        opacity: 0.55;
      }
      .nothing {
        grid-area: 1 / 2;
        place-self: center;
        color: var(--ink-soft);
      }
      .axis {
        grid-column: 2;
        display: flex;
        justify-content: space-between;
        font-size: 0.78rem;
        color: var(--ink-soft);
        padding-top: 0.3rem;
      }
      .axis.quarters {
        display: grid;
        grid-template-columns: repeat(4, 1fr);
      }
      @media (max-width: 719px) {
        svg {
          height: 120px;
        }
      }
    `,
  ];

  override render() {
    const most = Math.max(...this.values, ...this.before, 0);
    const top = this.isCount ? evenAbove(most) : roundAbove(most);
    const step = width / Math.max(1, this.values.length);
    const gap = Math.min(6, step / 4);
    const isCompared = this.before.some((value) => value !== 0);
    return html`<div class="plot">
        <div class="scale" aria-hidden="true">
          ${[most > 0 ? this.format(top) : "", most > 0 ? this.format(top / 2) : "", this.format(0)].map((text) => html`<span>${text}</span>`)}
        </div>
        <svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
          ${(most > 0 ? [0, height / 2, height] : [height]).map((y) => svg`<line x1="0" x2=${width} y1=${y} y2=${y}></line>`)}
          ${this.values.map((value, index) => {
            const tall = value <= 0 ? 0 : Math.max(2, (value / top) * height);
            return svg`<rect class=${index === this.now ? "now" : ""} x=${index * step + gap / 2} y=${height - tall} width=${step - gap} height=${tall} rx="2">
              <title>${this.labels[index]} · ${this.format(value)}</title></rect>`;
          })}
          ${!isCompared ? nothing : svg`<path d=${stepsOf(this.before, { step, top })}></path>`}
        </svg>
        ${most > 0 || this.values.length === 0 ? nothing : html`<p class="nothing">${say("nothingYet")}</p>`} ${this.#axis()}
        ${isCompared ? html`<p class="legend" aria-hidden="true"><span class="bars">${this.valuesText}</span><span>${this.beforeText}</span></p>` : nothing}
      </div>
      <div class="visually-hidden"><table>
        <caption>
          ${this.caption}
        </caption>
        <tbody>
          ${this.values.map((value, index) => html`<tr><th scope="row">${this.labels[index]}</th><td>${this.format(value)}</td>${this.#beforeCell(index)}</tr>`)}
        </tbody>
      </table></div>`;
  }

  #beforeCell(index: number) {
    const value = this.before[index];
    return value === undefined ? nothing : html`<td>${this.beforeText}: ${this.format(value)}</td>`;
  }

  /** Four labels where the bars divide by four, otherwise the first and the last. */
  #axis() {
    const count = this.labels.length;
    const shown = count % 4 === 0 ? [0, count / 4, count / 2, (3 * count) / 4] : [...new Set([0, count - 1])];
    return html`<div class="axis ${count % 4 === 0 ? "quarters" : ""}" aria-hidden="true">
      ${shown.map((index) => html`<span>${this.labels[index]}</span>`)}
    </div>`;
  }
}
customElements.define("bar-chart", BarChart);

/** A line in steps, level over each bar. */
function stepsOf(values: readonly number[], { step, top }: { readonly step: number; readonly top: number }): string {
  const levels = values.map((value, index) => {
    const y = (height - (value / top) * height).toFixed(1);
    return `${index === 0 ? "M" : "L"}${(index * step).toFixed(1)} ${y}H${((index + 1) * step).toFixed(1)}`;
  });
  return levels.join("");
}
