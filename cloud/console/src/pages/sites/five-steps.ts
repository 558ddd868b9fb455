import { html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { runningStepStyles, stepStyles } from "../../components/styles/step-styles.ts";
import { upgradeGuide } from "../../components/upgrade-guide.ts";
import type { RouterTest } from "../../data/fleet/router-access.ts";
import { icon, icons } from "../../icons.ts";
import { say, word } from "../../strings/strings.ts";

/** The five steps of a test of a router, each with its mark, and its remedy where it failed. */
class FiveSteps extends elementWith({
  test: property<RouterTest | null>(null),
}) {
  static override styles = [sharedStyles, stepStyles, runningStepStyles];

  override render() {
    const { test } = this;
    if (test === null || test.steps.length === 0) return nothing;
    const done = test.steps.filter(({ state }) => state === "done").length;
    return html`<p class="soft" role="status">${say("stepsDone", { done, total: test.steps.length })}</p>
      <ol>
        ${test.steps.map((step) => this.#step(step, test))}
      </ol>`;
  }

  #step({ step, state, problem }: RouterTest["steps"][number], { router }: RouterTest) {
    const mark = { done: icons.check, failed: icons.close, todo: icons.wait, running: icons.wait }[state];
    const name = word("testStep", step);
    const missing = router?.missing.join(", ") ?? "";
    return html`<li class=${state} data-step=${step}>
      <span class="mark">${icon(mark)}</span>
      <div class="what">
        <strong>${name}</strong> <span class="soft">${word("setUpState", state)}</span>
        ${state === "running" ? html`<progress aria-label=${name}></progress>` : nothing}
        ${problem === null ? nothing : html`<p class="remedy">${word("testRemedy", problem, { missing })}${upgradeGuide(problem)}</p>`}
        ${
          step === "identity" && router !== null && router.version !== ""
            ? html`<p class="soft">${[router.identity, router.version, router.board].filter(Boolean).join(" · ")}</p>`
            : nothing
        }
      </div>
    </li>`;
  }
}
customElements.define("five-steps", FiveSteps);
