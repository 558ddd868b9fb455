/** One running grant: what staff changed of it, and the forms that give more, pause it or let it go on. */
import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type GrantChanges, giveGrant, liftGuard, pauseGrant, readChanges } from "../../data/catalogue/grants.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { lengthText, speedText } from "../plans/terms-text.ts";
import "./grant-devices.ts";
import { giftFieldsOfOne, reasonField } from "./gift-fields.ts";

type Doing = "give" | "pause" | "resume" | "lift";

class GrantCard extends appElement({
  grantId: property(""),
  siteId: property(""),
  /** Whose it is, where the page has several. */
  whose: property(""),
  /** The form that is open. */
  doing: state<Doing | null>(null),
}) {
  readonly #changes = new ReadController<GrantChanges>(this, { read: () => readChanges(this), topics: ["grant"] });

  override render() {
    return this.#changes.render((changes) => this.#card(changes));
  }

  #card(changes: GrantChanges) {
    const isPaused = changes.pausedAtMs !== null;
    const buttons: readonly (readonly [Doing, string])[] = [
      ["give", say("giveMore")],
      isPaused ? ["resume", say("resumeGrant")] : ["pause", say("pauseGrant")],
      ...(changes.guard === null ? [] : ([["lift", say("liftGuard")]] as const)),
    ];
    return html`<section class="card pad panel">
        <h2 class="panel">${say("grantChanges")}${this.whose === "" ? nothing : html`: <span class="mono">${this.whose}</span>`} ${isPaused ? html`<span class="badge">${say("grantPaused")}</span>` : nothing}</h2>
        ${changes.guard === null ? nothing : html`<p>${this.#guardText(changes.guard)}</p>`}
        ${changes.log.length === 0 ? html`<p class="soft panel">${say("grantUnchanged")}</p>` : this.#log(changes)}
        ${
          this.may("grants.manage")
            ? html`<p class="row">
                ${buttons.map(
                  ([name, text]) =>
                    html`<button aria-expanded=${this.doing === name} @click=${() => this.#toggle(name)}>${text}</button>`,
                )}
              </p>`
            : nothing
        }
      </section>
      ${this.#form()}
      ${
        this.may("grants.manage")
          ? html`<grant-devices .app=${this.app} .grantId=${this.grantId} .siteId=${this.siteId}></grant-devices>`
          : nothing
      }`;
  }

  #guardText({ isPaused, hasPin, atMs }: NonNullable<GrantChanges["guard"]>) {
    const since = dateTime(atMs, this.app.zone);
    if (!isPaused) return say("guardPin", { since });
    return say(hasPin ? "guardPausedPin" : "guardPaused", { since });
  }

  #log({ log }: GrantChanges) {
    return html`<ul>
      ${log.map(
        ({ kind, what, reason, atMs }) =>
          html`<li>
            ${dateTime(atMs, this.app.zone)}: ${word("changed", kind)}
            ${giftWords(what).join(", ")} <span class="soft">${reason}</span>
          </li>`,
      )}
    </ul>`;
  }

  #toggle(name: Doing) {
    this.doing = this.doing === name ? null : name;
  }

  #form() {
    const { doing } = this;
    if (doing === null) return nothing;
    const done = () => {
      this.doing = null;
      void this.#changes.reload();
    };
    if (doing === "give")
      return formCard({
        intro: say("giveWhy"),
        fields: [...giftFieldsOfOne(), reasonField()],
        submitText: say("giveMore"),
        submit: (values, key) => giveGrant(this, withoutEmpty(values), key),
        done,
      });
    if (doing === "lift")
      return formCard({
        intro: say("liftGuardWhy"),
        fields: [reasonField()],
        submitText: say("liftGuard"),
        submit: (values) => liftGuard(this, String(values.reason)),
        done,
      });
    return formCard({
      ...(doing === "pause" ? { intro: say("pauseGrantWhy") } : {}),
      fields: [reasonField()],
      submitText: say(doing === "pause" ? "pauseGrant" : "resumeGrant"),
      submit: (values) => pauseGrant(this, doing, String(values.reason)),
      done,
    });
  }
}
customElements.define("grant-card", GrantCard);

function giftWords(what: GrantChanges["log"][number]["what"]): string[] {
  const { seconds, useSeconds, dataBytes, downKbps, upKbps, devices } = what;
  const speed = downKbps ?? upKbps;
  return [
    ...(seconds === undefined || seconds === 0 ? [] : [say("givenTime", { time: lengthText(seconds) })]),
    ...(useSeconds === undefined ? [] : [say("givenTimeOnline", { time: lengthText(useSeconds) })]),
    ...(dataBytes === undefined ? [] : [say("givenData", { amount: byteSize(dataBytes) })]),
    ...(speed === undefined ? [] : [say("givenSpeed", { speed: speedText(speed) })]),
    ...(devices === undefined ? [] : [say("givenDevices", { count: devices })]),
  ];
}
