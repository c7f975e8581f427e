"""What goes between a client and the model: planets in, judgements out; knows no HTTP."""
