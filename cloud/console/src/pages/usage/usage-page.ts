import { css, html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Usage, usagePath } from "../../data/reports/reports.ts";
import { byteSize, duration, shortDay } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/charts/bar-chart.ts";
import "../../components/table/data-table.ts";

const days = 28;
type SiteUsage = Usage["bySite"][number];

/** How much the hotspots are used: log-ins, devices and data, by day and by site. */
class UsagePage extends appElement() {
  readonly #usage = new ReadController<Usage>(this, {
    path: () => usagePath(days),
    topics: ["session"],
  });

  static override styles = [
    sharedStyles,
    tileStyles,
    css`
      section {
        margin-bottom: 1rem;
      }
      h2 {
        padding: 0 0 0.8rem;
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("usage")}</h1></div>
      ${this.#usage.render((usage) => this.#body(usage))}`;
  }

  #body(usage: Usage) {
    const labels = usage.days.map(({ fromMs }) => shortDay(fromMs, this.app.zone));
    const bytes = usage.days.map(({ inputBytes, outputBytes }) => inputBytes + outputBytes);
    const total = byteSize(bytes.reduce((sum, each) => sum + each, 0));
    const count = (value: number) => value.toLocaleString("en");
    return html`<div class="tiles">
        ${tile(say("onlineNow"), count(usage.online), "", { href: "#/sessions" })}
        ${tile(say("sitesConnected"), count(usage.sites.connected), say("ofSites", { count: usage.sites.all }))}
        ${tile(say("logIns"), count(usage.logIns), say("inDays", { count: days }))}
        ${tile(say("devicesSeen"), count(usage.devices), say("inDays", { count: days }))}
        ${tile(say("averageTimeOnline"), duration(usage.averageSeconds))}
      </div>
      ${this.#chart(say("bytesByDay", { count: days, amount: total }), bytes, labels, byteSize)}
      ${this.#chart(
        say("devicesByDay", { count: days }),
        usage.days.map(({ devices }) => devices),
        labels,
        count,
      )}
      <div class="card">
        <data-table
          caption=${say("sites")}
          emptyText=${say("noUsage")}
          .rowHref=${(row: SiteUsage) => `#/sites/${row.siteId}`}
          .columns=${[
            { label: say("site"), cell: (row: SiteUsage) => html`<strong>${row.siteName}</strong>` },
            { label: say("onlineNow"), numeric: true, cell: (row: SiteUsage) => count(row.online) },
            { label: say("logIns"), numeric: true, cell: (row: SiteUsage) => count(row.logIns) },
            {
              label: say("customersSent"),
              numeric: true,
              cell: (row: SiteUsage) => byteSize(row.inputBytes),
            },
            {
              label: say("customersReceived"),
              numeric: true,
              cell: (row: SiteUsage) => byteSize(row.outputBytes),
            },
          ]}
          .rows=${usage.bySite}
        ></data-table>
      </div>`;
  }

  #chart(caption: string, values: readonly number[], labels: readonly string[], format: (value: number) => string) {
    return html`<section class="card pad">
      <h2>${caption}</h2>
      <bar-chart .values=${values} .labels=${labels} .now=${days - 1} .isCount=${format !== byteSize} .format=${format} caption=${caption}></bar-chart>
    </section>`;
  }
}
customElements.define("usage-page", UsagePage);
