"""What surrounds an answer on the network: settings, bodies, errors, health."""
