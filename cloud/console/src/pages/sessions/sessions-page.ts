import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import "../../components/table/export-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { choiceButtons } from "../../components/table/filters.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import {
  disconnectSession,
  listSessions,
  type Session,
  type SessionFilters,
  sessionsExport,
} from "../../data/catalogue/sessions.ts";
import { type Names, readNames } from "../../data/names.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { endFilter, reasonFilter, serviceFilter, sessionColumns } from "./session-table.ts";

/** The sessions that are open now, or the history of all sessions. */
class SessionsPage extends appElement() {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #sessions = new ListController<Session, "show" | "siteId" | "service" | "why" | "cause" | "from" | "to">(
    this,
    {
      read: (query) => listSessions(query, this.#filters()),
      topics: ["session"],
      filters: ["show", "siteId", "service", "why", "cause", "from", "to"],
      isCounted: true,
    },
  );
  readonly #actions = new PageActions(this, () => this.#sessions.reload());

  #filters(): SessionFilters {
    const { show, siteId, service, why, cause, from, to } = this.#sessions.filters;
    return {
      live: show !== "history",
      siteId,
      service,
      why,
      cause,
      ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes),
    };
  }

  override render() {
    const live = this.#sessions.filters.show !== "history";
    const choices = [
      [true, say("online")],
      [false, say("history")],
    ] as const;
    return listPage(this.#sessions, {
      title: say(live ? "whoIsOnline" : "sessions"),
      emptyText: say(live ? "noOneOnline" : "noSessions"),
      beside: choiceButtons(say("sessions"), choices, live, (chosen) => this.#show(chosen)),
      name: "sessions",
      search: say("searchSession"),
      narrow: [
        siteFilter(this.#sites.value),
        serviceFilter(),
        ...(live ? [] : [reasonFilter(), endFilter(), { days: this.app.zone } as const]),
      ],
      filters: html`<export-button
        path=${sessionsExport(this.#sessions.searchText, this.#filters())}
        file="sessions-${today(this.app.zone)}.csv"
        hasXlsx
      ></export-button>`,
      columns: [
        // The list of open sessions needs no column that says "Online".
        ...sessionColumns(this.app).filter(({ label }) => !live || label !== say("state")),
      ],
      buttons: live && this.may("sessions.manage") && ((row) => this.#disconnectButton(row)),
    });
  }

  #disconnectButton(row: Session) {
    if (row.stoppedAtMs !== null) return nothing;
    return html`<button class="danger" @click=${() => this.#disconnect(row)}>${say("disconnect")}</button>`;
  }

  async #disconnect(row: Session) {
    const device = row.mac ?? row.user ?? "";
    if (!(await ask(say("disconnectSure", { device }), say("disconnect"), { danger: true, thing: device }))) return;
    await this.#actions.run(
      `end/${row.siteId}/${row.sessionKey}`,
      () => disconnectSession(row),
      ({ kind }) => say(kind === "ending" ? "sessionEnding" : "sessionWasOver"),
    );
  }

  #show(live: boolean) {
    // Who is online now has no days.
    void this.#sessions.narrow(live ? { show: "", why: "", cause: "", from: "", to: "" } : { show: "history" });
  }
}
customElements.define("sessions-page", SessionsPage);
