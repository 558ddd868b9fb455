import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ask } from "../../components/ask-dialog.ts";
import { state } from "../../components/element-with.ts";
import "../../components/export-button.ts";
import { choiceButtons } from "../../components/filters.ts";
import { ListController } from "../../components/list-controller.ts";
import { listPage } from "../../components/list-page.ts";
import { PageActions } from "../../components/page-actions.ts";
import { disconnectSession, listSessions, type Session, sessionsExport } from "../../data/catalogue/sessions.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { sessionColumns } from "./session-table.ts";

/** The sessions that are open now, or the history of all sessions. */
class SessionsPage extends appElement({
  live: state(true),
}) {
  readonly #sessions = new ListController<Session>(this, {
    read: (query) => listSessions(query, { live: this.live }),
    topics: ["session"],
  });
  readonly #actions = new PageActions(this, () => this.#sessions.reload());

  override render() {
    const { live } = this;
    const choices = [
      [true, say("online")],
      [false, say("history")],
    ] as const;
    const [device, ...rest] = sessionColumns(this.app);
    return listPage(this.#sessions, {
      title: say(live ? "whoIsOnline" : "sessions"),
      emptyText: say(live ? "noOneOnline" : "noSessions"),
      beside: choiceButtons(say("sessions"), choices, live, (chosen) => this.#show(chosen)),
      above: this.#actions.notice(),
      search: say("searchSession"),
      filters: html`<export-button
        path=${sessionsExport(this.#sessions.searchText, { live })}
        file="sessions-${today(this.app.zone)}.csv"
      ></export-button>`,
      columns: [
        ...(device === undefined ? [] : [device]),
        { label: say("address"), cell: (row) => html`<span class="mono">${row.address ?? say("none")}</span>` },
        // The list of open sessions needs no column that says "Online".
        ...rest.filter(({ label }) => !live || label !== say("state")),
      ],
      buttons: live && this.may("sessions.manage") && ((row) => this.#disconnectButton(row)),
    });
  }

  #disconnectButton(row: Session) {
    if (row.stoppedAtMs !== null) return nothing;
    return html`<button @click=${() => this.#disconnect(row)}>${say("disconnect")}</button>`;
  }

  async #disconnect(row: Session) {
    if (!(await ask(say("disconnectSure", { device: row.mac ?? row.user ?? "" }), say("disconnect")))) return;
    await this.#actions.run(
      `end/${row.siteId}/${row.sessionKey}`,
      () => disconnectSession(row),
      ({ kind }) => say(kind === "ending" ? "sessionEnding" : "sessionWasOver"),
    );
  }

  #show(live: boolean) {
    this.live = live;
    void this.#sessions.reload();
  }
}
customElements.define("sessions-page", SessionsPage);
