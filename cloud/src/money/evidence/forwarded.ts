/** The source of evidence that is M-Pesa's own message, forwarded by the owner's phone. It can be forged, so it tells and proves nothing. */
export const forwardedSource = "forwarded-message";
