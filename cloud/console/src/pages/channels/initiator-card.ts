import { html, LitElement, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { Deeds } from "../../components/deeds.ts";
import { facts } from "../../components/facts.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import {
  type Channel,
  type ChannelDetail,
  type ChannelKindForm,
  type Initiator,
  removeInitiator,
  replaceInitiator,
  retryInitiator,
} from "../../data/channels.ts";
import { dateTime } from "../../data/format.ts";
import type { Desk } from "../../desk.ts";
import { say, word } from "../../strings/strings.ts";
import { initiatorFields } from "./channel-form.ts";
import { initiatorBadge } from "./channel-state.ts";

/** Who asks M-Pesa about receipts and sends money back: does it work, and another one. The keys that sell stand elsewhere. */
class InitiatorCard extends LitElement {
  static override properties = {
    desk: { attribute: false },
    channel: { attribute: false },
    form: { attribute: false },
    replacing: { state: true },
  };
  declare desk: Desk;
  declare channel: ChannelDetail & { readonly initiator: Initiator };
  declare form: ChannelKindForm;
  declare replacing: boolean;
  readonly #deeds = new Deeds(this);

  constructor() {
    super();
    this.replacing = false;
  }

  static override styles = [sharedStyles];

  override render() {
    const { channel } = this;
    const { zone, user } = this.desk;
    const { initiator } = channel;
    return html`<h2 class="between">${say("initiator")}</h2>
      <section class="card pad panel">
        ${this.#deeds.notice()}
        <p class="soft panel">${say("initiatorWhy")}</p>
        ${initiatorBadge(initiator)} ${this.#whyNot(initiator)}
        ${facts([
          [say("initiatorName"), initiator.name],
          initiator.stoppedAtMs === null ? null : [say("initiatorStoppedAt"), dateTime(initiator.stoppedAtMs, zone)],
          initiator.provedAtMs === null ? null : [say("initiatorProvedAt"), dateTime(initiator.provedAtMs, zone)],
          [say("questionsWaiting"), channel.waiting],
        ])}
        ${user.permissions.includes("channels.manage") ? this.#buttons(initiator) : nothing}
      </section>
      ${this.replacing ? this.#form(initiator) : nothing}`;
  }

  #whyNot({ state, reason, problem, stops }: Initiator) {
    if (state === "none" || state === "incomplete") return html`<p class="below">${word("initiatorLacks", state)}</p>`;
    if (reason === null) return nothing;
    return html`<div class="below">
      <p><strong>${word("initiatorStops", stops)}</strong></p>
      <p>${word("initiatorReason", reason)}</p>
      <p class="soft">${say("initiatorWords")}: ${problem}</p>
    </div>`;
  }

  #buttons({ state, name }: Initiator) {
    const isThere = state !== "none";
    return html`<p class="row below">
      <button
        class=${state === "works" || state === "unproved" ? "" : "primary"}
        aria-expanded=${this.replacing}
        @click=${() => (this.replacing = !this.replacing)}
      >
        ${say(isThere ? "replaceInitiator" : "addInitiator")}
      </button>
      ${
        state === "refused"
          ? html`<button ?disabled=${this.#deeds.busy !== ""} @click=${this.#retry}>${say("initiatorRetry")}</button>`
          : nothing
      }
      ${
        isThere
          ? html`<button class="quiet danger" ?disabled=${this.#deeds.busy !== ""} @click=${() => this.#remove(name ?? "")}>
              ${say("remove")}
            </button>`
          : nothing
      }
    </p>`;
  }

  #form(initiator: Initiator) {
    const fields: Field[] = initiatorFields(this.form).map((field) => ({ ...field, required: true }));
    const hasCertificate = initiator.state !== "none" && initiator.state !== "incomplete";
    const shown = fields.map((field) =>
      field.name === "certificate" && hasCertificate
        ? { ...field, required: false, hint: say("certificateStays") }
        : field,
    );
    return keyed(
      initiator.name,
      html`<section class="card pad panel">
        <p class="soft panel">${say("replaceInitiatorWhy")}</p>
        <action-form
          .fields=${shown}
          submitText=${say(initiator.state === "none" ? "addInitiator" : "replaceInitiator")}
          .submit=${(values: Values) => replaceInitiator(this.channel.id, withoutEmpty(values))}
          @done=${(event: CustomEvent<Channel>) => {
            event.stopPropagation();
            this.replacing = false;
            this.#changed(say("initiatorEntered"));
          }}
        ></action-form>
      </section>`,
    );
  }

  async #retry() {
    await this.#deeds.run(
      "retry",
      () => retryInitiator(this.channel.id),
      () => this.#changed(say("initiatorRetried")),
    );
  }

  async #remove(name: string) {
    if (!(await ask(say("initiatorRemoveSure", { name }), say("remove")))) return;
    await this.#deeds.run(
      "remove",
      () => removeInitiator(this.channel.id),
      () => this.#changed(say("initiatorRemoved")),
    );
  }

  #changed(told: string): string {
    this.#deeds.tell(told);
    this.dispatchEvent(new CustomEvent("changed"));
    return told;
  }
}
customElements.define("initiator-card", InitiatorCard);
