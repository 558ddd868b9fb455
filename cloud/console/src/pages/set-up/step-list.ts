import { css, html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { rawText } from "../../components/raw-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { runningStepStyles, stepStyles } from "../../components/styles/step-styles.ts";
import { upgradeGuide } from "../../components/upgrade-guide.ts";
import type { SetUp, SetUpStepView } from "../../data/fleet/set-up.ts";
import { icon, icons } from "../../icons.ts";
import { byteSize } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** The steps from the line to a selling site, as the router reports them: each with its bar while it runs, and its remedy where it failed. */
class StepList extends elementWith({
  steps: property<SetUp["steps"]>([]),
  image: property<SetUp["image"]>(null),
}) {
  static override styles = [
    sharedStyles,
    stepStyles,
    runningStepStyles,
    css`
      ol {
        margin-top: var(--space-4);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: baseline;
        gap: 0 var(--space-4);
      }
    `,
  ];

  override render() {
    const done = this.steps.filter(({ state }) => state === "done").length;
    const total = this.steps.length;
    const far = say("stepsDone", { done, total });
    return html`<div class="line">
        <h2>${say("setUpSteps")}</h2>
        <span class="number soft" role="status">${far}</span>
      </div>
      <progress aria-label=${far} max=${total} value=${done}></progress>
      <ol>
        ${this.steps.map((step) => this.#step(step))}
      </ol>`;
  }

  #step(view: SetUpStepView) {
    const { step, state, problem, detail } = view;
    const mark = {
      done: icons.check,
      failed: icons.close,
      todo: icons.wait,
      running: icons.wait,
      waiting: icons.attention,
    };
    return html`<li class=${state} data-step=${step}>
      <span class="mark">${icon(mark[state])}</span>
      <div class="what">
        <div class="line">
          <strong>${word("setUpStep", step)}</strong>
          <span class="soft">${word("setUpState", state)}</span>
        </div>
        ${state === "running" ? this.#bar(view) : nothing}
        ${problem === null || state === "done" ? nothing : html`<p class="remedy">${word("remedy", problem)}${upgradeGuide(problem)}</p>`}
        ${state === "done" ? nothing : rawText(detail)}
      </div>
    </li>`;
  }

  /** Of the image the hub counts what has left; of the rest nobody knows how long it takes. */
  #bar({ step }: SetUpStepView) {
    const name = word("setUpStep", step);
    const { image } = this;
    if (step !== "image" || image === null) return html`<progress aria-label=${name}></progress>`;
    const { sentBytes, bytes } = image;
    return html`<progress aria-label=${name} max=${bytes} value=${sentBytes}></progress>
      <span class="soft number">${say("imageBytes", { sent: byteSize(sentBytes), total: byteSize(bytes) })}</span>`;
  }
}
customElements.define("step-list", StepList);
