import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import type { ApiCall, LogLine } from "../../data/fleet/routers.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { routerList } from "./router-list.ts";
import "./router-log-watch.ts";

/** The router's own log, and what Karibu asked of it. */
class RouterLogs extends appElement({ siteId: property("") }) {
  override render() {
    return html`<router-log-watch .app=${this.app} .siteId=${this.siteId}></router-log-watch>
    ${routerList<LogLine>(this, {
      list: "logs",
      title: say("routerLog"),
      emptyText: say("noLog"),
      columns: [
        { label: say("time"), cell: (row) => html`<span class="number nowrap">${row.time}</span>` },
        { label: say("topics"), sort: "topics", cell: (row) => topics(row.topics ?? "") },
        { label: say("what"), cell: (row) => html`<span lang="en">${row.message}</span>` },
      ],
    })}
    ${routerList<ApiCall>(this, {
      list: "api-calls",
      title: say("apiCalls"),
      emptyText: say("noApiCalls"),
      columns: [
        { label: say("time"), cell: (row) => html`<span class="number nowrap">${this.#time(row.time)}</span>` },
        { label: say("what"), cell: (row) => html`<span class="mono">${row.words}</span>` },
        {
          label: say("outcome"),
          sort: "outcome",
          cell: (row) =>
            html`<span class="badge ${row.outcome === "ok" ? "good" : row.outcome === "waiting" ? "warn" : "bad"}"
                >${word("apiCall", (row.outcome ?? "").replace("router-api/", ""))}</span
              >
              ${row.place === null ? nothing : html`<span class="soft">${say("placeInQueue", { count: row.place })}</span>`}
              <span class="soft" lang="en">${row.message ?? nothing}</span>`,
        },
        { label: say("who"), cell: (row) => row.actor ?? say("none") },
        {
          label: say("duration"),
          numeric: true,
          sort: "milliseconds",
          cell: (row) => (row.milliseconds === null ? say("none") : `${row.milliseconds} ms`),
        },
      ],
    })}`;
  }

  #time(text: string | null) {
    const atMs = Date.parse(text ?? "");
    return Number.isNaN(atMs) ? (text ?? say("none")) : dateTimeSeconds(atMs, this.app.zone);
  }
}
customElements.define("router-logs", RouterLogs);

function topics(text: string) {
  const isBad = /(^|,)(critical|error)(,|$)/.test(text);
  const isWarning = /(^|,)warning(,|$)/.test(text);
  return html`<span class="badge ${isBad ? "bad" : isWarning ? "warn" : ""}">${text}</span>`;
}
