/**
 * Resolves once what stands there now has been painted. A press first shows that it was heard; what it asked for is drawn after
 * that, however fast the answer came. In a tab that nobody sees nothing is painted: it resolves at once.
 */
export function nextPaint(): Promise<void> {
  if (document.hidden) return Promise.resolve();
  return new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
}
