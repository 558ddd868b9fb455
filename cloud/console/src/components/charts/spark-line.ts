import { css, svg, type TemplateResult } from "lit";

const width = 120;
const height = 32;

/** A small curve beside a figure, for who sees it: the figure and its difference say the same in words. Null: not known. */
export function sparkLine(values: readonly (number | null)[]): TemplateResult {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  const span = most - least || 1;
  const step = width / Math.max(1, values.length - 1);
  const points = values.flatMap((value, index) =>
    value === null
      ? []
      : [`${(index * step).toFixed(1)} ${(height - 3 - ((value - least) / span) * (height - 6)).toFixed(1)}`],
  );
  const [first = "0 0", last = "0 0"] = [points[0], points.at(-1)];
  const line = `M${points.join("L")}`;
  const area = `${line}L${last.split(" ")[0]} ${height}L${first.split(" ")[0]} ${height}Z`;
  return svg`<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    ${points.length < 2 ? "" : svg`<path class="area" d=${area}></path><path class="line" d=${line}></path>`}
  </svg>` as unknown as TemplateResult;
}

export const sparkStyles = css`
  .spark {
    display: block;
    width: 100%;
    height: 32px;
    margin-top: auto;
  }
  .spark .line {
    fill: none;
    stroke: var(--brand);
    stroke-width: 2;
    stroke-linejoin: round;
    vector-effect: non-scaling-stroke;
  }
  .spark .area {
    fill: var(--brand-wash);
  }
`;
