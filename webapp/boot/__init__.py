"""The top: the factory, the wiring of the whole system, command line, worker, ticker, supervisor."""
