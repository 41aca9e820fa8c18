"""Pure and shared: rules, values and arithmetic. No socket, clock, file or event loop."""
