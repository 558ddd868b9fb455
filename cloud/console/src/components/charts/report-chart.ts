import { type Chart, drawChart, type Mark } from "@karibu/protocol/charts/draw-chart";
import { css, html, nothing, svg } from "lit";
import { elementWith, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";

/** A report's chart, drawn by the same function as in its PDF, as wide as there is room. The table below it says the same in words. */
class ReportChart extends elementWith({
  chart: property<Chart | null>(null),
  caption: property(""),
  width: state(0),
}) {
  readonly #resized = new ResizeObserver(() => {
    this.width = Math.floor(this.clientWidth);
  });

  static override styles = [
    sharedStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        min-height: 120px;
      }
      svg {
        display: block;
        max-width: 100%;
        overflow: visible;
      }
      .brand {
        --tone: var(--brand);
      }
      .second {
        --tone: var(--sun);
      }
      .soft {
        --tone: var(--ink-soft);
      }
      .line {
        --tone: var(--line);
      }
      .warn {
        --tone: var(--bad);
      }
      .ink {
        --tone: var(--ink);
      }
      rect,
      text,
      polygon {
        fill: var(--tone);
      }
      polygon {
        opacity: 0.7;
      }
      polyline {
        fill: none;
        stroke: var(--tone);
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    this.#resized.observe(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  override render() {
    if (this.chart === null || this.width < 100) return nothing;
    const { width, height, marks } = drawChart(this.chart, this.width);
    return html`<svg viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${this.caption}>
      ${marks.map(drawMark)}
    </svg>`;
  }
}
customElements.define("report-chart", ReportChart);

function drawMark(mark: Mark) {
  if (mark.kind === "rect")
    return svg`<rect class=${mark.tone} x=${mark.x} y=${mark.y} width=${mark.width} height=${mark.height} rx="2"><title>${mark.title}</title></rect>`;
  if (mark.kind === "text")
    return svg`<text class=${mark.tone} x=${mark.x} y=${mark.y} font-size=${mark.size} text-anchor=${mark.anchor}>${mark.text}</text>`;
  const points = mark.points.map((point) => point.join(",")).join(" ");
  if (mark.kind === "area") return svg`<polygon class=${mark.tone} points=${points}></polygon>`;
  return svg`<polyline class=${mark.tone} points=${points} stroke-width=${mark.isThin ? 1 : 2.5}></polyline>`;
}
