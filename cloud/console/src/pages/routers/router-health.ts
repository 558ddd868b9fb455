import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { examineRouter, type HealthFinding, type RouterHealth, readHealth } from "../../data/fleet/router-health.ts";
import { orderAtRouter } from "../../data/fleet/routers.ts";
import { dateTime } from "../../strings/format.ts";
import { locale, say, word } from "../../strings/strings.ts";

const tones = { stops: "bad", wrong: "warn", notice: "" } as const;

/** How a router is: its grade, what is wrong, what the reader can do, and what is repaired from here. */
class RouterHealthTab extends appElement({ siteId: property("") }) {
  readonly #health = new ReadController<RouterHealth>(this, {
    read: () => readHealth(this.siteId),
    topics: ["router"],
  });
  readonly #actions = new PageActions(this, () => this.#health.reload());

  static override styles = [
    sharedStyles,
    css`
      .grade {
        font-size: 4.5rem;
        font-weight: 700;
        line-height: 1;
        min-width: 1.2em;
        text-align: center;
      }
      .grade[data-tone="good"] {
        color: var(--good);
      }
      .grade[data-tone="warn"] {
        color: var(--warn);
      }
      .grade[data-tone="bad"] {
        color: var(--bad);
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-4);
      }
      .top > div {
        flex: 1 1 16rem;
        min-width: 0;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        gap: var(--space-2);
        justify-items: start;
      }
      li p {
        margin: 0;
        max-width: 70ch;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return this.#health.render((health) => html`${this.#top(health)} ${this.#findings(health)}`);
  }

  #top(health: RouterHealth) {
    const { grade, toldAtMs, routerOs, isCompared, why } = health;
    const tone = grade === null ? "" : "AB".includes(grade) ? "good" : "CD".includes(grade) ? "warn" : "bad";
    return html`<section class="card pad panel top">
      <span class="grade" data-tone=${tone} role="img" aria-label=${grade === null ? say("gradeUnknown") : say("gradeOf", { grade })}
        >${grade ?? "?"}</span
      >
      <div>
        <h2>${grade === null ? say("gradeUnknown") : word("gradeMeans", grade)}</h2>
        <p class="soft">
          ${toldAtMs === null ? say("healthNeverTold") : say("healthToldAt", { time: dateTime(toldAtMs, this.app.zone) })}
          ${routerOs === null ? nothing : html`RouterOS ${routerOs}.`}
        </p>
        ${isCompared || toldAtMs === null ? nothing : html`<p class="soft">${say("healthNotCompared")}</p>`}
        ${why === null ? nothing : html`<p class="notice bad" role="status">${word("reading", why)}</p>`}
      </div>
      <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#examine()}>${say("healthExamine")}</button>
    </section>`;
  }

  #findings({ findings, grade }: RouterHealth) {
    if (grade === null) return nothing;
    if (findings.length === 0) return html`<p class="card pad panel">${say("healthNothing")}</p>`;
    return html`<ul aria-label=${say("healthFindings")}>
      ${findings.map((finding) => this.#finding(finding))}
    </ul>`;
  }

  #finding(finding: HealthFinding) {
    const { level, text, advice, repair } = finding;
    const mayRepair = repair !== null && this.may("routers.network");
    return html`<li class="card pad panel">
      <p>
        <span class="badge ${tones[level]}">${word("findingLevel", level)}</span>
        <strong>${text[locale()]}</strong>
      </p>
      <p>${advice[locale()]}</p>
      ${
        mayRepair
          ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#repair(finding)}>${say("repair")}</button>`
          : nothing
      }
    </li>`;
  }

  #examine() {
    return this.#actions.run(
      "examine",
      () => examineRouter(this.siteId),
      ({ why }) => (why === null ? say("healthExamined") : word("reading", why)),
    );
  }

  async #repair({ repair, text, isRisky, check }: HealthFinding) {
    if (repair === null) return;
    const note = say(isRisky ? "repairRiskyNote" : "repairNote");
    if (!(await ask(`${say("repair")}: ${text[locale()]}`, say("repair"), { note }))) return;
    await this.#actions.run(
      `repair ${check}`,
      () => orderAtRouter(this.siteId, { kind: "repair-drift", finding: repair }),
      () => say("orderTaken"),
    );
  }
}
customElements.define("router-health", RouterHealthTab);
