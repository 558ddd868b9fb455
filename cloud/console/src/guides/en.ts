import cashier from "./en/cashier.md";
import customer from "./en/customer.md";
import installer from "./en/installer.md";
import owner from "./en/owner.md";
import platform from "./en/platform.md";
import support from "./en/support.md";
import troubleshooting from "./en/troubleshooting.md";

export const guides = [owner, cashier, support, installer, customer, troubleshooting, platform];
