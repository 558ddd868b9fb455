/** Ctrl+K (Command+K) anywhere, or "/" outside a field: the search opens. */
export function opensSearch(event: KeyboardEvent): boolean {
  const isShortcut = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  return isShortcut || (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event));
}

/** Does the key go into a field? Pages are in shadow roots: the first element of the path has the focus. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");
}
