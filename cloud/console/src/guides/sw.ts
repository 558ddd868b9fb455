import cashier from "./sw/cashier.md";
import customer from "./sw/customer.md";
import installer from "./sw/installer.md";
import owner from "./sw/owner.md";
import platform from "./sw/platform.md";
import support from "./sw/support.md";
import troubleshooting from "./sw/troubleshooting.md";

export const guides = [owner, cashier, support, installer, customer, troubleshooting, platform];
