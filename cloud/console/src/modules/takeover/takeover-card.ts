import { css, html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { dateTime, duration, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  readShadow,
  readSwitch,
  runShadow,
  type Shadow,
  type SwitchStand,
  switchBack,
  switchToKaribu,
  type Takeover,
  withdrawTakeover,
} from "./takeovers.ts";
import "../../components/action-form.ts";
import "../../components/states/job-progress.ts";
import "../../components/table/data-table.ts";

type Difference = Shadow["differences"][number];
const whileWorkingMs = 3000;

/** One takeover of a site: its trial run beside the old system, the switch, and the way back; where it has none, what to do instead. */
class TakeoverCard extends appElement({
  takeover: property<Takeover>(),
  siteName: property(""),
  isSwitching: state(false),
}) {
  static override styles = [
    sharedStyles,
    css`
      section {
        margin-bottom: 1rem;
      }
      .row {
        margin-top: 0.8rem;
      }
      h3 {
        margin-top: 1.2rem;
      }
      p {
        margin: 0.8rem 0;
      }
    `,
  ];

  readonly #isByAgent = () => this.takeover.switchedBy === "agent";
  readonly #shadow = new ReadController<Shadow>(this, {
    read: () => readShadow(this.takeover.takeoverId),
    isAsked: this.#isByAgent,
    topics: [],
  });
  readonly #switch = new ReadController<SwitchStand>(this, {
    read: () => readSwitch(this.takeover.takeoverId),
    isAsked: this.#isByAgent,
    topics: [],
  });
  readonly #actions = new PageActions(this, async () => {
    this.dispatchEvent(new CustomEvent("done"));
    await Promise.all([this.#shadow.reload(), this.#switch.reload()]);
  });
  #timer: ReturnType<typeof setTimeout> | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** A switch on its way is followed closely. */
  protected override updated(): void {
    if (this.#timer !== null || this.#switch.value?.kind !== "working") return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#switch.reload();
    }, whileWorkingMs);
  }

  override render() {
    const { state: stands, total, startedBy, createdAtMs, backUntilMs, source } = this.takeover;
    return html`<section class="card pad" aria-label=${this.siteName}>
      <h2>
        ${this.siteName}
        ${
          this.#isByAgent()
            ? html`<span class="badge ${stands === "switched" ? "good" : "warn"}">${word("takeoverState", stands)}</span>`
            : html`<span class="badge good">${say("takeoverListed")}</span>`
        }
      </h2>
      ${facts([
        [say("takeoverFrom"), word("source", source)],
        [say("fates_voucher"), total.codes.toLocaleString("en")],
        [say("fates_grant"), total.running.toLocaleString("en")],
        total.useUnknown ? [say("takeoverUseUnknown"), total.useUnknown.toLocaleString("en")] : null,
        [say("takeoverWorth"), money(total.worthCents, total.currency)],
        [say("takeoverBy"), html`${startedBy} · ${dateTime(createdAtMs, this.app.zone)}`],
        stands === "switched" && backUntilMs !== null
          ? [say("takeoverBackUntil"), dateTime(backUntilMs, this.app.zone)]
          : null,
      ])}
      ${this.#isByAgent() ? this.#byAgent(stands === "applied") : this.#bySetUp()}
    </section>`;
  }

  #byAgent(isApplied: boolean) {
    return html`${isApplied ? this.#trial() : nothing}
      <h3>${say("takeoverSwitch")}</h3>
      ${this.#switch.render((value) => this.#stand(value))}`;
  }

  #bySetUp() {
    return html`<h3>${say("takeoverSwitch")}</h3>
      <p>${say("takeoverBySetUp")}</p>
      <p>${say("takeoverRowOn")} <code class="mono">/radius enable [find where service~"hotspot" and comment~"^karibu:"]</code></p>
      <div class="row">${this.#withdrawButton()}</div>`;
  }

  #withdrawButton() {
    return html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${this.#withdraw}>
      ${say("takeoverWithdraw")}
    </button>`;
  }

  #trial() {
    return html`<h3>${say("takeoverShadow")}</h3>
      <p>${say("takeoverShadowWhat")}</p>
      ${this.#shadow.render((shadow) => this.#shadowOf(shadow))}`;
  }

  #shadowOf(shadow: Shadow) {
    const runs = shadow.sinceMs !== null;
    return html`${facts([
      [say("takeoverSince"), shadow.sinceMs === null ? null : dateTime(shadow.sinceMs, this.app.zone)],
      [say("takeoverSeen"), shadow.seen.toLocaleString("en")],
      [say("takeoverSame"), shadow.percent === null ? null : `${shadow.percent} %`],
      shadow.problem === null ? null : [say("takeoverNotRead"), html`<span class="mono">${shadow.problem}</span>`],
    ])}
      ${
        shadow.lacks.length === 0
          ? html`<p class="notice" role="status">${say("takeoverReady")}</p>`
          : html`<p>${say("takeoverNotReady")}</p>
              <ul>
                ${shadow.lacks.map((lack) => html`<li>${word("takeoverLack", lack)}</li>`)}
              </ul>`
      }
      ${shadow.differences.length === 0 ? nothing : this.#differences(shadow.differences)}
      <div class="row">
        <button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#run(runs ? "stop" : "start")}>
          ${say(runs ? "takeoverShadowStop" : "takeoverShadowStart")}
        </button>
      </div>`;
  }

  #differences(rows: readonly Difference[]) {
    return html`<data-table
      caption=${say("takeoverDifferences")}
      .rows=${rows}
      .columns=${[
        { label: say("name"), cell: (row: Difference) => html`<strong class="mono">${row.user}</strong>` },
        {
          label: say("takeoverDifference"),
          cell: (row: Difference) => html`${word("takeoverDiffers", row.kind)}
            ${row.reason === null ? nothing : html`<span class="soft">${word("refusal", row.reason)}</span>`}
            ${row.kind === "rate" || row.kind === "end" ? html`<br /><span class="soft">${this.#pair(row)}</span>` : nothing}`,
        },
        { label: say("takeoverRemedy"), cell: (row: Difference) => word("takeoverRemedies", row.kind) },
      ]}
    ></data-table>`;
  }

  #pair({ kind, theirs, ours }: Difference): string {
    const shown = (value: number | null) =>
      value === null ? say("none") : kind === "rate" ? `${value / 1000} Mbps` : duration(value);
    return say("takeoverPair", { theirs: shown(theirs), ours: shown(ours) });
  }

  #stand({ kind, why, users, kept, adopted, strangers }: SwitchStand) {
    const isApplied = this.takeover.state === "applied";
    // A switch was ordered and failed on its way: users may stand aside.
    const isHalf = isApplied && this.takeover.switchedAtMs !== null && kind !== "before";
    return html`<p>${word("takeoverStand", kind)}${why === null ? nothing : html` <span class="soft">${why}</span>`}</p>
      ${
        kind === "working"
          ? html`<job-progress .text=${say("takeoverAside", { kept, users })} .done=${kept} .total=${users}></job-progress>`
          : nothing
      }
      ${kind === "karibu" || kind === "working" ? html`<p class="soft">${say("takeoverOnline", { adopted, strangers })}</p>` : nothing}
      ${this.isSwitching ? this.#form() : nothing}
      <div class="row">
        ${
          isApplied && !this.isSwitching
            ? html`<button
                  class="primary"
                  @click=${() => {
                    this.isSwitching = true;
                  }}
                >
                  ${say("takeoverSwitchNow")}
                </button>
                ${this.#withdrawButton()}`
            : nothing
        }
        ${
          this.takeover.state === "switched" || isHalf
            ? html`<button class="danger" ?disabled=${this.#actions.busy !== ""} @click=${this.#back}>
                ${say("takeoverBack")}
              </button>`
            : nothing
        }
      </div>`;
  }

  #form() {
    const needsReason = (this.#shadow.value?.lacks.length ?? 1) > 0;
    return html`<p>${say("takeoverSwitchWhat")}</p>
      <action-form
        .fields=${[
          { name: "reason", label: say("takeoverReason"), required: needsReason, hint: say("takeoverReasonHint") },
          {
            name: "days",
            label: say("takeoverBackDays"),
            type: "number",
            value: "14",
            min: 1,
            max: 60,
            required: true,
          },
        ]}
        submitText=${say("takeoverSwitchNow")}
        .submit=${this.#go}
      ></action-form>`;
  }

  readonly #go = async ({ reason, days }: Values) => {
    await switchToKaribu(this.takeover.takeoverId, String(reason ?? ""), Number(days));
    this.isSwitching = false;
    this.dispatchEvent(new CustomEvent("done"));
    await this.#switch.reload();
  };

  readonly #run = (what: "start" | "stop") => this.#actions.run(what, () => runShadow(this.takeover.takeoverId, what));

  readonly #back = async () => {
    const options = { danger: true, note: say("takeoverBackNote"), thing: this.siteName };
    if (await ask(say("takeoverBackSure"), say("takeoverBack"), options))
      await this.#actions.run("back", () => switchBack(this.takeover.takeoverId));
  };

  readonly #withdraw = async () => {
    const options = { danger: true, note: say("takeoverWithdrawNote"), thing: this.siteName };
    if (await ask(say("takeoverWithdrawSure"), say("takeoverWithdraw"), options))
      await this.#actions.run("withdraw", () => withdrawTakeover(this.takeover.takeoverId));
  };
}
customElements.define("takeover-card", TakeoverCard);
