/**
 * A notification was pressed while this page was open: it goes where the notification says. Also before a log-in, which then leads there.
 * Only pages of this console: what a worker says is no address of another place.
 */
export function openAtPress(): void {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ open?: unknown }>) => {
    if (typeof data?.open === "string" && data.open.startsWith("#/")) location.hash = data.open;
  });
}
