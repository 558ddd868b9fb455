import { reportNames } from "@karibu/protocol/report-names";
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Field, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addBelow, listCard } from "../../components/table/list-page.ts";
import { listStaff, type StaffMember } from "../../data/identity/staff.ts";
import { everyRow } from "../../hub/list.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  addSchedule,
  changeSchedule,
  listSchedules,
  type ReportSchedule,
  removeSchedule,
  type ScheduleFields,
  sendSchedule,
} from "./report-schedules.ts";

const steps = ["day", "week", "month"] as const;

/** Reports that are sent by e-mail: which, when, and to whom of the people here. */
class SchedulesCard extends appElement({
  changed: state<ReportSchedule | null>(null),
}) {
  readonly #schedules = new ListController<ReportSchedule>(this, { read: listSchedules, topics: [], isOfThing: true });
  readonly #staff = new ReadController<readonly StaffMember[]>(this, { read: () => everyRow(listStaff) });
  readonly #actions = new PageActions(this, () => this.#schedules.reload());

  override render() {
    const staff = (this.#staff.value ?? []).filter(({ active }) => active);
    const nameOf = (userId: string) => staff.find((one) => one.userId === userId)?.name ?? say("reportReaderGone");
    return html`<h2 class="between">${say("reportSchedules")}</h2>
      <p class="soft panel">${say("reportSchedulesWhy")}</p>
      ${listCard(this.#schedules, {
        title: say("reportSchedules"),
        emptyText: say("noReportSchedules"),
        columns: [
          {
            label: say("reports"),
            cell: (row) => html`<strong>${row.reports.map((name) => word("report", name)).join(", ")}</strong>`,
          },
          { label: say("reportEvery"), cell: (row) => word("report_every", row.every) },
          { label: say("reportReaders"), cell: (row) => row.userIds.map(nameOf).join(", ") },
          { label: say("reportNext"), cell: (row) => (row.active ? row.nextDay : say("reportOff")) },
          {
            label: say("reportSentLast"),
            cell: (row) => (row.sentAtMs === null ? say("none") : dateTime(row.sentAtMs, this.app.zone)),
          },
        ],
        buttons: (row) => html`<span class="row">
          <button @click=${() => (this.changed = row)}>${say("edit")}</button>
          <button
            class="quiet"
            @click=${() =>
              this.#actions.run(
                `send ${row.scheduleId}`,
                (key) => sendSchedule(row.scheduleId, key),
                ({ letters }) => say("reportsSent", { count: letters }),
              )}
          >
            ${say("reportSendNow")}
          </button>
          <button class="quiet" @click=${() => this.#actions.run(`remove ${row.scheduleId}`, () => removeSchedule(row.scheduleId))}>
            ${say("remove")}
          </button>
        </span>`,
      })}
      ${this.#changing(staff)}
      ${addBelow(this.#schedules, {
        text: say("addReportSchedule"),
        fields: this.#fields(staff, null),
        submit: (values) => addSchedule(this.#read(values, staff)),
      })}`;
  }

  #changing(staff: readonly StaffMember[]) {
    const { changed } = this;
    if (changed === null) return nothing;
    const close = () => {
      this.changed = null;
    };
    return keyed(
      changed.scheduleId,
      formCard({
        title: say("changeReportSchedule"),
        fields: this.#fields(staff, changed),
        submitText: say("save"),
        submit: (values) => changeSchedule(changed.scheduleId, this.#read(values, staff)),
        cancel: close,
        done: () => {
          close();
          void this.#schedules.reload();
          this.#actions.notify(say("saved"));
        },
      }),
    );
  }

  #fields(staff: readonly StaffMember[], row: ReportSchedule | null): Field[] {
    const select = (
      name: string,
      label: string,
      value: string,
      options: readonly (readonly [string, string])[],
    ): Field => ({
      name,
      label,
      type: "select",
      value,
      options: options.map(([value, label]) => ({ value, label })),
    });
    return [
      select(
        "every",
        say("reportEvery"),
        row?.every ?? "week",
        steps.map((step) => [step, word("report_every", step)]),
      ),
      select("format", say("reportFormat"), row?.format ?? "pdf", [
        ["pdf", "PDF"],
        ["csv", "CSV"],
      ]),
      select("language", say("language"), row?.language ?? this.app.zone.locale, [
        ["en", "English"],
        ["sw", "Kiswahili"],
      ]),
      ...reportNames.map(
        (name): Field => ({
          name: `report ${name}`,
          label: word("report", name),
          type: "checkbox",
          value: row === null ? name === "revenue" : row.reports.includes(name),
        }),
      ),
      ...staff.map(
        ({ userId, name }): Field => ({
          name: `user ${userId}`,
          label: say("reportTo", { name }),
          type: "checkbox",
          value: row?.userIds.includes(userId) ?? false,
        }),
      ),
      { name: "active", label: say("reportActive"), type: "checkbox", value: row?.active ?? true },
    ];
  }

  #read(values: Values, staff: readonly StaffMember[]): ScheduleFields {
    return {
      every: steps.find((step) => step === values.every) ?? "week",
      format: values.format === "csv" ? "csv" : "pdf",
      language: values.language === "sw" ? "sw" : "en",
      reports: reportNames.filter((name) => values[`report ${name}`] === true),
      userIds: staff.map(({ userId }) => userId).filter((userId) => values[`user ${userId}`] === true),
      active: values.active === true,
    };
  }
}
customElements.define("schedules-card", SchedulesCard);
