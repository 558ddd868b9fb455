import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { formCard } from "../../components/form-card.ts";
import { toast } from "../../components/overlay/toast.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type QuietHours, quietHoursPath, setQuietHours } from "../../data/operations/alarm-rules.ts";
import { say } from "../../strings/strings.ts";

/** When nobody is woken. */
class QuietHoursCard extends appElement() {
  readonly #quiet = new ReadController<QuietHours>(this, { path: () => quietHoursPath });

  override render() {
    return html`<h2 class="between">${say("quietHours")}</h2>
      ${this.#quiet.render((quiet) => (this.may("alerts.manage") ? this.#form(quiet) : shown(quiet)))}`;
  }

  #form({ fromMinute, untilMinute }: QuietHours) {
    return formCard({
      intro: say("quietHoursWhy"),
      fields: [
        { name: "fromMinute", label: say("quietFrom"), type: "time", value: clock(fromMinute) },
        { name: "untilMinute", label: say("quietUntil"), type: "time", value: clock(untilMinute) },
      ],
      submitText: say("save"),
      submit: (typed) =>
        setQuietHours({ fromMinute: minuteOf(typed.fromMinute), untilMinute: minuteOf(typed.untilMinute) }),
      done: () => toast(say("saved"), "good"),
    });
  }
}
customElements.define("quiet-hours", QuietHoursCard);

const shown = ({ fromMinute, untilMinute }: QuietHours) =>
  html`<p>${fromMinute === null ? say("neverQuiet") : `${clock(fromMinute)} - ${clock(untilMinute)}`}</p>`;

function clock(minute: number | null): string {
  if (minute === null) return "";
  return `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
}

/** `22:00`; empty: null. */
function minuteOf(text: unknown): number | null {
  const [, hours, minutes] = /^(\d{2}):(\d{2})/.exec(String(text ?? "")) ?? [];
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes);
}
