import { css, html, nothing } from "lit";
import { elementWith, flag, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { Release, ReleaseChannel } from "../../data/fleet/releases.ts";
import { say } from "../../strings/strings.ts";
import { stateOf } from "./release-words.ts";

export interface ChannelChange {
  readonly channel: ReleaseChannel["channel"];
  readonly verb: "save" | "pause" | "resume";
  /** The one that stood there when somebody began to choose. */
  readonly ofReleaseId: string | null;
  readonly releaseId: string | null;
  readonly percent: number;
}

const stages = [0, 1, 5, 10, 25, 50, 100];

/** The release of one channel, its share of the sites, and the outcomes of their updates. */
class ChannelCard extends elementWith({
  channel: property<ReleaseChannel>(),
  releases: property<readonly Release[]>([]),
  busy: flag(),
}) {
  static override styles = [
    sharedStyles,
    css`
      .title {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.5rem;
        margin-bottom: 0.8rem;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        gap: 0.8rem;
        align-items: end;
      }
      form label {
        flex: 1 1 130px;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem 1.2rem;
        margin: 0.9rem 0 0;
      }
      dl div {
        display: flex;
        gap: 0.4rem;
      }
      dd {
        margin: 0;
        font-weight: 650;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  /** A colleague's change comes by itself, under the hand of who chooses. */
  #seen: string | null | undefined;

  override render() {
    const { channel, paused, percent, releaseId, sites } = this.channel;
    const { word, tone } = stateOf(this.channel);
    const choices = stages.includes(percent) ? stages : [...stages, percent].sort((one, other) => one - other);
    const counts = ["all", "running", "waiting", "failed", "refused", "lost"] as const;
    return html`<section class="card pad" aria-label=${say(`channel_${channel}`)}>
      <div class="title">
        <h2>${say(`channel_${channel}`)}</h2>
        <span class="badge ${tone}" role="status">${say(word)}</span>
      </div>
      <form @input=${this.#begin} @submit=${this.#save}>
        <label>${say("release")}
          <select name="releaseId" ?disabled=${this.busy}>
            <option value="" ?selected=${releaseId === null}>${say("none")}</option>
            ${this.releases.map(
              (one) =>
                html`<option value=${one.releaseId} ?selected=${one.releaseId === releaseId}>${one.version}</option>`,
            )}
          </select>
        </label>
        <label>${say("shareOfSites")}
          <select name="percent" ?disabled=${this.busy}>
            ${choices.map((one) => html`<option value=${one} ?selected=${one === percent}>${one} %</option>`)}
          </select>
        </label>
        <button class="primary" ?disabled=${this.busy}>${say("saveStage")}</button>
        ${
          releaseId === null
            ? nothing
            : html`<button type="button" ?disabled=${this.busy} @click=${() => this.#tell(paused ? "resume" : "pause")}>
                ${say(paused ? "resumeStage" : "pauseStage")}
              </button>`
        }
      </form>
      <dl>
        ${counts
          .filter((count) => count === "all" || sites[count] > 0)
          .map(
            (count) => html`<div>
              <dt class="soft">${say(count === "all" ? "sites" : `update_${count}`)}</dt>
              <dd>${sites[count]}</dd>
            </div>`,
          )}
      </dl>
    </section>`;
  }

  #begin() {
    if (this.#seen === undefined) this.#seen = this.channel.releaseId;
  }

  #save(event: SubmitEvent) {
    event.preventDefault();
    this.#tell("save");
  }

  #tell(verb: ChannelChange["verb"]) {
    const form = new FormData(this.renderRoot.querySelector("form") as HTMLFormElement);
    const detail: ChannelChange = {
      channel: this.channel.channel,
      verb,
      ofReleaseId: this.#seen === undefined ? this.channel.releaseId : this.#seen,
      releaseId: String(form.get("releaseId") ?? "") || null,
      percent: Number(form.get("percent") ?? 0),
    };
    this.#seen = undefined;
    this.dispatchEvent(new CustomEvent("channel-change", { detail }));
  }
}
customElements.define("channel-card", ChannelCard);
