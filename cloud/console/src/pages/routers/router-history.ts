import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { choices } from "../../components/fields/choices.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type History, type HistoryPoint, readHistory } from "../../data/fleet/routers.ts";
import { byteSize } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/charts/time-series.ts";

const dayMs = 86_400_000;
const spans = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, year: 365 * dayMs } as const;
type SpanName = keyof typeof spans;

/** What a router's figures were, as pictures. */
class RouterHistory extends appElement({
  siteId: property(""),
  span: state<SpanName>("day"),
  interface: state(""),
}) {
  #untilMs = Date.now();
  readonly #history = new ReadController<History>(this, {
    read: () => {
      this.#untilMs = Date.now();
      return readHistory(this.siteId, this.#untilMs - spans[this.span], this.#untilMs, this.interface);
    },
    topics: ["router"],
  });

  override render() {
    return html`<h2 class="between">${say("figuresOver")}</h2>
      ${this.#history.render((history) => this.#body(history))}`;
  }

  #body(history: History) {
    const { points, interfaces } = history;
    const name = history.interface ?? "";
    return html`<div class="narrowing">
        <div class="filters">
          <label
            >${say("timeSpan")}<select
              @change=${(event: Event) => this.#choose({ span: (event.target as HTMLSelectElement).value as SpanName })}
              ${choices(
                Object.keys(spans).map((value) => ({ value, label: word("span", value) })),
                this.span,
              )}
            ></select
          ></label>
          ${
            interfaces.length === 0
              ? nothing
              : html`<label
                  >${say("interface")}<select
                    @change=${(event: Event) => this.#choose({ name: (event.target as HTMLSelectElement).value })}
                    ${choices(
                      interfaces.map((value) => ({ value, label: value })),
                      name,
                    )}
                  ></select
                ></label>`
          }
        </div>
      </div>
      ${
        points.length === 0
          ? html`<p class="card pad soft panel">${say("noFigures")}</p>`
          : html`<div class="two">
              ${this.#chart(say("cpuLoad"), points, ({ cpuPercent }) => cpuPercent, percent)}
              ${this.#chart(say("freeMemory"), points, ({ freeMemoryBytes }) => freeMemoryBytes, byteSize)}
              ${this.#chart(say("loggedInNow"), points, ({ sessions }) => sessions, String)}
              ${this.#chart(say("receivedBy", { name }), points, ({ receivedBytes }) => receivedBytes, byteSize)}
              ${this.#chart(say("sentBy", { name }), points, ({ sentBytes }) => sentBytes, byteSize)}
              ${
                points.some(({ temperatureCelsius }) => temperatureCelsius !== null)
                  ? this.#chart(
                      say("temperature"),
                      points,
                      ({ temperatureCelsius }) => temperatureCelsius,
                      (value) => `${value} °C`,
                    )
                  : nothing
              }
            </div>`
      }`;
  }

  #chart(
    caption: string,
    points: readonly HistoryPoint[],
    pick: (point: HistoryPoint) => number | null,
    format: (value: number) => string,
  ) {
    return html`<section class="card pad">
      <h3>${caption}</h3>
      <time-series
        caption=${caption}
        .zone=${this.app.zone}
        .isCount=${format === String}
        .format=${format}
        .span=${{ fromMs: this.#untilMs - spans[this.span], toMs: this.#untilMs }}
        .points=${points.map((point) => ({ atMs: point.atMs, value: pick(point) }))}
      ></time-series>
    </section>`;
  }

  #choose({ span = this.span, name = this.interface }: { span?: SpanName; name?: string }) {
    this.span = span;
    this.interface = name;
    void this.#history.reload();
  }
}
customElements.define("router-history", RouterHistory);

const percent = (value: number) => `${value} %`;
