import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
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
import "./gift-card.ts";
import "./grant-card.ts";
import { endFilter, reasonFilter, serviceFilter, sessionColumns } from "./session-table.ts";

/** The sessions that are open now, or the history of all sessions. */
class SessionsPage extends appElement({
  /** The grant whose card is open. */
  opened: state<{ readonly grantId: string; readonly siteId: string; readonly whose: string } | null>(null),
  isGiving: state(false),
}) {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #sessions = new ListController<Session, "show" | "siteId" | "service" | "why" | "cause" | "from" | "to">(
    this,
    {
      read: (query) => listSessions(query, this.#filters()),
      topics: ["session", "grant"],
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
      above: live ? this.#cards() : nothing,
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
        ></export-button>
        ${live && this.#site() !== "" && this.may("grants.manage") ? this.#giveButton() : nothing}`,
      columns: [
        // The list of open sessions needs no column that says "Online".
        ...sessionColumns(this.app).filter(({ label }) => !live || label !== say("state")),
      ],
      buttons:
        live &&
        (this.may("sessions.manage") || this.may("grants.read")) &&
        ((row) => html`${this.#grantButton(row)}${this.#disconnectButton(row)}`),
    });
  }

  #site(): string {
    return this.#sessions.filters.siteId;
  }

  /** The open grant, and the gift to everybody at the site that is chosen. */
  #cards() {
    const siteId = this.#site();
    const { opened } = this;
    return html`${
      this.isGiving && siteId !== ""
        ? keyed(
            siteId,
            html`<gift-card .app=${this.app} .siteId=${siteId} .siteName=${this.#sites.value?.get(siteId) ?? ""}></gift-card>`,
          )
        : nothing
    }
    ${
      opened === null
        ? nothing
        : keyed(
            `${opened.siteId}/${opened.grantId}`,
            html`<grant-card
              .app=${this.app}
              .grantId=${opened.grantId}
              .siteId=${opened.siteId}
              .whose=${opened.whose}
            ></grant-card>`,
          )
    }`;
  }

  #giveButton() {
    const toggle = () => {
      this.isGiving = !this.isGiving;
    };
    return html`<button aria-expanded=${this.isGiving} @click=${toggle}>${say("giftToAll")}</button>`;
  }

  #grantButton({ grantId, siteId, phone, voucherCode, user, mac }: Session) {
    if (grantId === null || !this.may("grants.read")) return nothing;
    const isOpen = this.opened?.grantId === grantId && this.opened.siteId === siteId;
    const toggle = () => {
      const whose = phone ?? voucherCode ?? mac ?? user ?? "";
      this.opened = isOpen ? null : { grantId, siteId, whose };
      // It stands above the list, which may be long.
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector("grant-card")?.scrollIntoView({ block: "center" }),
      );
    };
    return html`<button class="quiet" aria-expanded=${isOpen} @click=${toggle}>${say("grantMore")}</button>`;
  }

  #disconnectButton(row: Session) {
    if (row.stoppedAtMs !== null || !this.may("sessions.manage")) return nothing;
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
