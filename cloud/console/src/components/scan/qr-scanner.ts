import { css, html, nothing } from "lit";
import { say } from "../../strings/strings.ts";
import { elementWith, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import { createFindQr, type FindQr } from "./find-qr.ts";
import { readScan } from "./read-scan.ts";

const betweenMs = 200;

/**
 * The camera, looking for one code. Dispatches `scanned` with it and `closed`. The camera is on from the first moment to the last one that this
 * element stands on the page, and its pictures leave the phone nowhere.
 *
 * Attacks   A picture can say anything: what is no code of ours is not passed on, and what is one is only looked up (`read-scan.ts`).
 */
class QrScanner extends elementWith({
  step: state<"starting" | "looking" | "denied" | "absent" | "unsupported">("starting"),
  /** A code was seen that is none of ours. */
  isOther: state(false),
}) {
  #stream: MediaStream | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  static override styles = [
    sharedStyles,
    css`
      .view {
        position: relative;
        max-width: 26rem;
        overflow: hidden;
        border-radius: var(--radius);
        background: #000;
      }
      video {
        display: block;
        width: 100%;
        aspect-ratio: 1;
        object-fit: cover;
      }
      /* Where to hold it. */
      .view::after {
        content: "";
        position: absolute;
        inset: 16%;
        border: 3px solid #fff;
        border-radius: var(--radius);
        opacity: 0.85;
        pointer-events: none;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  override render() {
    const { step } = this;
    const isOn = step === "starting" || step === "looking";
    return html`<section class="card pad panel">
      ${isOn ? html`<div class="view"><video muted playsinline aria-label=${say("scanView")}></video></div>` : nothing}
      <p class="below" role=${isOn ? "status" : "alert"}>
        ${this.isOther ? say("scanOther") : say(`scan_${step}`)}
      </p>
      <p class="row below">
        ${isOn || step === "unsupported" ? nothing : html`<button class="primary" @click=${() => void this.#start()}>${say("retry")}</button>`}
        <button @click=${() => this.dispatchEvent(new Event("closed"))}>${say("close")}</button>
      </p>
    </section>`;
  }

  async #start(): Promise<void> {
    this.#stop();
    this.step = "starting";
    if (navigator.mediaDevices === undefined) {
      this.step = "unsupported";
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      // Closed while the person was being asked.
      if (!this.isConnected) return stopAll(stream);
      this.#stream = stream;
      await this.updateComplete;
      const video = this.renderRoot.querySelector("video") as HTMLVideoElement;
      video.srcObject = stream;
      await video.play();
      const find = await createFindQr();
      this.step = "looking";
      this.#look(video, find);
    } catch (error) {
      this.#stop();
      const name = error instanceof DOMException ? error.name : "";
      this.step = name === "NotAllowedError" || name === "SecurityError" ? "denied" : "absent";
    }
  }

  #look(video: HTMLVideoElement, find: FindQr): void {
    this.#timer = setTimeout(async () => {
      const text = await find(video).catch(() => null);
      if (this.#stream === null) return;
      const code = text === null ? null : readScan(text);
      this.isOther = text !== null && code === null;
      if (code === null) return this.#look(video, find);
      this.#stop();
      this.dispatchEvent(new CustomEvent("scanned", { detail: code }));
    }, betweenMs);
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#stream !== null) stopAll(this.#stream);
    this.#stream = null;
  }
}
customElements.define("qr-scanner", QrScanner);

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
