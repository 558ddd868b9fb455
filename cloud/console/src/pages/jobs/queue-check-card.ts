import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { checkBadge } from "../../components/states/check-badge.ts";
import { type Queue, type QueueCheck, tryQueue } from "../../data/operations/jobs.ts";
import { duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

interface Wanted {
  readonly queue: string;
  readonly timeoutSeconds: number;
  readonly tries: number;
}

/** Other times and tries of a queue, tried against the last day. For who runs the hub: its settings say what holds. */
class QueueCheckCard extends appElement({
  queues: property<readonly Queue[]>([]),
  wanted: state<Wanted | null>(null),
  found: state<QueueCheck | null>(null),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    const [first] = this.queues;
    if (first === undefined) return nothing;
    const wanted = this.wanted ?? wantedOf(first);
    return html`<h2 class="between">${say("queueCheck")}</h2>
      <section class="card pad">
        <p class="soft">${say("queueCheckWhy")}</p>
        <form
          class="below"
          @submit=${(event: Event) => {
            event.preventDefault();
            void this.#try(wanted);
          }}
        >
          <label
            >${say("queue")}<select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
              ${this.queues.map(({ name }) => html`<option value=${name} ?selected=${name === wanted.queue}>${word("queue", name)}</option>`)}
            </select></label
          >
          ${this.#number(wanted, "timeoutSeconds", say("queueSeconds"), { min: 5, max: 3600 })}
          ${this.#number(wanted, "tries", say("tries"), { min: 1, max: 99 })}
          <p class="row below"><button ?disabled=${this.#actions.busy !== ""}>${say("checkNow")}</button></p>
        </form>
        <div role="status">${this.found === null ? nothing : this.#result(this.found)}</div>
      </section>`;
  }

  #number(wanted: Wanted, name: "timeoutSeconds" | "tries", label: string, range: { min: number; max: number }) {
    return html`<label class="below"
      >${label}<input
        type="number"
        required
        min=${range.min}
        max=${range.max}
        .value=${String(wanted[name])}
        @input=${(event: Event) => {
          this.wanted = { ...wanted, [name]: Number((event.target as HTMLInputElement).value) };
          this.found = null;
        }}
    /></label>`;
  }

  #choose(name: string) {
    const queue = this.queues.find((one) => one.name === name);
    if (queue !== undefined) this.wanted = wantedOf(queue);
    this.found = null;
  }

  #try(wanted: Wanted) {
    return this.#actions.run(
      "try",
      () => tryQueue(wanted),
      (found) => {
        if (found.queue === wanted.queue) this.found = found;
        return "";
      },
    );
  }

  #result(found: QueueCheck) {
    const { inForce, usual, cutOff, tight, untouched, deadWithMoreTries } = found;
    const names = (kinds: readonly string[]) => kinds.map((kind) => word("job", kind.replaceAll(".", "_"))).join(", ");
    const limits = ({ timeoutSeconds, tries }: { timeoutSeconds: number; tries: number }) =>
      say("secondsAndTries", { seconds: timeoutSeconds, tries });
    const isGood = cutOff.length === 0;
    return html`${facts([
      [say("queueInForce"), limits(inForce)],
      [say("queueUsual"), limits(usual)],
      [
        say("waiting"),
        found.oldestMs === null
          ? `${found.waiting}`
          : say("queueOldest", { count: found.waiting, since: duration(found.oldestMs / 1000) }),
      ],
      [say("queueLastDay"), say("queueDoneFailed", { done: found.done, failed: found.failed })],
      [
        say("queueGivenUp"),
        say("queueFromTo", { from: duration(inForce.givenUpAfterSeconds), to: duration(found.givenUpAfterSeconds) }),
      ],
    ])}
      <p class="below">${checkBadge(isGood)} ${isGood ? say("queueFits") : say("queueCutsOff", { jobs: names(cutOff) })}</p>
      ${tight.length === 0 ? nothing : html`<p>${say("queueTight", { jobs: names(tight) })}</p>`}
      ${untouched.length === 0 ? nothing : html`<p>${say("queueUntouched", { jobs: names(untouched) })}</p>`}
      ${deadWithMoreTries === 0 ? nothing : html`<p>${say("queueMoreTries", { count: deadWithMoreTries })}</p>`}
      <p class="below">
        ${found.setting === "" ? say("queueSettingNone") : html`${say("queueSetting")} <code class="mono">KARIBU_QUEUES=${found.setting}</code>`}
      </p>`;
  }
}
customElements.define("queue-check-card", QueueCheckCard);

const wantedOf = ({ name, timeoutSeconds, tries }: Queue): Wanted => ({ queue: name, timeoutSeconds, tries });
