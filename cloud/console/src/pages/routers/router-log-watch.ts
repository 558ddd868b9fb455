import { logTopicsMax } from "@karibu/protocol/router/log-topics";
import { html, nothing } from "lit";
import "../../components/action-form.ts";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import {
  changeLogWatch,
  type LogWatch,
  listLogLines,
  logWatchPath,
  type WatchedLine,
} from "../../data/fleet/routers.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** Whether the logs of all routers are watched, for what, and what this one's said. */
class RouterLogWatch extends appElement({ siteId: property(""), isChanging: state(false) }) {
  readonly #watch = new ReadController<LogWatch>(this, { path: () => logWatchPath, topics: ["router"] });
  readonly #lines = new ListController<WatchedLine>(this, {
    read: (query) => listLogLines(this.siteId, query),
    topics: ["router"],
  });

  override render() {
    return html`<section class="card pad panel" aria-label=${say("logWatch")}>
        <h2>${say("logWatch")}</h2>
        <p class="soft">${say("logWatchWhat")}</p>
        ${this.#watch.render((watch) => this.#body(watch))}
      </section>
      ${this.#watch.value?.isOn ? this.#list() : nothing}`;
  }

  #body(watch: LogWatch) {
    const { isOn, topics, unread } = watch;
    const why = unread.find(({ siteId }) => siteId === this.siteId)?.why;
    return html`<p>
        <span class="badge ${isOn ? "good" : ""}">${say(isOn ? "logWatchOn" : "logWatchOff")}</span>
        ${isOn ? (topics.length === 0 ? say("logTopicsAll") : topics.join(", ")) : nothing}
      </p>
      ${why === undefined ? nothing : html`<p class="notice bad" role="status">${word("reading", why)}</p>`}
      ${
        this.may("sites.manage")
          ? html`<p class="row below">
              <button aria-expanded=${this.isChanging} @click=${() => (this.isChanging = !this.isChanging)}>${say("change")}</button>
            </p>`
          : nothing
      }
      ${this.isChanging ? this.#form(watch) : nothing}`;
  }

  #form({ isOn, topics }: LogWatch) {
    return html`<action-form
      class="below"
      .fields=${[
        { name: "isOn", label: say("logWatchAll"), type: "checkbox", value: isOn },
        {
          name: "topics",
          label: say("watchedTopics"),
          hint: say("watchedTopicsHint", { most: logTopicsMax }),
          value: topics.join(", "),
        },
      ]}
      submitText=${say("save")}
      .submit=${(values: Values) => changeLogWatch(values.isOn === true, topicsOf(String(values.topics ?? "")))}
      @done=${() => {
        this.isChanging = false;
        void this.#watch.reload();
      }}
    ></action-form>`;
  }

  #list() {
    return listCard(this.#lines, {
      title: say("logLines"),
      emptyText: say("noLogLines"),
      columns: [
        {
          label: say("state"),
          cell: (row) =>
            html`<span class="badge ${row.severity === "error" ? "bad" : "warn"}">${word("logSeverity", row.severity)}</span>`,
        },
        { label: say("what"), lead: true, cell: (row) => html`<span lang="en">${row.message}</span>` },
        { label: say("topics"), cell: (row) => html`<span class="soft">${row.topics}</span>` },
        { label: say("logTimes"), numeric: true, cell: (row) => row.times.toLocaleString("en") },
        { label: say("since"), cell: (row) => dateTime(row.firstAtMs, this.app.zone) },
        { label: say("logLast"), sort: "last", cell: (row) => dateTime(row.lastAtMs, this.app.zone) },
      ],
    });
  }
}
customElements.define("router-log-watch", RouterLogWatch);

const topicsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);
