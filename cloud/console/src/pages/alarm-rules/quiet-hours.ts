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
        { name: "from", label: say("alarmQuietFrom"), value: clock(fromMinute), hint: "22:00" },
        { name: "until", label: say("alarmQuietUntil"), value: clock(untilMinute), hint: "06:00" },
      ],
      submitText: say("save"),
      submit: ({ from, until }) => setQuietHours({ fromMinute: minuteOf(from), untilMinute: minuteOf(until) }),
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

/** `22:00`, `22.00` or `22`; empty: null. What is no time of day goes to the hub as it is, which names the field. */
function minuteOf(text: unknown): number | null {
  if (typeof text !== "string" || text.trim() === "") return null;
  const [, hours, minutes = "0"] = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(text.trim()) ?? [];
  return hours === undefined ? -1 : Number(hours) * 60 + Number(minutes);
}
