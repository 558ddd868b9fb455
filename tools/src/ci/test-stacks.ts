/** An error that no test awaited names who began the work, however many awaits away that is: Node shows ten frames, and this product's layers have more. */
Error.stackTraceLimit = 50;
