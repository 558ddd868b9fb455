import { html, nothing } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, searchBar } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { disconnectSession, listSessions, type Session, sessionsExport } from "../../data/catalogue/sessions.ts";
import type { Desk } from "../../desk.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { sessionColumns } from "./session-table.ts";
import "../../components/export-button.ts";

/** Who is online now, or everybody who was. */
class SessionsPage extends elementWith({
  desk: property<Desk>(),
  open: state(true),
  q: state(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #sessions = new ListController<Session>(this, {
    read: (cursor) => listSessions({ limit: 50, cursor, ...this.#filters() }),
    topics: ["session"],
    events: () => this.desk.events,
  });

  #filters() {
    return { live: this.open, q: this.q };
  }

  static override styles = [sharedStyles];

  override render() {
    const mayEnd = this.open && this.desk.user.permissions.includes("sessions.manage");
    const search = (typed: string) => {
      this.q = typed;
      void this.#sessions.reload();
    };
    const [device, ...rest] = sessionColumns(this.desk);
    return html`<div class="head">
        <h1>${say(this.open ? "whoIsOnline" : "sessions")}</h1>
        <div class="row" role="group" aria-label=${say("sessions")}>
          <button aria-pressed=${this.open} class=${this.open ? "primary" : ""} @click=${() => this.#show(true)}>
            ${say("online")}
          </button>
          <button aria-pressed=${!this.open} class=${this.open ? "" : "primary"} @click=${() => this.#show(false)}>
            ${say("history")}
          </button>
        </div>
      </div>
      ${searchBar(
        say("searchSession"),
        search,
        html`<export-button
          path=${sessionsExport(this.#filters())}
          file="sessions-${today(this.desk.zone)}.csv"
        ></export-button>`,
      )}
      ${this.#deeds.notice()}
      ${listCard(this.#sessions, {
        caption: say(this.open ? "whoIsOnline" : "sessions"),
        emptyText: say(this.q !== "" ? "nothingFound" : this.open ? "noOneOnline" : "noSessions"),
        columns: [
          ...(device === undefined ? [] : [device]),
          { label: say("address"), cell: (row) => html`<span class="mono">${row.address ?? say("none")}</span>` },
          // Where all are online, none need say so.
          ...rest.filter(({ label }) => !this.open || label !== say("state")),
          ...(mayEnd ? [{ label: say("change"), cell: (row: Session) => this.#end(row) }] : []),
        ],
      })}`;
  }

  #end(row: Session) {
    if (row.stoppedAtMs !== null) return nothing;
    const end = async () => {
      if (!(await ask(say("disconnectSure", { device: row.mac ?? row.user ?? "" }), say("disconnect")))) return;
      await this.#deeds.run(
        `end/${row.siteId}/${row.sessionKey}`,
        () => disconnectSession(row),
        ({ kind }) => say(kind === "ending" ? "sessionEnding" : "sessionWasOver"),
      );
      await this.#sessions.reload();
    };
    return html`<button @click=${end}>${say("disconnect")}</button>`;
  }

  #show(open: boolean) {
    this.open = open;
    void this.#sessions.reload();
  }
}
customElements.define("sessions-page", SessionsPage);
