import { css, html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ownerStepStyles } from "../../components/styles/step-styles.ts";
import { type Home, homePath } from "../../data/reports/home.ts";
import { makeSamples, removeSamples, type SampleData, samplePath } from "../../data/tenancy/start.ts";
import { icon, icons } from "../../icons.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { type GuideStep, guideSteps, isAllDone, openStep } from "./guide-steps.ts";
import "./brand-step.ts";
import "./keys-step.ts";
import "./plan-step.ts";
import "./site-step.ts";
import "./try-sale-step.ts";

interface StepFacts {
  readonly isDone: boolean;
  /** Null: not yet, or nobody noted it. */
  readonly doneAtMs: number | null;
  readonly isOpen: boolean;
}

/**
 * The way of a new owner from the sign-up to a test sale, a step at a time. What is done is read from the hub, so it is left and resumed at any
 * step; "later" lasts as long as the page is open.
 */
class StartPage extends appElement({
  chosen: state<GuideStep | null>(null),
  later: state<ReadonlySet<GuideStep>>(new Set()),
}) {
  readonly #home = new ReadController<Home>(this, {
    path: () => homePath,
    topics: ["site", "set-up", "channel", "grant", "payment", "plan"],
  });
  readonly #samples = new ReadController<SampleData>(this, { path: () => samplePath });
  readonly #actions = new PageActions(this, () => this.#samples.reload());

  static override styles = [
    sharedStyles,
    ownerStepStyles,
    css`
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: var(--space-3);
      }
      .title {
        display: flex;
        gap: 0.7rem;
        align-items: center;
        width: 100%;
        min-height: var(--control);
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        font: inherit;
        font-weight: 600;
        text-align: start;
      }
      .when {
        margin-left: auto;
        font-weight: 400;
        text-align: end;
      }
      .body {
        margin-top: var(--space-3);
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("startTitle")}</h1></div>
      ${this.#home.render(({ checklist }) => (checklist === null ? nothing : this.#guide(checklist)))} ${this.#sampleCard()}`;
  }

  #guide(checklist: NonNullable<Home["checklist"]>): TemplateResult {
    const open = openStep(checklist, this.chosen, this.later);
    return html`<p class="soft panel" role="status">${say(isAllDone(checklist) ? "startDone" : "startIntro")}</p>
      <ol @done=${this.#done}>
        ${guideSteps.map((step, at) => this.#step(step, at, { isDone: checklist[step], doneAtMs: checklist.doneAtMs[step], isOpen: open === step }))}
      </ol>`;
  }

  #step(step: GuideStep, at: number, { isDone, doneAtMs, isOpen }: StepFacts) {
    return html`<li class="card pad ${isDone ? "done" : ""}">
      <h2>
        <button class="title" aria-expanded=${isOpen} @click=${() => (this.chosen = isOpen ? null : step)}>
          <span class="mark">${isDone ? icon(icons.check) : at + 1}</span>
          <span>${word("guide", step)}<span class="visually-hidden"> (${say(isDone ? "step_done" : "step_todo")})</span></span>
          ${doneAtMs === null ? nothing : this.#when(step, doneAtMs)}
        </button>
      </h2>
      ${
        isOpen
          ? html`<div class="body">
              <p class="soft panel">${word("guideWhy", step)}</p>
              ${this.#body(step)}
              ${isDone ? nothing : html`<p class="below"><button class="quiet" @click=${() => this.#putOff(step)}>${say("stepLater")}</button></p>`}
            </div>`
          : nothing
      }
    </li>`;
  }

  /** The time alone: who wonders what it means reads it there. */
  #when(step: GuideStep, atMs: number) {
    const time = dateTime(atMs, this.app.zone);
    return html`<span class="soft when" title=${word("guideDone", step, { time })}>${time}</span>`;
  }

  #body(step: GuideStep): TemplateResult {
    const { app } = this;
    if (step === "name") return html`<brand-step .app=${app}></brand-step>`;
    if (step === "keys") return html`<keys-step .app=${app}></keys-step>`;
    if (step === "plan") return html`<plan-step .app=${app}></plan-step>`;
    if (step === "site") return html`<site-step .app=${app}></site-step>`;
    return html`<test-sale-step .app=${app}></test-sale-step>`;
  }

  /** A step was done: the next one opens by itself. One that shows what came of it stays open; one that can be finished later holds up no other. */
  readonly #done = (event: CustomEvent<{ readonly stays?: GuideStep; readonly later?: GuideStep }>) => {
    const { stays = null, later = null } = event.detail ?? {};
    if (later !== null) this.later = new Set([...this.later, later]);
    this.chosen = stays;
    void this.#home.reload();
  };

  #putOff(step: GuideStep) {
    this.later = new Set([...this.later, step]);
    this.chosen = null;
  }

  #sampleCard() {
    return this.#samples.render(
      ({ sites, customers }) => html`<section class="card pad below">
        <h2>${say("sampleData")}</h2>
        <p class="soft panel">${say("sampleWhy")}</p>
        ${
          sites + customers === 0
            ? html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#actions.run("samples", makeSamples, () => "")}>
                ${say("makeSamples")}
              </button>`
            : html`<button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#actions.run("samples", removeSamples, () => say("samplesRemoved"))}>
                ${say("removeSamples")}
              </button>`
        }
      </section>`,
    );
  }
}
customElements.define("start-page", StartPage);
