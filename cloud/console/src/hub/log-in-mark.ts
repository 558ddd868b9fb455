/** What is stored of a log-in: a mark without any secret, and this tab's support access. The first script of the page reads them. */
export const markKey = "karibu-log-in";
export const supportKey = "karibu-support-token";
