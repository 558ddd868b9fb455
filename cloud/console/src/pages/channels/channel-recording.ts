import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Recording, recordingPath } from "../../data/money/channels.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

type Finding = Recording["findings"][number];

/** What this channel really sends, against its documents. It is read when somebody opens it: the hub compares all that it keeps. */
class ChannelRecording extends appElement({ channelId: property(""), open: state(false) }) {
  static override styles = [
    sharedStyles,
    css`
      summary {
        cursor: pointer;
        padding-block: 0.4rem;
      }
      ul {
        list-style: none;
        padding: 0;
        display: grid;
        gap: 0.9rem;
      }
      code {
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`<section class="card pad panel">
      <details @toggle=${(event: Event) => (this.open = (event.target as HTMLDetailsElement).open)}>
        <summary><strong>${say("recording")}</strong></summary>
        <p class="soft">${say("recordingWhy")}</p>
        ${this.open ? html`<recorded-findings .app=${this.app} .channelId=${this.channelId}></recorded-findings>` : nothing}
      </details>
    </section>`;
  }
}
customElements.define("channel-recording", ChannelRecording);

class RecordedFindings extends appElement({ channelId: property("") }) {
  static override styles = ChannelRecording.styles;

  readonly #recording = new ReadController<Recording>(this, { path: () => recordingPath(this.channelId) });

  override render() {
    return this.#recording.render((recording) => this.#body(recording));
  }

  #body({ facts, isAll, fromMs, untilMs, findings, proved }: Recording) {
    const { zone } = this.app;
    if (facts === 0 || fromMs === null || untilMs === null) return html`<p>${say("recordingEmpty")}</p>`;
    const span = { count: facts, from: dateTime(fromMs, zone), until: dateTime(untilMs, zone) };
    return html`<p>${say("recordingSpan", span)} ${isAll ? nothing : say("recordingCut")}</p>
      <p class="soft">
        ${
          proved.length === 0
            ? say("recordingUnproved")
            : say("recordingProved", { sources: proved.map(({ source }) => word("source", source)).join(", ") })
        }
      </p>
      <ul class="below">
        ${findings.map((each) => this.#finding(each))}
      </ul>`;
  }

  #finding({ question, documented, seen, differs }: Finding) {
    return html`<li>
      <p>
        <strong>${word("recorded", question)}</strong>
        ${differs ? html`<span class="badge warn">${say("recordedDiffers")}</span>` : nothing}
      </p>
      ${
        seen.length === 0
          ? html`<p class="soft">${say("recordedNothing")}</p>`
          : seen.map(({ answer, times }) => html`<p><code class="mono">${answer}</code> × ${times}</p>`)
      }
      ${
        documented === null || !differs
          ? nothing
          : html`<p class="soft">${say("recordedDocumented")} <code class="mono">${documented}</code></p>`
      }
    </li>`;
  }
}
customElements.define("recorded-findings", RecordedFindings);
