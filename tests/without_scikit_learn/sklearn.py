"""Stands in for scikit-learn in the processes that tests start; see `tests/conftest.py`."""

raise ImportError("scikit-learn is hidden from processes that tests start")
