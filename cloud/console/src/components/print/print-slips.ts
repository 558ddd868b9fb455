/**
 * Slips of till paper, as they will come out of the printer, and the way to it by the browser's own print dialog. It stands outside the app,
 * so that on paper it is all there is (`console.css`).
 */
import { keepPreference, preference } from "../../frame/preferences.ts";
import { say } from "../../strings/strings.ts";
import { drawQr } from "./draw-qr.ts";
import { type PaperWidth, pageName, pageRules, paperWidthOf, paperWidths, type Slip } from "./slip.ts";

/** More than these are not drawn on the screen; all are printed. */
const shownMax = 20;
const mmInPx = 96 / 25.4;

/** Opens the preview. Resolves when it was closed: to whether it was printed. */
export function printSlips(slips: readonly Slip[]): Promise<boolean> {
  for (const former of document.querySelectorAll("body > dialog.slips, body > .slips-paper")) former.remove();
  const dialog = document.createElement("dialog");
  dialog.className = "slips";
  dialog.ariaLabel = say("printSlips");
  const paper = elementOf("div", "slips-paper");
  paper.append(...slips.map(drawSlip));
  const sheet = new CSSStyleSheet();
  let isPrinted = false;
  const choose = (width: PaperWidth) => {
    keepPreference("paper", String(width));
    paper.dataset.width = String(width);
  };
  const print = () => {
    // What stands above a page, as an open dialog does, takes no page of its own size: the paper itself goes to the printer.
    document.body.append(paper);
    window.addEventListener("afterprint", () => (dialog.isConnected ? dialog.append(paper) : paper.remove()), {
      once: true,
    });
    const drawn = [...paper.children] as HTMLElement[];
    const heightsMm = drawn.map((slip) => slip.getBoundingClientRect().height / mmInPx);
    sheet.replaceSync(pageRules(paperWidthOf(paper.dataset.width ?? ""), heightsMm));
    drawn.forEach((slip, at) => {
      slip.style.page = pageName(heightsMm[at] ?? 0);
    });
    isPrinted = true;
    window.print();
  };
  dialog.append(controls({ choose, print, close: () => dialog.close() }), paper);
  if (slips.length > shownMax) {
    const more = elementOf("p", "more");
    more.textContent = say("moreSlips", { count: slips.length - shownMax });
    dialog.append(more);
  }
  choose(paperWidthOf(preference("paper", "58")));
  document.adoptedStyleSheets.push(sheet);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      paper.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
      resolve(isPrinted);
    });
  });
}

function controls(on: { choose(width: PaperWidth): void; print(): void; close(): void }): HTMLElement {
  const bar = elementOf("div", "controls");
  const widths = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = say("paper");
  widths.append(legend);
  for (const width of paperWidths) {
    const label = document.createElement("label");
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = "paper";
    radio.checked = preference("paper", "58") === String(width);
    radio.addEventListener("change", () => on.choose(width));
    label.append(radio, `${width} mm`);
    widths.append(label);
  }
  bar.append(widths, button(say("print"), "primary", on.print), button(say("close"), "", on.close));
  return bar;
}

function button(text: string, className: string, press: () => void): HTMLElement {
  const made = elementOf("button", className);
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}

function drawSlip({ lines, qr }: Slip): HTMLElement {
  const slip = elementOf("section", "slip");
  for (const [name, text] of lines) {
    const line = elementOf("p", name);
    line.textContent = text;
    slip.append(line);
    if (name === "code" && qr !== null) slip.append(drawQr(qr));
  }
  return slip;
}

function elementOf(tag: string, className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}
