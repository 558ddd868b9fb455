import { css, html, nothing } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { RouterTest } from "../../data/fleet/router-access.ts";
import { icon, icons } from "../../icons.ts";
import { say, word } from "../../strings/strings.ts";

/** The five steps of a test of a router, each with its mark, and its remedy where it failed. */
class FiveSteps extends elementWith({
  test: property<RouterTest | null>(null),
}) {
  static override styles = [
    sharedStyles,
    css`
      ol {
        list-style: none;
        margin: var(--space-3) 0 0;
        padding: 0;
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 0.7rem;
        align-items: start;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 32px;
        height: 32px;
        border-radius: 50%;
        background: var(--well);
        color: var(--ink-soft);
      }
      .done .mark {
        background: var(--good-wash);
        color: var(--good);
      }
      .running .mark {
        background: var(--sun);
        color: var(--sun-ink);
      }
      .failed .mark {
        background: var(--bad-wash);
        color: var(--bad);
      }
      .what {
        padding-top: 0.3rem;
        overflow-wrap: anywhere;
      }
      .todo .what {
        color: var(--ink-soft);
      }
      progress {
        display: block;
        width: 100%;
        height: 0.7rem;
        margin-top: var(--space-2);
        accent-color: var(--brand);
      }
      .remedy {
        margin-top: var(--space-2);
        padding: var(--space-2) var(--space-3);
        border-left: 4px solid var(--bad);
        background: var(--bad-wash);
        border-radius: var(--radius-small);
      }
    `,
  ];

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
        ${problem === null ? nothing : html`<p class="remedy">${word("testRemedy", problem, { missing })}</p>`}
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
