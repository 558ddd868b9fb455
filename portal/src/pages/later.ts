/** The pages that the first view does not need. They are one script, which is fetched once the packages are shown. */
export { createAdverts } from "./adverts/adverts.ts";
export { buyPage } from "./buy/buy-page.ts";
export { createClaimPage } from "./claim/claim-page.ts";
export { onlinePage } from "./online/online-page.ts";
export { waitingPage } from "./waiting/waiting-page.ts";
