/** Thirty days of data: a picture, and the same as a table. */
import { html, svg, type TemplateResult } from "lit/html.js";
import { failed } from "../components/parts.ts";
import type { View } from "../components/view.ts";
import type { UsedDay } from "../data/types.ts";
import { bytesText, dayText, hoursText } from "../strings/format.ts";

export function usePage(view: View): TemplateResult {
  const { store, words } = view;
  const { usage } = store.state;
  return html`<h1 tabindex="-1">${words.useTitle}</h1>
    ${
      usage.state === "failed"
        ? failed(store, words)
        : usage.state === "here"
          ? shown(view, usage.value)
          : html`<p class="quiet" role="status">${words.loading}</p>`
    }`;
}

function shown({ words }: View, days: readonly UsedDay[]): TemplateResult {
  const sum = (of: (day: UsedDay) => number) => days.reduce((total, day) => total + of(day), 0);
  const [down, up] = [sum((day) => day.downBytes), sum((day) => day.upBytes)];
  const most = Math.max(...days.map((day) => day.downBytes));
  if (down + up === 0) return html`<section class="card"><p>${words.useNone}</p></section>`;
  const used = days.filter((day) => day.downBytes + day.upBytes + day.onlineSeconds > 0).toReversed();
  return html`<section class="card">
      <p class="big">${words.useTotal(bytesText(down, words), bytesText(up, words))}</p>
      ${chart(days, most, words.useChart(bytesText(most, words)))}
      <p class="axis"><span>${dayText(days[0]?.day ?? "", words)}</span><span>${dayText(days.at(-1)?.day ?? "", words)}</span></p>
    </section>
    <section class="card">
      <table>
        <thead><tr><th scope="col">${words.day}</th><th scope="col">${words.received}</th><th scope="col">${words.sent}</th><th scope="col">${words.online}</th></tr></thead>
        <tbody>
          ${used.map(
            (day) => html`<tr>
              <th scope="row">${dayText(day.day, words)}</th>
              <td>${bytesText(day.downBytes, words)}</td>
              <td>${bytesText(day.upBytes, words)}</td>
              <td>${hoursText(day.onlineSeconds)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
}

/** Bars of what was received. */
function chart(days: readonly UsedDay[], most: number, label: string): TemplateResult {
  const [width, height, gap] = [300, 90, 2];
  const step = width / days.length;
  const bars = days.map((day, index) => {
    const tall = most === 0 ? 0 : Math.max(day.downBytes > 0 ? 2 : 0, (day.downBytes / most) * height);
    return svg`<rect x=${index * step} y=${height - tall} width=${step - gap} height=${tall} rx="1.5"></rect>`;
  });
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label=${label}>${bars}</svg>`;
}
