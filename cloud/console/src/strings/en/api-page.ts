/** The page that describes the API, in English. */
export const enApiPage = {
  apiTitle: "API",
  apiWhy:
    "All that this console does, programs can do too: with a token from API tokens, sent as a bearer. Times are milliseconds since 1970, amounts are cents, lists come in pages with a cursor.",
  apiInEnglish: "What each request does is described in English, as programs' names are.",
  apiCount: "{count:request|requests}: {count}",
  apiProblems: "Problem codes",
  apiProblemsWhy: "A refusal is problem+json. Its code says why; this is the sentence that people read.",
  apiExample: "Request",
  apiParameters: "Parameters",
  apiBody: "What is sent",
  apiAnswer: "Answer",
  apiRequired: "required",
  apiIn_path: "path",
  apiIn_query: "query",
  apiIn_header: "header",
  apiPublic: "Anybody, without a token",
  apiCustomer: "A customer, on their own page",
  apiSignedIn: "Any log-in or token",
  apiPerson: "A person who is logged in, no token",
  apiWantsFactor: "People confirm with a new code",
};
