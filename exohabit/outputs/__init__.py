"""Scores -> answers: what is reported about planets, and in which format. No HTTP."""
