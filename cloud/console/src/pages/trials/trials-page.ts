import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import {
  listTrials,
  type Trial,
  type TrialFigures,
  trialFiguresReader,
  trialsExport,
} from "../../data/catalogue/trials.ts";
import { type Names, readNames } from "../../data/names.ts";
import { dateTime, today } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

type Filters = Record<"siteId" | "converted" | "from" | "to", string>;

/** Who tried for nothing, where and when, and who came back. */
class TrialsPage extends appElement({ figures: state<TrialFigures | null>(null) }) {
  static override styles = [sharedStyles, tileStyles];
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #readFigures = trialFiguresReader();
  readonly #trials = new ListController<Trial, "siteId" | "converted" | "from" | "to">(this, {
    read: async (query, filters) => {
      const asked = this.#asked(filters);
      const [page, figures] = await Promise.all([listTrials(query, asked), this.#readFigures(query, asked)]);
      this.figures = figures;
      return page;
    },
    topics: ["session"],
    filters: ["siteId", "converted", "from", "to"],
  });

  override render() {
    return listPage(this.#trials, {
      title: say("trials"),
      intro: say("trialsWhy"),
      emptyText: say("noTrials"),
      name: "trials",
      above: this.figures === null ? nothing : this.#tiles(this.figures),
      search: say("searchTrials"),
      narrow: [
        siteFilter(this.#sites.value),
        {
          name: "converted",
          label: say("trialCameBack"),
          options: [
            { value: "", label: say("allTrials") },
            { value: "true", label: say("trialConverted") },
            { value: "false", label: say("trialNotConverted") },
          ],
        },
        { days: this.app.zone },
      ],
      filters: html`<export-button
        path=${trialsExport(this.#trials.searchText, this.#asked(this.#trials.filters))}
        file="trials-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.startedAtMs, this.app.zone) },
        { label: say("phone"), cell: (row) => row.phone ?? say("none") },
        { label: say("device"), cell: (row) => html`<span class="mono">${row.mac ?? say("none")}</span>` },
        { label: say("plan"), cell: (row) => planTitle(row.planName) },
        { label: say("site"), cell: (row) => row.siteName ?? say("none") },
        {
          label: say("trialCameBack"),
          cell: (row) =>
            row.convertedAtMs === null
              ? say("trialNotConverted")
              : html`<span class="badge good">${dateTime(row.convertedAtMs, this.app.zone)}</span>`,
        },
      ],
    });
  }

  #asked({ from, to, siteId, converted }: Filters) {
    return { siteId, converted, ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes) };
  }

  #tiles({ given, proved, converted }: TrialFigures) {
    const share = given === 0 ? "" : say("trialShare", { percent: String(Math.round((100 * converted) / given)) });
    return html`<div class="tiles">
      ${tile(say("trialsGiven"), String(given))} ${tile(say("trialsProved"), String(proved))}
      ${tile(say("trialConverted"), String(converted), share)}
    </div>`;
  }
}
customElements.define("trials-page", TrialsPage);
