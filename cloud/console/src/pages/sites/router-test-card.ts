import { html, nothing, type TemplateResult } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { upgradeGuide } from "../../components/upgrade-guide.ts";
import {
  accessPath,
  type GivenAccess,
  keepAccess,
  type RouterAccess,
  type RouterTest,
  testPath,
  testRouter,
} from "../../data/fleet/router-access.ts";
import { setUpHref } from "../../data/fleet/set-up.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "./five-steps.ts";

/**
 * Whether the way to a site's router works: five steps, live. Its own agent walks them; of a hosted site its host, through the tunnel, also before its
 * access is saved.
 */
class RouterTestCard extends appElement({
  siteId: property(""),
  /** What was tested and is not saved: nothing of it is shown. */
  unsaved: state<GivenAccess | null>(null),
  /** A test that dialled nobody is told once, and kept by nobody. */
  told: state<RouterTest | null>(null),
  isOpen: state(false),
}) {
  readonly #test = new ReadController<RouterTest>(this, {
    path: () => testPath(this.siteId),
    topics: ["router", "set-up"],
  });
  readonly #access = new ReadController<RouterAccess>(this, { path: () => accessPath(this.siteId) });
  readonly #actions = new PageActions(this, () => this.#test.reload());

  override render() {
    return this.#test.render((test) => this.#card(test));
  }

  #card(test: RouterTest): TemplateResult {
    const shown = this.told ?? test;
    const isTunnel = test.by === "tunnel";
    // Nobody is there who could be asked.
    const isUnset = !isTunnel && test.steps.some(({ problem }) => problem === "line-not-pasted");
    return html`<section class="card pad">
        <h2>${say("routerTest")}</h2>
        <p class="soft">${say(isTunnel ? "routerTestTunnel" : "routerTestAgent")}</p>
        ${
          shown.testedAtMs === null
            ? nothing
            : html`<p class="soft">${say("routerTestedAt", { at: dateTime(shown.testedAtMs, this.app.zone) })}</p>`
        }
        <five-steps .test=${shown}></five-steps>
        ${this.may("sites.manage") ? this.#buttons(test, isTunnel, isUnset) : nothing} ${this.#firstReport(test)}
      </section>
      ${this.isOpen && isTunnel ? this.#form() : nothing}`;
  }

  /** What the line told, long before a test. */
  #firstReport({ firstReport }: RouterTest) {
    if (firstReport === null) return nothing;
    const { atMs, steps, router } = firstReport;
    const failed = steps.find(({ state: is }) => is === "failed")?.problem;
    const found = [router?.identity, router?.version, router?.board].filter(Boolean).join(" · ");
    const at = atMs === null ? say("none") : dateTime(atMs, this.app.zone);
    return html`<p class="soft below">
      ${say("routerFirstReport", { at, found })} ${failed == null ? nothing : html`${word("testRemedy", failed, { missing: "" })}${upgradeGuide(failed)}`}
    </p>`;
  }

  #buttons({ isRunning }: RouterTest, isTunnel: boolean, isUnset: boolean): TemplateResult {
    if (!isTunnel && !isUnset)
      return html`<p class="row below">
        <button ?disabled=${isRunning || this.#actions.busy !== ""} @click=${() => this.#run({})}>
          ${say("routerTestNow")}
        </button>
      </p>`;
    if (!isTunnel)
      return html`<p class="row below"><a class="button" href=${setUpHref(this.siteId)}>${say("setUpRouter")}</a></p>`;
    const isKept = this.#access.value?.isKept === true;
    return html`<p class="row below">
      ${
        isKept
          ? html`<button ?disabled=${isRunning} @click=${() => this.#run({})}>${say("routerTestNow")}</button>`
          : nothing
      }
      <button aria-expanded=${this.isOpen} @click=${() => (this.isOpen = !this.isOpen)}>${say("routerAccess")}</button>
      ${
        this.unsaved === null || isRunning
          ? nothing
          : html`<button class="primary" @click=${this.#save}>${say("routerAccessSave")}</button>`
      }
    </p>`;
  }

  #form(): TemplateResult {
    const access = this.#access.value;
    return formCard({
      intro: say("routerAccessWhy", { address: access?.address ?? say("none") }),
      fields: [
        { name: "port", label: say("routerPort"), type: "number", min: 1024, max: 65535, value: access?.port ?? 8728 },
        { name: "user", label: say("routerUser"), required: true, value: access?.user ?? "" },
        {
          name: "password",
          label: say("password"),
          type: "password",
          autocomplete: "off",
          required: access?.isKept !== true,
          ...(access?.isKept === true ? { hint: say("passwordStays") } : {}),
        },
      ],
      submitText: say("routerTestNow"),
      submit: (values) => this.#begin(givenOf(values)),
    });
  }

  async #begin(given: GivenAccess): Promise<void> {
    const begun = await testRouter(this.siteId, given);
    this.told = begun.isRunning ? null : begun;
    this.unsaved = Object.keys(given).length === 0 ? null : given;
    await this.#test.reload();
  }

  #run(given: GivenAccess) {
    return this.#actions.run(
      "test",
      () => this.#begin(given),
      () => "",
    );
  }

  async #save(): Promise<void> {
    const { unsaved } = this;
    if (unsaved === null) return;
    const isDone = await this.#actions.run("save", () =>
      keepAccess(this.siteId, { ...unsaved, user: unsaved.user ?? "" }),
    );
    if (!isDone) return;
    this.unsaved = null;
    this.isOpen = false;
    await this.#access.reload();
  }
}
customElements.define("router-test-card", RouterTestCard);

function givenOf({ port, user, password }: Values): GivenAccess {
  return {
    ...(typeof port === "number" ? { port } : {}),
    ...(typeof user === "string" && user !== "" ? { user } : {}),
    ...(typeof password === "string" && password !== "" ? { password } : {}),
  };
}
