import { html, nothing, type TemplateResult } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type BackUpSchedule,
  readSchedule,
  readSiteSchedule,
  type SiteSchedule,
  setSchedule,
  setSiteSchedule,
} from "../../data/fleet/router-back-ups.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { hoursOf, timeText } from "./upgrades/upgrade-form.ts";

const periods = ["off", "day", "week"] as const;
const asAll = "all";

/** When routers are backed up by themselves: all of them, and this one. */
class BackUpScheduleLine extends appElement({ siteId: property(""), editing: state<"" | "all" | "site">("") }) {
  readonly #all = new ReadController<BackUpSchedule>(this, { read: readSchedule });
  readonly #site = new ReadController<SiteSchedule>(this, {
    read: () => readSiteSchedule(this.siteId),
    topics: ["router"],
  });

  override render() {
    return html`${this.#all.render((schedule) => this.#ofAll(schedule))}
      ${this.#site.render((schedule) => this.#ofSite(schedule))}`;
  }

  #ofAll({ every, kept, window: hours }: BackUpSchedule): TemplateResult {
    const line = html`<p class="panel">
      ${every === "off" ? say("scheduleOff") : say("scheduleOn", { every: word("backUpEvery", every), kept })}
      ${
        every === "off" || hours === null
          ? nothing
          : say("upgradeWindow", { from: timeText(hours.fromMinute), until: timeText(hours.untilMinute) })
      }
      ${this.#button("all", say("changeSchedule"))}
    </p>`;
    if (this.editing !== "all") return line;
    const timeOf = (minute: number | undefined) => (minute === undefined ? "" : timeText(minute));
    return html`${line}${formCard({
      intro: say("scheduleNote"),
      fields: [
        {
          name: "every",
          label: say("scheduleEvery"),
          type: "select",
          value: every,
          options: periods.map((value) => ({ value, label: word("backUpEvery", value) })),
        },
        { name: "kept", label: say("scheduleKept"), type: "number", value: kept, min: 2, max: 200, required: true },
        { name: "from", label: say("upgradeFrom"), value: timeOf(hours?.fromMinute), hint: say("scheduleHoursHint") },
        { name: "until", label: say("upgradeUntil"), value: timeOf(hours?.untilMinute) },
      ],
      submitText: say("save"),
      submit: (values: Values) => {
        const window = hoursOf(values.from, values.until);
        return setSchedule({ every: values.every as BackUpSchedule["every"], kept: Number(values.kept), window });
      },
      done: this.#changed,
      cancel: this.#close,
    })}`;
  }

  #ofSite({ own, every, nextAtMs, failures }: SiteSchedule): TemplateResult {
    const line = html`<p class="panel">
      ${own === null ? say("siteScheduleAsAll") : say("siteScheduleOwn", { every: word("backUpEvery", every) })}
      ${nextAtMs === null ? nothing : say("siteScheduleNext", { time: dateTime(nextAtMs, this.app.zone) })}
      ${failures === 0 || every === "off" ? nothing : html`<strong>${say("siteScheduleFailed", { count: failures })}</strong>`}
      ${this.#button("site", say("siteScheduleChange"))}
    </p>`;
    if (this.editing !== "site") return line;
    return html`${line}${formCard({
      fields: [
        {
          name: "own",
          label: say("scheduleEvery"),
          type: "select",
          value: own ?? asAll,
          options: [
            { value: asAll, label: say("siteScheduleAs") },
            ...periods.map((value) => ({ value, label: word("backUpEvery", value) })),
          ],
        },
      ],
      submitText: say("save"),
      submit: (values: Values) =>
        setSiteSchedule(this.siteId, values.own === asAll ? null : (values.own as SiteSchedule["own"])),
      done: this.#changed,
      cancel: this.#close,
    })}`;
  }

  #button(which: "all" | "site", text: string) {
    if (!this.may("routers.restore")) return nothing;
    const isOpen = this.editing === which;
    return html`<button class="quiet" aria-expanded=${isOpen} @click=${() => (this.editing = isOpen ? "" : which)}>${text}</button>`;
  }

  readonly #changed = () => {
    this.editing = "";
    void this.#all.reload();
    void this.#site.reload();
  };
  readonly #close = () => {
    this.editing = "";
  };
}
customElements.define("back-up-schedule", BackUpScheduleLine);
