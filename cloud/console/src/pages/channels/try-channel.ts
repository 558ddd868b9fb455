import { html, nothing, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { type ChannelTry, readTry, tryChannel } from "../../data/money/channels.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const undecided: readonly string[] = ["sending", "prompted", "unknown"];
const askAgainMs = 3_000;
const badges = { sending: "", prompted: "", unknown: "warn", failed: "bad", paid: "good" } as const;

/** Asks one's own phone for the smallest sum: only that shows that all keys fit. `changed` when the channel is to be read again. */
class TryChannel extends appElement({
  channelId: property(""),
  asked: state<ChannelTry | null>(null),
}) {
  /** Runs while the prompt is on the phone. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  override updated(changed: PropertyValues) {
    super.updated(changed);
    if (!this.isConnected || this.asked === null || !undecided.includes(this.asked.state) || this.#timer !== null)
      return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#readAgain();
    }, askAgainMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #readAgain(): Promise<void> {
    if (this.asked === null) return;
    const read = await readTry(this.channelId, this.asked.promptId).catch(() => null);
    if (!this.isConnected) return;
    // Without an answer it is asked again: the update sets the timer.
    if (read === null) return this.requestUpdate();
    const isNews = read.state !== this.asked.state;
    this.asked = read;
    if (isNews) this.dispatchEvent(new Event("changed"));
  }

  override render() {
    return html`${formCard({
      title: say("tryChannel"),
      intro: say("tryChannelWhy"),
      fields: [{ name: "phone", label: say("phone"), type: "tel", required: true }],
      submitText: say("tryChannel"),
      submit: ({ phone }, key) => tryChannel(this.channelId, String(phone), key),
      done: (result) => {
        this.asked = result as ChannelTry;
        this.dispatchEvent(new Event("changed"));
      },
    })}
    ${this.asked === null ? nothing : this.#outcome(this.asked)}`;
  }

  #outcome({ state, reason, amountCents, currency, phone }: ChannelTry) {
    return html`<section class="card pad panel" role="status">
      <p class="row"><span class="badge ${badges[state]}">${word("tried", state)}</span> ${money(amountCents, currency)} · ${phone}</p>
      <p class="below">${reason === null ? word("triedDo", state) : word("reason", reason)}</p>
    </section>`;
  }
}
customElements.define("try-channel", TryChannel);
