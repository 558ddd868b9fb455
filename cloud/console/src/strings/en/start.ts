/** The set-up guide, in English. */
export const enStart = {
  startTitle: "Set up your business",
  startIntro:
    "Five steps to the first sale. Leave at any time: what is done stays done, and this page goes on where you were.",
  startDone: "Everything is set up. Your first customer may come.",
  openGuide: "Open the set-up guide",
  guide_name: "Name and support phone",
  guide_keys: "Payment channel",
  guide_plan: "First plan",
  guide_site: "First site",
  guide_testSale: "Test sale",
  guideWhy_name: "Customers see the name and the phone on the Wi-Fi page, on vouchers and on receipts.",
  guideWhy_keys:
    "You need not wait until Safaricom has let your shortcode go live: choose the sandbox, enter its test keys, and change them later.",
  guideWhy_plan: "Six plans are on sale already. Add one of your own, or go on.",
  guideWhy_site:
    "A site is a place with a router. Give it a name: you get one line to paste into the router, and watch it come up.",
  guideWhy_testSale: "Sell a plan to yourself. You get a code for ten minutes, and no money is booked anywhere.",
  logoHint: "PNG, JPEG or WebP.",
  stepLater: "Later",
  keysAccepted:
    "The log-in is accepted. A payment was not tried: for M-Pesa, only a prompt shows whether short code and passkey are right.",
  guidePlansOnSale: "On sale: {count}",
  guideAllPlans: "All plans",
  guideSiteWaits: "{name}: not connected yet",
  guideSiteLive: "{name}: connected",
  guideWatch: "Watch the set-up",
  guideNeedsSite: "Add a site first: a sale happens somewhere.",
  makeTestSale: "Make the test sale",
  testSaleMade: "Sold: {plan} for {price}. Nothing was booked.",
  testSaleCode: "Type this code on the Wi-Fi page of {site}. It opens the internet for {time}.",
  anotherTestSale: "Another test sale",
  sampleData: "Sample data",
  sampleWhy:
    "A made-up site and four made-up customers, to see how the pages look. They are never money, and go away without a trace.",
  makeSamples: "Make sample data",
  removeSamples: "Remove the sample data",
  samplesRemoved: "The sample data is gone.",
} as const;
