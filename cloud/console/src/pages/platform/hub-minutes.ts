import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { choices } from "../../components/fields/choices.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type HubMinutes, hubMinutesPath, type MinuteSpan, minuteSpans } from "../../data/operations/health.ts";
import { byteSize } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/charts/time-series.ts";

type Machine = HubMinutes["machines"][number];
type MinutePoint = Machine["points"][number];

/** What the hub's machines did, minute by minute, as pictures. */
class HubMinutesCard extends appElement({ span: state<MinuteSpan>("day") }) {
  readonly #minutes = new ReadController<HubMinutes>(this, { path: () => hubMinutesPath(this.span), topics: [] });

  override render() {
    return html`<h2 class="between">${say("hubMinutes")}</h2>
      <div class="narrowing">
        <div class="filters">
          <label
            >${say("timeSpan")}<select
              @change=${(event: Event) => {
                this.span = (event.target as HTMLSelectElement).value as MinuteSpan;
                void this.#minutes.reload();
              }}
              ${choices(
                minuteSpans.map((value) => ({ value, label: word("span", value) })),
                this.span,
              )}
            ></select
          ></label>
        </div>
      </div>
      ${this.#minutes.render((minutes) =>
        minutes.machines.length === 0
          ? html`<p class="card pad soft panel">${say("noHubMinutes")}</p>`
          : html`${minutes.machines.map((machine) => this.#machine(machine, minutes))}`,
      )}`;
  }

  #machine({ machine, points }: Machine, { fromMs, toMs, machines }: HubMinutes) {
    const chart = (
      caption: string,
      pick: (point: MinutePoint) => number | null,
      format: (value: number) => string = String,
    ) => html`<section class="card pad">
      <h3>${caption}</h3>
      <time-series
        caption=${caption}
        .zone=${this.app.zone}
        .isCount=${format === String}
        .format=${format}
        .span=${{ fromMs, toMs }}
        .points=${points.map((point) => ({ atMs: point.atMs, value: pick(point) }))}
      ></time-series>
    </section>`;
    return html`${machines.length === 1 ? nothing : html`<h3 class="between">${machine}</h3>`}
      <div class="two">
        ${chart(say("hubBusy"), ({ busyPercent }) => busyPercent, percent)}
        ${chart(say("hubMemory"), ({ memoryBytes }) => memoryBytes, byteSize)}
        ${chart(say("hubJobsWaiting"), ({ jobsWaiting }) => jobsWaiting)}
        ${chart(say("hubCallbacks"), ({ callbacks }) => callbacks)} ${chart(say("openLinks"), ({ links }) => links)}
      </div>`;
  }
}
customElements.define("hub-minutes", HubMinutesCard);

const percent = (value: number) => `${value} %`;
