/** A slip of paper for one customer, by the browser's print dialog: the page's own content stays away from it (`console.css`). */

/** Prints these lines, each with the class by which the style knows it; takes them away when the dialog is closed. */
export function printSlip(lines: readonly (readonly [name: "name" | "code" | "plan" | "how", text: string])[]): void {
  const slip = document.createElement("div");
  slip.className = "slip";
  for (const [name, text] of lines) {
    const line = document.createElement("p");
    line.className = name;
    line.textContent = text;
    slip.append(line);
  }
  document.querySelector("body > .slip")?.remove();
  document.body.append(slip);
  window.addEventListener("afterprint", () => slip.remove(), { once: true });
  window.print();
}
