"""What is known of planets and stars: pure functions and tables, no HTTP and no model."""
