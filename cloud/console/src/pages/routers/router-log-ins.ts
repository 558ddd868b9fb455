import { type RouterLogInLevel, routerLogInLevels } from "@karibu/protocol/router/router-log-in";
import { css, html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import "../../components/overlay/copy-button.ts";
import {
  type EndedPassword,
  endRouterPassword,
  listRouterLogIns,
  listRouterPasswords,
  type MadePassword,
  makeRouterPassword,
  type RouterLogIn,
  type RouterPassword,
} from "../../data/fleet/router-log-ins.ts";
import { servicesHref } from "../../data/fleet/router-services.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const permissions: Readonly<Record<RouterLogInLevel, string>> = {
  read: "routers.log-in",
  write: "routers.log-in-write",
  full: "routers.log-in-full",
};
const tones: Readonly<Record<RouterPassword["state"], string>> = {
  alive: "warn",
  expired: "",
  ended: "good",
  "not-taken": "bad",
};
const kindTones: Readonly<Record<RouterLogIn["what"], string>> = {
  accepted: "good",
  refused: "warn",
  locked: "bad",
  began: "",
  ended: "",
};

/** Staff at the router itself: a password of some minutes is made and shown once, ended, and who was on the router. */
class RouterLogIns extends appElement({
  siteId: property(""),
  /** Shown until the person closes it, or leaves the page. */
  made: state<MadePassword | null>(null),
}) {
  readonly #passwords = new ListController<RouterPassword>(this, {
    read: (query) => listRouterPasswords(this.siteId, query),
    topics: ["router"],
  });
  readonly #logIns = new ListController<RouterLogIn>(this, {
    read: (query) => listRouterLogIns(this.siteId, query),
    topics: ["router"],
  });
  readonly #actions = new PageActions(this, () => this.#passwords.reload());

  static override styles = [
    sharedStyles,
    css`
      h2.list {
        margin: var(--space-4) 0 var(--space-2);
      }
      section.card {
        margin-top: var(--space-4);
      }
    `,
  ];

  override render() {
    const levels = routerLogInLevels.filter((level) => this.may(permissions[level]));
    return html`<div class="head between"><h2>${say("routerLogIns")}</h2></div>
      <p class="soft panel">${say("routerLogInsNote")} <a href=${servicesHref(this.siteId)}>${say("routerServices")}</a></p>
      <p class="row below">
        ${levels.map(
          (level) =>
            html`<button class=${level === "read" ? "primary" : ""} ?disabled=${this.#actions.busy !== ""} @click=${() => this.#make(level)}>${word("makeRouterPassword", level)}</button>`,
        )}
      </p>
      ${this.#shown()}
      <h2 class="list">${say("routerPasswords")}</h2>
      ${listCard(this.#passwords, {
        title: say("routerPasswords"),
        emptyText: say("noRouterPasswords"),
        columns: [
          { label: say("time"), sort: "made", cell: (row) => dateTime(row.madeAtMs, this.app.zone) },
          { label: say("name"), cell: (row) => html`<span class="mono">${row.name}</span>` },
          { label: say("state"), cell: (row) => this.#state(row) },
          { label: say("routerMay"), cell: (row) => word("routerLevel", row.level) },
          { label: say("routerPasswordBy"), cell: (row) => row.madeBy },
        ],
        buttons: (row) => this.#buttons(row),
      })}
      <h2 class="list">${say("whoWasOnRouter")}</h2>
      ${listCard(this.#logIns, {
        title: say("whoWasOnRouter"),
        emptyText: say("nobodyOnRouter"),
        columns: [
          { label: say("time"), sort: "at", cell: (row) => dateTime(row.atMs, this.app.zone) },
          { label: say("person"), cell: (row) => row.person ?? html`<span class="mono">${row.name}</span>` },
          {
            label: say("routerLogInWhat"),
            cell: (row) => html`<span class="badge ${kindTones[row.what]}">${word("routerLogIn", row.what)}</span>`,
          },
          { label: say("cameFrom"), cell: (row) => row.from ?? say("none") },
          { label: say("router"), cell: (row) => row.nas },
        ],
      })}`;
  }

  /** It is kept nowhere: who leaves without it makes another one. */
  #shown(): TemplateResult | typeof nothing {
    if (this.made === null) return nothing;
    const { name, password, expiresAtMs } = this.made;
    return html`<section class="card pad" role="status" aria-label=${say("routerPassword")}>
      <h2>${say("routerPassword")}</h2>
      <p>${say("routerPasswordOnce", { at: dateTime(expiresAtMs, this.app.zone) })}</p>
      <p class="row below">
        <span class="mono">${name}</span>
        <copy-button text=${name} label=${say("copyName")}></copy-button>
      </p>
      <p class="row below">
        <span class="mono">${password}</span>
        <copy-button text=${password} label=${say("copyPassword")}></copy-button>
      </p>
      <p class="below"><button class="quiet" @click=${() => (this.made = null)}>${say("close")}</button></p>
    </section>`;
  }

  #state(row: RouterPassword): TemplateResult {
    const until =
      row.state === "alive"
        ? say("aliveUntil", { at: dateTime(row.expiresAtMs, this.app.zone) })
        : row.endedHow === "away"
          ? say("endNotHeard")
          : (row.endedBy ?? "");
    return html`<span class="badge ${tones[row.state]}">${word("passwordState", row.state)}</span>
      ${until === "" ? nothing : html`<div class="soft">${until}</div>`}`;
  }

  /** One that is over may still have something open at the router. */
  #buttons(row: RouterPassword): TemplateResult | typeof nothing {
    if (row.state === "not-taken") return nothing;
    return html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${() => this.#end(row)}>${say("endNow")}</button>`;
  }

  readonly #make = (level: RouterLogInLevel) =>
    this.#actions.run(
      "make",
      () => makeRouterPassword(this.siteId, level),
      (made) => {
        this.made = made;
        return "";
      },
    );

  async #end({ passwordId, name }: RouterPassword) {
    if (!(await ask(say("endRouterPasswordSure", { name }), say("endNow"), { danger: true, thing: name }))) return;
    await this.#actions.run(
      "end",
      () => endRouterPassword(this.siteId, passwordId),
      (ended) => {
        if (this.made?.passwordId === passwordId) this.made = null;
        return endedText(ended);
      },
    );
  }
}
customElements.define("router-log-ins", RouterLogIns);

/** What the site could do, and what it could not. `why` is the router's word: text in a notice. */
function endedText({ isTold, endedSessions, leftSessions, why }: EndedPassword): string {
  if (!isTold) return say("endNotHeard");
  if (leftSessions === null) return say("endedNotAsked");
  if (leftSessions > 0) return say("endedButLeft", { count: leftSessions, why: why ?? "" });
  return say("endedAll", { count: endedSessions });
}
